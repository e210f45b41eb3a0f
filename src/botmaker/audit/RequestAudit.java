package botmaker.audit;

import botmaker.audit.Entry.Event;
import botmaker.error.Failure;
import botmaker.http.AuditListener;
import botmaker.http.HttpError;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Records requests that may change state with their outcome, the first sign-in of each user and address, and refusals.
public final class RequestAudit implements AuditListener {
    private static final String OF_A_BOT = "/api/bots/{id}";
    private static final int MOST_SOURCES = 4096;
    /// Matches no secret: secrets have at least eight characters.
    private static final String SHORT_WORD = "[a-z]{1,7}";

    private final Audit audit;
    private final Refusals refusals;
    private final Function<String, Optional<String>> names;
    private final Set<String> signedIn = ConcurrentHashMap.newKeySet();

    /// @param names returns a bot's name by its id
    public RequestAudit(Audit audit, Function<String, Optional<String>> names) {
        this.audit = audit;
        this.refusals = audit.refusals();
        this.names = names;
    }

    @Override
    public Response change(Route route, Request rq) throws IOException, InterruptedException {
        if (!rq.method().equals("DELETE")) {
            audit.requireRecorded();
        }
        Optional<String> bot = route.pattern().startsWith(OF_A_BOT) ? Optional.of(rq.parameter("id")) : Optional.empty();
        Optional<String> name = bot.flatMap(names);
        try {
            Response response = route.answer(rq);
            Optional<String> id = bot.or(() -> made(response));
            record(route, rq, id, name.or(() -> id.flatMap(names)), Event.OK, detail(rq));
            return response;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            record(route, rq, bot.filter(_ -> name.isPresent()), name, kind(e), "");
            throw e;
        }
    }

    private void record(Route route, Request rq, Optional<String> bot, Optional<String> name, String outcome, String detail) {
        audit.note(new Event(rq.user().orElse(""), rq.peer().getHostAddress(), route.method() + " " + route.pattern(),
                bot.orElse(""), name.orElse(""), outcome, detail));
    }

    @Override
    public void signedIn(Request.Head head, String user) {
        String source = head.peer().getHostAddress();
        if (signedIn.size() < MOST_SOURCES && signedIn.add(user + " " + source)) {
            audit.note(new Event(user, source, "sign-in", "", "", Event.OK, ""));
        }
    }

    /// Records only refusals of requests with credentials: browsers first ask without them, and so do scanners.
    @Override
    public void refused(Request.Head head, HttpError reason) {
        if (head.headers().first("Authorization").isPresent()) {
            refusals.refused(reason.kind() == HttpError.Kind.DENIED ? "request-from-another-site" : "sign-in",
                    head.peer().getHostAddress(), kind(reason));
        }
    }

    /// Returns the id of the bot that a request created.
    private static Optional<String> made(Response response) {
        return Optional.ofNullable(response.headers().get("Location")).filter(path -> path.startsWith("/api/bots/"))
                .map(path -> path.substring("/api/bots/".length()));
    }

    /// Returns `conflict` for [Failure.Conflict], and so on. Anything unknown is a defect in BotMaker and in its log.
    private static String kind(Throwable failure) {
        return switch (failure) {
            case Failure known -> known.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
            case HttpError error -> error.kind().word();
            case InterruptedException _ -> "cut-off";
            default -> "internal-error";
        };
    }

    /// Returns the details of a successful request, whose names BotMaker therefore knows: the path's parameters, short words of the
    /// query, and the names of the body's fields. Values are left out, except true and false.
    private static String detail(Request rq) {
        List<String> words = new ArrayList<>();
        new TreeMap<>(rq.pathParameters()).forEach((name, value) -> {
            if (!(name.equals("id") && rq.path().startsWith("/api/bots/"))) {
                words.add(name + "=" + value);
            }
        });
        rq.head().query().forEach((name, values) -> values.stream()
                .filter(value -> name.matches(SHORT_WORD) && value.matches(SHORT_WORD)).forEach(value -> words.add(name + "=" + value)));
        if (rq.body().length > 0) {
            try {
                fields("", rq.json(), words);
            } catch (HttpError e) {
                words.add("(a body that was not read)");
            }
        }
        return String.join(" ", words);
    }

    private static void fields(String path, JsonValue value, List<String> words) {
        if (value instanceof JsonObject object) {
            for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
                fields(path + "/" + member.getKey(), member.getValue(), words);
            }
        } else {
            words.add(value instanceof JsonBoolean ? path + "=" + value.bool() : path);
        }
    }
}
