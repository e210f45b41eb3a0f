package botmaker.chat;

import botmaker.dialect.Answer;
import botmaker.dialect.Refused;
import botmaker.json.Json;
import botmaker.wire.RequestHead;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Telegram's Bot API (https://core.telegram.org/bots/api): the token is in the path, `/bot<token>/<method>` and
/// `/file/bot<token>/<path>`.
final class Telegram implements ChatService {
    private static final Pattern PATH = Pattern.compile("/(?<file>file/)?bot(?<token>[^/%]+)/(?<rest>.+)");
    private static final Pattern METHOD = Pattern.compile("[A-Za-z]{1,64}");
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9._/-]{1,512}");
    /// Has updates sent to another server; ends the bot at this one; shows or replaces the token of another bot that this one manages.
    private static final Set<String> OUTLIVING = Set.of("setWebhook", "logOut", "close", "getManagedBotToken", "replaceManagedBotToken");

    @Override
    public String id() {
        return "telegram";
    }

    @Override
    public Outgoing outgoing(RequestHead head, String base, byte[] body, Tokens tokens) throws Refused {
        Matcher path = PATH.matcher(head.path().startsWith(base) ? head.path().substring(base.length()) : "");
        if (!path.matches()) {
            throw Requests.missing();
        }
        String token = tokens.of(path.group("token"));
        Requests.requireNone(Requests.credentials(head));
        String rest = path.group("rest");
        boolean file = path.group("file") != null;
        if (file ? !isRead(head, rest) : !isCall(head, rest)) {
            throw Requests.notAllowed(file ? "files in this way" : head.method() + " " + (METHOD.matcher(rest).matches() ? rest : "methods in this way"));
        }
        Optional<String> outliving = OUTLIVING.stream().filter(rest::equalsIgnoreCase).findFirst(); // Telegram takes any case
        if (outliving.isPresent() && !file) {
            tokens.requireAllowed(outliving.get());
        }
        String target = base + (file ? "/file/bot" : "/bot") + token + "/" + rest + (head.query().isEmpty() ? "" : "?" + head.query());
        return new Outgoing(target, Requests.fields(head), body, rest.equalsIgnoreCase("getUpdates") ? Kind.WAIT : Kind.CALL);
    }

    private static boolean isCall(RequestHead head, String method) {
        return (head.method().equals("GET") || head.method().equals("POST"))
                && METHOD.matcher(method).matches();
    }

    private static boolean isRead(RequestHead head, String path) {
        return head.method().equals("GET") && FILE.matcher(path).matches();
    }

    @Override
    public Answer refusal(Refused refused) {
        int status = refused.reason().status();
        var json = Json.object().put("ok", false).put("error_code", status).put("description", "BotMaker: " + refused.getMessage());
        refused.retryAfter().ifPresent(seconds -> json.put("parameters", Json.object().put("retry_after", seconds).build()));
        return Requests.refusal(refused, status, json.build());
    }
}
