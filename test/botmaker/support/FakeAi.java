package botmaker.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.dialect.Answer;
import botmaker.dialect.Dialect;
import botmaker.dialect.Dialects;
import botmaker.dialect.Refused;
import botmaker.dialect.Route;
import botmaker.wire.HeaderFields;
import botmaker.wire.MessageReader;
import botmaker.wire.RequestHead;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Any AI provider behind a name of its own, in the form of its own API: answers every call of a model with the same words.
public final class FakeAi implements FakeInternet.Site {
    /// A provider, as bots know it.
    ///
    /// @param host      where a bot of it asks
    /// @param base      the path before every route
    /// @param keyPrefix what its keys begin with
    /// @param chosen    whether the operator chooses the server, which is `host` then
    public record Provider(String id, String model, String host, String base, String keyPrefix, boolean chosen) {
        /// The member `ai` of a request for a bot with that key.
        public String ai(String key) {
            return "{\"provider\": \"%s\", \"model\": \"%s\", %s\"apiKey\": \"%s\"}".formatted(id, model,
                    chosen ? "\"baseUrl\": \"https://" + host + base + "\", " : "", key);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    /// All providers.
    public static final List<Provider> ALL = List.of(
            new Provider("anthropic", "claude-sonnet-5", "api.anthropic.com", "", "sk-ant-api03-", false),
            new Provider("openai", "gpt-6-sol", "api.openai.com", "/v1", "sk-proj-", false),
            new Provider("google", "gemini-3.7-flash", "generativelanguage.googleapis.com", "", "AIza", false),
            new Provider("openrouter", "anthropic/claude-sonnet-5", "openrouter.ai", "/api/v1", "sk-or-v1-", false),
            new Provider("xai", "grok-4.7", "api.x.ai", "/v1", "xai-", false),
            new Provider("together", "moonshotai/Kimi-K2.6", "api.together.xyz", "/v1", "", false),
            new Provider("nvidia", "z-ai/glm-5.2", "integrate.api.nvidia.com", "/v1", "nvapi-", false),
            new Provider("ollama", "llama", "ollama.test", "", "", true),
            new Provider("openai-compatible", "m", "compatible.test", "/v1", "", true));
    /// The names of all their servers.
    public static final List<String> HOSTS = ALL.stream().map(Provider::host).toList();

    private final Dialect dialect;
    private final String base;
    private final String words;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /// A request as it came.
    public record Asked(RequestHead head, String body) { }

    /// @param words the answer to every call
    public FakeAi(Provider provider, String words) {
        this(provider.id(), provider.base(), words);
    }

    public FakeAi(String provider, String base, String words) {
        this.dialect = Dialects.of(provider).orElseThrow();
        this.base = base;
        this.words = words;
    }

    /// Finds a provider by its id.
    public static Provider provider(String id) {
        return ALL.stream().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
    }

    /// The requests so far.
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /// Whether a request came with that key.
    public boolean sawKey(String key) {
        return asked.stream().anyMatch(it -> it.head.fields().list().stream().anyMatch(field -> field.value().contains(key)));
    }

    /// Forgets the requests so far.
    public void forget() {
        asked.clear();
    }

    @Override
    public void serve(Socket socket) throws IOException {
        MessageReader reader = new MessageReader(socket.getInputStream());
        while (true) {
            RequestHead head = RequestHead.of(reader.head(RequestHead.MAX_BYTES));
            byte[] body = FakeVendor.body(reader, head.framing());
            asked.add(new Asked(head, new String(body, UTF_8)));
            Answer answer = answer(head, body);
            HeaderFields fields = answer.fields().without(Answer.MARK).and("Content-Length", Integer.toString(answer.body().length));
            socket.getOutputStream().write(fields.head("HTTP/1.1 " + answer.status() + " X"));
            socket.getOutputStream().write(answer.body());
        }
    }

    private Answer answer(RequestHead head, byte[] body) throws IOException {
        Optional<Route> route = dialect.route(head.method(), head.path(), base);
        if (route.isEmpty() || !route.get().takesBody()) {
            return new Answer(404, HeaderFields.of("Content-Type", "application/json"), "{}".getBytes(UTF_8));
        }
        try {
            return dialect.read(route.get(), head.query(), head.fields(), body).instead(Refused.Reason.PAUSED, words);
        } catch (Refused e) {
            throw new IOException(e);
        }
    }
}
