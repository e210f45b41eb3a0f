package botmaker.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.BotChannel;
import botmaker.support.BotScene;
import botmaker.support.FakeAi.Provider;
import botmaker.support.FakeAi;
import botmaker.support.FakeInternet;
import botmaker.support.Inside.Sent;
import botmaker.support.Inside;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a program in a bot's container may send: with another credential, to another server, by another route, for another model, in
/// bytes that two programs read differently. All of it is refused, and not a byte reaches a server. The servers count.
@Tag("docker")
@Tag("heavy")
class ForbiddenCallsTest {
    /// In every request, so that those of the test are told from those of OpenClaw.
    private static final String MARK = "Mk4fT8sQ2zX7";
    private static final String FOREIGN = "sk-somebody-elses-0123456789abcdef";
    private static final String TOKEN = "123456789:AA" + "Wd5nQ8rT2yB6".repeat(3);
    /// Waits for the links. OpenClaw is not needed, and takes time from the others.
    private static final String LINKED = """
            for i in $(seq 200); do socat -u /dev/null TCP4:127.0.0.1:443 && socat -u /dev/null TCP4:127.0.0.1:3128 && break; sleep 0.1; done
            for p in /proc/[0-9]*; do case "$(cat $p/comm)" in node|openclaw*) kill -STOP ${p#/proc/};; esac; done
            """;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)");

    @TempDir
    private Path data;
    @TempDir
    private Path temp;
    private final List<String> arrived = new CopyOnWriteArrayList<>();

    /// A request, and what comes back.
    ///
    /// @param expected the status and the kind of the refusal, such as `401 credential`; a status alone; or `hung up`
    private record Attempt(String expected, Sent sent) {
        boolean isMet(String answer) {
            if (expected.equals("hung up")) {
                return !answer.startsWith("HTTP/1.1 2") && !answer.equals("no answer");
            }
            String[] words = expected.split(" ");
            return answer.startsWith("HTTP/1.1 " + words[0] + " ") && (words.length == 1 || answer.contains("x-botmaker-refused: " + words[1]));
        }
    }

    /// Takes every request, whatever it is, and keeps all bytes.
    private void serve(Socket socket) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        byte[] piece = new byte[16 << 10];
        for (int count; (count = socket.getInputStream().read(piece)) >= 0; ) {
            arrived.add(new String(piece, 0, count, ISO_8859_1));
            request.write(piece, 0, count);
            String text = request.toString(ISO_8859_1);
            Matcher length = LENGTH.matcher(text);
            int end = text.indexOf("\r\n\r\n") + 4;
            if (end >= 4 && text.length() >= end + (length.find() ? Integer.parseInt(length.group(1)) : 0)) {
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}".getBytes(ISO_8859_1));
                request.reset();
            }
        }
    }

    @Test
    void nothing_leaves_a_bot_but_its_own_calls() throws Exception {
        try (FakeInternet internet = new FakeInternet(temp, BotChannel.names()); BotScene scene = new BotScene(data, internet.settings())) {
            BotChannel.names().forEach(name -> internet.with(name, this::serve));
            tries(scene, "openrouter", "Authorization: Bearer ", "/api/v1/chat/completions");
            tries(scene, "openai", "Authorization: Bearer ", "/v1/chat/completions");
            tries(scene, "anthropic", "x-api-key: ", "/v1/messages");
            tries(scene, "google", "x-goog-api-key: ", "/v1beta/models/gemini-3.7-flash:generateContent");
            tries(scene, "ollama", "Authorization: Bearer ", "/api/chat");
            assertEquals(List.of(), internet.unknown());
        }
    }

    /// @param field  what precedes the key in the head of a request
    /// @param target of a call that the bot may make
    private void tries(BotScene scene, String id, String field, String target) throws Exception {
        Provider provider = FakeAi.provider(id);
        String key = provider.keyPrefix() + "Kq7xV2mW9sT4".repeat(4);
        JsonValue bot = scene.make("sealed", provider.ai(key), telegram(TOKEN));
        HttpResponse<String> other = scene.app().post("/api/bots", "{\"name\": \"other\", \"reach\": \"sealed\", \"start\": false, \"ai\": %s, %s}"
                .formatted(provider.ai(provider.keyPrefix() + "another-key-".repeat(4)), telegram("987654321:BB" + "another-token".repeat(3))));
        assertEquals(201, other.statusCode(), other.body());
        JsonValue neighbour = JsonValue.parse(other.body());
        scene.inside(bot, LINKED);

        Requests ai = new Requests(provider, field, target, scene.secretFile(bot, "ai-api-key"));
        String token = scene.secretFile(bot, "channel-token");
        List<Attempt> own = List.of(new Attempt("200", ai.sent(ai.call())), new Attempt("200", ai.atTelegram("POST", "/bot" + token + "/getMe", "")));
        List<Attempt> foreign = new ArrayList<>(ai.credentials(List.of(FOREIGN, key, scene.secretFile(neighbour, "ai-api-key"))));
        foreign.addAll(ai.telegram(token, List.of(TOKEN, scene.secretFile(neighbour, "channel-token"))));
        foreign.addAll(ai.places());
        foreign.addAll(ai.heads());
        foreign.addAll(ai.routes());
        foreign.addAll(ai.bodies());

        arrived.clear();
        tried(bot, own);
        assertEquals(2, arrived.stream().filter(it -> it.contains(MARK)).count(), "its own calls did not arrive");
        arrived.clear();
        tried(bot, foreign);
        assertTrue(foreign.size() > 110, "attempts: " + foreign.size());
        assertEquals(List.of(), arrived.stream().filter(it -> it.contains(MARK)).toList());
        assertTrue(scene.refusals().containsAll(List.of("credential", "route", "host", "model")), scene.refusals().toString());
        scene.inside(bot, "kill -CONT -1");
        scene.delete(neighbour);
        scene.delete(bot);
    }

    private static String telegram(String token) {
        return "\"channel\": {\"type\": \"telegram\", \"credentials\": {\"token\": \"%s\"}}, \"access\": {\"policy\": \"allowlist\", \"allow\": [\"1\"]}"
                .formatted(token);
    }

    private static void tried(JsonValue bot, List<Attempt> attempts) {
        List<String> answers = Inside.send(bot.get("containerId").string(), attempts.stream().map(Attempt::sent).toList());
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < attempts.size(); i++) {
            if (!attempts.get(i).isMet(answers.get(i))) {
                wrong.add(attempts.get(i) + " -> " + answers.get(i));
            }
        }
        assertEquals(List.of(), wrong);
    }

    /// The requests of a bot of one provider.
    ///
    /// @param field  what precedes the placeholder in the head
    /// @param target of a call that it may make
    private record Requests(Provider provider, String field, String target, String placeholder) {
        private String head(String method, String path, String fields, int length) {
            return "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
                    .formatted(method, path, provider.host(), MARK, fields, length);
        }

        private String request(String method, String path, String fields, String body) {
            return head(method, path, fields, body.length()) + body;
        }

        private String own() {
            return field + placeholder + "\r\n";
        }

        private String body() {
            return provider.id().equals("google") ? "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"%s\"}]}]}".formatted(MARK)
                    : "{\"model\":\"%s\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}".formatted(provider.model(), MARK);
        }

        String call() {
            return request("POST", target, own(), body());
        }

        Sent sent(String bytes) {
            return new Sent(443, "", provider.host(), "http/1.1", bytes);
        }

        Sent atTelegram(String method, String path, String fields) {
            return new Sent(3128, "api.telegram.org:443", "api.telegram.org", "http/1.1",
                    request(method, path, fields, "{}").replace("Host: " + provider.host(), "Host: api.telegram.org"));
        }

        /// Other credentials than its own, and its own in other places.
        List<Attempt> credentials(List<String> others) {
            List<String> heads = new ArrayList<>(List.of("", own() + own(), field + placeholder + "x\r\n", field + placeholder.substring(1) + "\r\n",
                    "Authorization: Basic " + placeholder + "\r\n", "Cookie: key=" + placeholder + "\r\n", own() + "x-goog-api-key: " + FOREIGN + "\r\n",
                    own() + "X-Auth-Token: " + FOREIGN + "\r\n", own() + "x-api-key: " + FOREIGN + "\r\n"));
            for (String other : others) {
                heads.addAll(List.of(field + other + "\r\n", own() + field + other + "\r\n", field + other + "\r\n" + own()));
            }
            List<Attempt> all = new ArrayList<>();
            heads.forEach(fields -> all.add(new Attempt("401 credential", sent(request("POST", target, fields, body())))));
            for (String query : List.of("?api_key=" + FOREIGN, "?key=" + FOREIGN, "?%6bey=" + FOREIGN, "?a=b;access_token=" + FOREIGN)) {
                all.add(new Attempt("401 credential", sent(request("POST", target + query, own(), body()))));
            }
            return all;
        }

        List<Attempt> telegram(String token, List<String> others) {
            List<Attempt> all = new ArrayList<>();
            for (String other : others) {
                all.add(new Attempt("401 credential", atTelegram("POST", "/bot" + other + "/sendMessage", "")));
            }
            for (String path : List.of("/sendMessage", "/bot/sendMessage", "/bot" + token + "x/sendMessage", "/bot" + token + "/sendMessage?token=" + TOKEN)) {
                all.add(new Attempt("401 credential", atTelegram("POST", path, "")));
            }
            all.add(new Attempt("401 credential", atTelegram("POST", "/bot" + token + "/sendMessage", "Authorization: Bearer " + FOREIGN + "\r\n")));
            for (String call : List.of("setWebhook", "SETWEBHOOK", "logOut", "close", "set%57ebhook", "test/sendMessage")) {
                all.add(new Attempt("404 route", atTelegram("POST", "/bot" + token + "/" + call, "")));
            }
            all.add(new Attempt("400", atTelegram("POST", "/bot" + token + "%2fsendMessage", "")));
            all.add(new Attempt("400", new Sent(3128, "api.telegram.org:443", "api.telegram.org", "http/1.1", call())));
            return all;
        }

        /// Other servers: in TLS, in the head of a request, in the proxy's.
        List<Attempt> places() {
            String stranger = provider.id().equals("openai") ? "api.anthropic.com" : "api.openai.com";
            List<Attempt> all = new ArrayList<>();
            for (String name : List.of(stranger, "", "example.com", "api.telegram.org", "localhost")) {
                all.add(new Attempt("hung up", new Sent(443, "", name, "http/1.1", call())));
            }
            all.add(new Attempt("hung up", new Sent(443, "", provider.host(), "h2", call())));
            all.add(new Attempt("hung up", new Sent(443, "", null, "", call())));
            for (String name : List.of(stranger, "api.telegram.org", provider.host() + ":80", provider.host() + ".", provider.host() + ", " + stranger)) {
                all.add(new Attempt("400", sent(call().replace("Host: " + provider.host(), "Host: " + name))));
            }
            for (String odd : List.of("0x7f.1:443", "127.1:443", "2130706433:443", "017700000001:443", "0x7f000001:443", "[::1:443", "::1:443",
                    "[fe80::1%lo]:443", "127.0.0.1.:443", "a.0x1:443", "user@" + provider.host() + ":443", provider.host() + ".:443", provider.host())) {
                all.add(new Attempt("400", new Sent(3128, odd, provider.host(), "http/1.1", call())));
            }
            for (String place : List.of("127.0.0.1:443", "[::1]:443", "[::ffff:127.0.0.1]:443", "[::ffff:8.8.8.8]:443", "[64:ff9b::7f00:1]:443",
                    "169.254.169.254:80", "10.0.0.1:443", "8.8.8.8:443", "localhost:443", stranger + ":443", provider.host() + ":80",
                    provider.host() + ":22", "example.com:443")) {
                all.add(new Attempt("403", new Sent(3128, place, provider.host(), "http/1.1", call())));
            }
            for (String url : List.of("http://169.254.169.254/latest/", "http://" + stranger + "/v1/models", "http://127.0.0.1:7100/")) {
                all.add(new Attempt("403", new Sent(3128, "", null, "", "GET " + url + " HTTP/1.1\r\nHost: x\r\nUser-Agent: " + MARK + "\r\n\r\n")));
            }
            all.add(new Attempt("hung up", new Sent(3128, provider.host() + ":443", stranger, "http/1.1", call())));
            all.add(new Attempt("400", new Sent(3128, provider.host() + ":443", null, "", call())));
            return all;
        }

        /// Heads that two programs could read differently.
        List<Attempt> heads() {
            String call = call();
            String end = call.substring(call.indexOf("\r\n\r\n"));
            String length = call.substring(call.indexOf("Content-Length:"), call.indexOf("\r\n\r\n"));
            List<Attempt> all = new ArrayList<>();
            for (String bytes : List.of(
                    call.replace(length, length + "\r\nTransfer-Encoding: chunked"), call.replace(length, "Transfer-Encoding: chunked\r\n" + length),
                    call.replace(length, length + "\r\n" + length), call.replace(length, length + ", 1"), call.replace(length, "Content-Length: +9"),
                    call.replace(length, "Content-Length: 0x9"), call.replace(length, "Transfer-Encoding: gzip, chunked"),
                    call.replace(length, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), call.replace(length, "Transfer-Encoding: \u000bchunked"),
                    call.replace(end, "\r\nA: b\r\n folded" + end), call.replace(end, "\r\nA : b" + end), call.replace(end, "\r\nA: \u0000" + end),
                    call.replace(end, "\r\nA: b\nHost: x" + end), call.replace(end, "\r\nHost: " + provider.host() + end), call.replace(" HTTP/1.1", " HTTP/1.0"),
                    call.replace(" HTTP/1.1", " HTTP/2"), call.replace("POST ", "POST  "), call.replace("POST ", "POST https://" + provider.host()),
                    call.replace("Host: " + provider.host() + "\r\n", ""))) {
                all.add(new Attempt("400", sent(bytes)));
            }
            int last = target.lastIndexOf('/');
            String before = target.substring(0, last);
            String name = target.substring(last + 1);
            for (String path : List.of(before + "%2f" + name, before + "%2F" + name, before + "//" + name, before + "/./" + name, before + "/x/../" + name,
                    before + "/%2e%2e/" + name, before + "%5c" + name, before + "\\" + name, target + "%00", target + "#a")) {
                all.add(new Attempt("400", sent(request("POST", path, own(), body()))));
            }
            return all;
        }

        /// Calls that no bot needs: those of others' data, of keys, of what the operator's account has.
        List<Attempt> routes() {
            List<String> calls = new ArrayList<>(List.of("GET " + target, "PUT " + target, "DELETE " + target, "POST " + target + "/", "POST " + target + ";x",
                    "POST " + target.toUpperCase(Locale.ROOT), "OPTIONS " + target, "POST /", "POST /x" + target, "GET /v1/files"));
            calls.addAll(switch (provider.id()) {
                case "anthropic" -> List.of("POST /v1/messages/batches", "GET /v1/messages/batches", "POST /v1/files", "GET /v1/organizations/me",
                        "GET /v1/organizations/api_keys", "DELETE /v1/models/claude-sonnet-5", "POST /v1/complete", "GET /v1/models/a/b");
                case "openai" -> List.of("GET /v1/responses", "GET /v1/responses/resp_1", "DELETE /v1/responses/resp_1", "POST /v1/batches", "GET /v1/chat/completions",
                        "POST /v1/realtime/client_secrets", "POST /v1/images/generations", "POST /v1/audio/speech", "POST /v1/fine_tuning/jobs",
                        "GET /v1/organization/admin_api_keys", "POST /v1/conversations", "POST /v1/vector_stores", "POST /chat/completions");
                case "google" -> List.of("GET /v1beta/cachedContents", "POST /v1beta/cachedContents", "POST /v1beta/files", "POST /upload/v1beta/files", "POST /v1alpha/auth_tokens",
                        "POST /v1beta/models/gemini-3.7-flash:batchGenerateContent", "POST /v1beta/tunedModels/m:generateContent", "POST /v1beta/chat/completions");
                case "openrouter" -> List.of("GET /api/v1/keys", "POST /api/v1/keys", "GET /api/v1/key", "GET /api/v1/credits", "GET /api/v1/generation",
                        "POST /api/v1/messages", "POST /api/v1/responses", "POST /v1/chat/completions");
                default -> List.of("POST /api/pull", "POST /api/push", "POST /api/create", "POST /api/copy", "DELETE /api/delete", "POST /api/blobs/sha256:29",
                        "GET /api/ps", "POST /v1/chat/completions", "GET /");
            });
            return calls.stream().map(call -> call.split(" ")).map(call -> new Attempt("404 route", sent(request(call[0], call[1], own(), body())))).toList();
        }

        /// Other models, ambiguous bodies, and ways out through the provider's own tools.
        List<Attempt> bodies() {
            String model = "\"model\":\"" + provider.model() + "\"";
            List<Attempt> all = new ArrayList<>();
            if (provider.id().equals("google")) {
                for (String other : List.of("gemini-2.5-pro", "gemini-3.7-flash-lite", "GEMINI-3.7-flash")) {
                    all.add(new Attempt("404 model", sent(request("POST", target.replace("gemini-3.7-flash", other), own(), body()))));
                }
                for (String out : List.of("{\"contents\":[],\"tools\":[{\"url_context\":{}}]}", "{\"contents\":[],\"tools\":[{\"googleSearch\":{}}]}",
                        "{\"contents\":[{\"parts\":[{\"fileData\":{\"fileUri\":\"https://x.test/\"}}]}]}")) {
                    all.add(new Attempt("400 way-out", sent(request("POST", target, own(), out))));
                }
                return all;
            }
            for (String other : List.of("\"model\":\"other\"", "\"model\":\"" + provider.model() + " \"", "\"x\":1")) {
                all.add(new Attempt("404 model", sent(request("POST", target, own(), body().replace(model, other)))));
            }
            for (String two : List.of(model + ",\"model\":\"other\"", "\"model\":\"other\"," + model, model + ",\"mod\\u0065l\":\"other\"", model + ",\"Model\":\"other\"",
                    "\"model\":[\"other\"]", model + ",\"mod\u0000el\":\"other\"")) {
                all.add(new Attempt("400 body", sent(request("POST", target, own(), body().replace(model, two)))));
            }
            all.add(new Attempt("400 body", sent(request("POST", target, own(), body() + body()))));
            all.add(new Attempt("400 body", sent(request("POST", target, own(), body().substring(1)))));
            switch (provider.id()) {
                case "openrouter" -> {
                    all.add(new Attempt("404 model", sent(request("POST", target, own(), body().replace(model, model + ",\"models\":[\"other\"]")))));
                    all.add(new Attempt("404 model", sent(request("POST", target, own(), body().replace(model, model.replace("sonnet-5", "sonnet-5:online"))))));
                    all.add(new Attempt("400 way-out", sent(request("POST", target, own(), body().replace(model, model + ",\"plugins\":[{\"id\":\"web\"}]")))));
                }
                case "openai" -> {
                    all.add(new Attempt("400 way-out", sent(request("POST", "/v1/responses", own(), "{" + model + ",\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]}"))));
                    all.add(new Attempt("400 way-out", sent(request("POST", target, own(), body().replace("\"" + MARK + "\"",
                            "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x.test/" + MARK + "\"}}]")))));
                    all.addAll(recordings());
                }
                case "anthropic" -> {
                    all.add(new Attempt("400 way-out", sent(request("POST", target, own(), body().replace(model, model + ",\"mcp_servers\":[{\"url\":\"https://x.test/\"}]")))));
                    all.add(new Attempt("400 way-out", sent(request("POST", target, own(), body().replace(model, model + ",\"tools\":[{\"type\":\"web_fetch_20250910\"}]")))));
                    all.add(new Attempt("404 model", sent(request("POST", target, own(), body().replace(model, model + ",\"fallbacks\":[{\"model\":\"other\"}]")))));
                }
                default -> all.add(new Attempt("404 model", sent(request("POST", "/api/show", own(), "{\"model\":\"other\"}"))));
            }
            return all;
        }

        /// Forms with a recording.
        private List<Attempt> recordings() {
            String form = "--bound\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nMODEL\r\n--bound\r\nContent-Disposition: form-data; name=\"file\"; "
                    + "filename=\"a.ogg\"\r\n\r\n" + MARK + "\r\n--bound--\r\n";
            String second = "--bound\r\nContent-Disposition: form-data; name=\"mo\\del\"\r\n\r\nother\r\n--bound--";
            String good = form.replace("MODEL", "gpt-4o-transcribe");
            List<Attempt> all = new ArrayList<>();
            all.add(new Attempt("404 model", recording(form.replace("MODEL", "other"))));
            for (String two : List.of(good.replace("--bound--", second), good.replace("--bound--", second.replace("\\", "")), "preamble\r\n" + good, good + "epilogue",
                    good.replace("name=\"model\"", "name=\"model\"; name=\"x\""))) {
                all.add(new Attempt("400 body", recording(two)));
            }
            return all;
        }

        private Sent recording(String form) {
            return sent(request("POST", "/v1/audio/transcriptions", own(), form).replace("application/json", "multipart/form-data; boundary=bound"));
        }
    }
}
