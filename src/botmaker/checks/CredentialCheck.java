package botmaker.checks;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.openclaw.Channel.WhoAmI;
import botmaker.openclaw.Channel;
import botmaker.openclaw.PlainText;
import botmaker.openclaw.Provider;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Checks credentials with the services that issued them: an AI provider by the list of its models, a channel by the call that tells
/// whose a token is.
///
/// Credentials go to the given address only: redirects are not followed. Answers are read up to a limit, and all calls of one check
/// share a deadline. Error messages are BotMaker's own: the JDK's may contain the address, and with it a token. Safe for use by many
/// threads.
final class CredentialCheck implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int MAX_MODELS = 500;
    private static final int MAX_BYTES = 4 << 20;
    private static final Pattern SENDABLE = Pattern.compile("[!-~][ -~]*");

    private final Duration longest;
    private final UnaryOperator<String> route;
    private final LazyHttpClient client = new LazyHttpClient();

    CredentialCheck() {
        this(LONGEST, UnaryOperator.identity());
    }

    /// @param longest the longest time that the calls of one check may take together
    /// @param route   maps a service's URL to the one that is called
    CredentialCheck(Duration longest, UnaryOperator<String> route) {
        this.longest = longest;
        this.route = route;
    }

    /// A service's verdict on a credential.
    ///
    /// @param ok     whether it works; empty where that could not be determined
    /// @param detail the same as a sentence, without the credential
    /// @param models the models that a provider offers
    record Result(Optional<Boolean> ok, String detail, List<String> models) {
        Result {
            models = List.copyOf(models);
        }

        static Result works(String detail) {
            return new Result(Optional.of(true), detail, List.of());
        }

        static Result fails(String detail) {
            return new Result(Optional.of(false), detail, List.of());
        }

        static Result unknown(String detail) {
            return new Result(Optional.empty(), detail, List.of());
        }

        private Result with(List<String> offered) {
            return new Result(ok, detail, offered);
        }

        private Result and(String caveat) {
            return new Result(ok, detail + caveat, models);
        }

        /// Starts an answer: `ok` (null where it could not be determined) and `detail`.
        ObjectBuilder toJson() {
            return Json.object().put("ok", ok.<JsonValue>map(Json::of).orElse(Json.NULL)).put("detail", detail);
        }
    }

    /// Checks a provider's key, for at most ten seconds. Its arguments have passed [Catalog#checkKey].
    ///
    /// Some servers list their models to anyone. So if one accepts a key, its list is requested again without the key: if it comes
    /// again, it proves nothing about the key. Only the operator's own base URL can lead to an address that is not the provider's.
    Result key(Provider provider, Optional<String> baseUrl, Optional<String> key) throws InterruptedException {
        String root = baseUrl.map(url -> url.replaceAll("/+$", "")).orElse(provider.api().root());
        String name = baseUrl.isPresent() ? "The server" : provider.label();
        try {
            Result result = key(end(), root, provider, name, key);
            return isLoopback(root) ? result.and(" But for a legacy bot, this address is the bot itself.") : result;
        } catch (NoAnswer e) {
            return Result.fails(name + " " + e.getMessage());
        }
    }

    /// Checks a channel's credentials, for at most ten seconds. Its arguments have passed [Catalog#checkChannel].
    Result channel(Channel channel, Map<String, String> settings, Map<String, String> credentials) throws InterruptedException {
        Optional<WhoAmI> call = channel.tokenCheck().apply(settings, credentials);
        if (call.isEmpty()) {
            return Result.unknown("This cannot be checked without starting the bot.");
        }
        WhoAmI who = call.get();
        try {
            return judge(who, call(end(), who.method(), who.url(), who.headers()));
        } catch (NoAnswer e) {
            return Result.fails(channel.label() + " " + e.getMessage());
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private Result key(long end, String root, Provider provider, String name, Optional<String> key)
            throws NoAnswer, InterruptedException {
        Provider.Api api = provider.api();
        String list = root + api.path();
        if (api.proof().isPresent()) {
            int status = call(end, "GET", root + api.proof().get(), api.headers(key)).status();
            if (status != 200) {
                return judge(status, name, key.isPresent());
            }
        }
        Answer answer = call(end, "GET", list, api.headers(key));
        if (answer.status() != 200) {
            return judge(answer.status(), name, key.isPresent());
        }
        Optional<List<String>> models = answer.body().flatMap(body -> models(body, provider));
        if (models.isEmpty()) {
            return Result.fails(name + " answered, but not with a list of models. Is the address right?");
        }
        if (key.isPresent() && api.proof().isEmpty() && call(end, "GET", list, Map.of()).status() == 200) {
            return Result.unknown(name + " answers, but lists its models to everyone: whether it accepts the key shows only when the "
                    + "bot talks.").with(models.get());
        }
        return Result.works(name + (key.isPresent() ? " accepts the key." : " answers.")).with(models.get());
    }

    private static Result judge(int status, String name, boolean hasKey) {
        return switch (status) {
            // Google and xAI answer 400 to a wrong key.
            case 400, 401, 403 -> Result.fails(name + (hasKey ? " refused the key" : " needs a key") + " (status " + status + ").");
            case 404, 405 -> Result.unknown(name + " answers, but has no list of models at this address (status " + status + ").");
            case 402, 429 -> Result.unknown(name + " limits requests, or the account has no credit left (status " + status + ").");
            default -> isRedirect(status) ? redirected(name, status)
                    : Result.unknown(name + " failed (status " + status + "). Try again later.");
        };
    }

    /// Telegram and Slack say in the answer, by `"ok": false`, that a token is wrong: Slack with status 200, Telegram with 404 as well.
    private static Result judge(WhoAmI who, Answer answer) {
        String service = who.service();
        int status = answer.status();
        boolean refused = answer.body().flatMap(body -> body.at("ok")).equals(Optional.of(Json.of(false)));
        return switch (status) {
            case 200 -> refused
                    ? Result.fails(service + " refused the token" + shown(answer, "error").map(word -> ": " + word + ".").orElse("."))
                    : shown(answer, who.name().toArray(String[]::new)).map(account -> Result.works(service + " accepts the token: it belongs to " + account + "." + who.caveat()))
                            .orElseGet(() -> Result.fails(service + " gave an unexpected answer. Is the address right?"));
            case 400, 401, 403 -> Result.fails(service + " refused the token (status " + status + ").");
            case 404 -> Result.fails(service + (refused ? " refused the token (status 404)."
                    : " has no such API at this address (status 404). Is the address right?"));
            default -> isRedirect(status) ? redirected(service, status)
                    : Result.unknown(service + " cannot check the token now (status " + status + "). Try again later.");
        };
    }

    private static boolean isRedirect(int status) {
        return status >= 300 && status < 400;
    }

    private static Result redirected(String name, int status) {
        return Result.fails(name + " redirects elsewhere (status " + status + "), which BotMaker does not follow. Is the address right?");
    }

    /// Reads a list of models: `{"data":[{"id":…}]}` with most, a bare list with Together, `{"models":[{"name":…}]}` with Google and
    /// Ollama. Leaves out what does not have the form of a model's name.
    private static Optional<List<String>> models(JsonValue body, Provider provider) {
        Optional<JsonValue> list = switch (body) {
            case JsonArray bare -> Optional.of(bare);
            case JsonObject object -> object.find("data").or(() -> object.find("models"));
            default -> Optional.empty();
        };
        return list.filter(JsonArray.class::isInstance).map(array -> array.elements().stream()
                .flatMap(model -> model.textAt("id").or(() -> model.textAt("name")).stream())
                .map(name -> name.startsWith("models/") ? name.substring("models/".length()) : name)
                .filter(name -> provider.model().matcher(name).matches())
                .distinct().limit(MAX_MODELS).toList());
    }

    private static Optional<String> shown(Answer answer, String... path) {
        return answer.body().flatMap(body -> body.textAt(path)).map(PlainText::of).filter(it -> !it.isEmpty());
    }

    private static boolean isLoopback(String url) {
        String host = Optional.ofNullable(URI.create(url).getHost()).orElse("");
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    /// There is no answer. The message follows the name of a service.
    private static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        private NoAnswer(String words) {
            super(words);
        }
    }

    /// @param body empty where it is not JSON
    private record Answer(int status, Optional<JsonValue> body) {}

    /// Returns when a check that begins now must end.
    private long end() {
        return System.nanoTime() + longest.toNanos();
    }

    private Answer call(long end, String method, String url, Map<String, String> headers) throws NoAnswer, InterruptedException {
        HttpRequest request = request(method, url, headers);
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES), end);
            return new Answer(response.statusCode(), json(response.body()));
        } catch (TimeoutException _) {
            throw new NoAnswer("did not answer within " + (longest.toSeconds() > 0 ? longest.toSeconds() + " s." : longest.toMillis() + " ms."));
        } catch (IOException | RuntimeException e) {
            throw new NoAnswer(words(e));
        }
    }

    private HttpRequest request(String method, String url, Map<String, String> headers) throws NoAnswer {
        if (!headers.values().stream().allMatch(value -> SENDABLE.matcher(value).matches())) {
            throw new NoAnswer("cannot be called: the key or token contains a character that cannot be sent.");
        }
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(route.apply(url))).header("User-Agent", "BotMaker")
                    .method(method, BodyPublishers.noBody());
            headers.forEach(request::header);
            return request.build();
        } catch (IllegalArgumentException _) {
            throw new NoAnswer("cannot be called: its address is not a valid URL.");
        }
    }

    private static Optional<JsonValue> json(byte[] body) {
        try {
            return Optional.of(JsonValue.parse(body));
        } catch (JsonException _) {
            return Optional.empty();
        }
    }

    private static String words(Exception failure) {
        return switch (failure) {
            case ConnectException e when e.getCause() instanceof UnresolvedAddressException -> "cannot be reached: its host name is unknown.";
            case ConnectException _ -> "cannot be reached: nothing answers at its address.";
            case SSLException _ -> "cannot be trusted: it has no valid TLS certificate.";
            case IOException _ -> "closed the connection, or sent a larger answer than BotMaker reads.";
            default -> "cannot be called.";
        };
    }
}
