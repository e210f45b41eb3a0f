package botmaker.policy;

import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// A server that a bot may ask through the broker.
///
/// @param link        the name of the socket through which the bot asks: [#TLS], or one for each origin without TLS, such as `m0`
/// @param host        as the bot names it, in lower case. A `*` in it stands for letters, digits and dashes: see [#at]
/// @param port        as the bot names it
/// @param tls         whether the bot asks through TLS, which the broker ends
/// @param upstream    where the broker asks: scheme, host, port and the path that precedes every route
/// @param dialect     which API is spoken there, as `botmaker.dialect` or, for a chat service, `botmaker.chat` names it
/// @param credentials what the bot sends and the broker replaces, or takes out; empty where it sends none. An AI has one at most
/// @param models      the models that the bot may use there, by the provider's own names
public record Origin(String link, String host, int port, boolean tls, URI upstream, String dialect, List<Credential> credentials,
        List<String> models) {
    /// The socket of all origins with TLS, which the broker tells apart by the name that TLS asks for (SNI).
    public static final String TLS = "tls";

    /// A key or a token, by reference.
    ///
    /// @param key         its owner in the store of keys; empty where the server asks for none, but OpenClaw sends one all the same
    /// @param file        the name of the file with its value
    /// @param placeholder what the bot sends in its place
    public record Credential(Optional<String> key, String file, String placeholder) {
        /// The name of the file with a key's value.
        public static final String FILE = "value";

        /// A key of an AI provider.
        public Credential(Optional<String> key, String placeholder) {
            this(key, FILE, placeholder);
        }

        /// Leaves the placeholder out: it opens the bot's sockets.
        @Override
        public String toString() {
            return "Credential[" + key.orElse("no key") + "/" + file + "]";
        }

        private JsonValue toJson() {
            return Json.object().put("key", key).put("file", file).put("placeholder", placeholder).build();
        }

        private static Credential of(JsonValue json) {
            return new Credential(json.find("key").map(JsonValue::string), json.get("file").string(), json.get("placeholder").string());
        }
    }

    public Origin {
        credentials = List.copyOf(credentials);
        models = List.copyOf(models);
    }

    /// A server that asks for one credential, or for none.
    public Origin(String link, String host, int port, boolean tls, URI upstream, String dialect, Optional<Credential> credential,
            List<String> models) {
        this(link, host, port, tls, upstream, dialect, credential.stream().toList(), models);
    }

    /// Returns whether this is the server of that name.
    public boolean isAt(String name) {
        return host.equals(name) || host.contains("*") && name.matches(host.replace(".", "\\.").replace("*", "[a-z0-9-]{0,62}[a-z0-9]"));
    }

    /// Returns this server under one name, of those that its host stands for: the broker asks the server of that name, too.
    public Origin at(String name) {
        return host.equals(name) ? this : new Origin(link, name, port, tls, URI.create(upstream.toString().replace(host, name)), dialect,
                credentials, models);
    }

    /// Returns the key of an AI.
    public Optional<Credential> credential() {
        return credentials.stream().findFirst();
    }

    JsonValue toJson() {
        return Json.object().put("link", link).put("host", host).put("port", port).put("tls", tls)
                .put("upstream", upstream.toString()).put("dialect", dialect)
                .put("credentials", Json.array(credentials.stream().map(Credential::toJson).toList()))
                .put("models", Json.strings(models)).build();
    }

    /// @throws JsonException if a member is missing or of another type
    static Origin of(JsonValue json) {
        return new Origin(json.get("link").string(), json.get("host").string(), Math.toIntExact(json.get("port").integer()),
                json.get("tls").bool(), URI.create(json.get("upstream").string()), json.get("dialect").string(),
                json.get("credentials").elements().stream().map(Credential::of).toList(),
                json.get("models").elements().stream().map(JsonValue::string).toList());
    }
}
