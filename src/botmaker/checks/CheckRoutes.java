package botmaker.checks;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.post;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotSecretStore;
import botmaker.bot.model.Fields;
import botmaker.bot.model.KeptKeys.KeptKey;
import botmaker.bot.view.BotRegistry;
import botmaker.file.IoFailures;
import botmaker.http.ConcurrencyLimit;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.key.KeyStore;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.Provider;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Checks of credentials over HTTP. Credentials are sent to the service that issued them, and not kept here.
public final class CheckRoutes implements AutoCloseable {
    private static final int MAX_CHECKS = 4;

    private final BotRegistry registry;
    private final BotSecretStore secrets;
    private final KeyStore keys;
    private final CredentialCheck check = new CredentialCheck();
    private final ConcurrencyLimit checks = new ConcurrencyLimit(MAX_CHECKS,
            "Other credentials are being checked. Try again in a few seconds.");

    public CheckRoutes(BotRegistry registry, BotSecretStore secrets, KeyStore keys) {
        this.registry = registry;
        this.secrets = secrets;
        this.keys = keys;
    }

    public List<Route> routes() {
        return List.of(
                post("/api/checks/ai", this::ai),
                post("/api/checks/channel", this::channel));
    }

    private Response ai(Request rq) throws InterruptedException {
        Fields fields = Fields.of(rq.json());
        if (fields.has("key")) {
            return kept(fields);
        }
        String provider = fields.text("provider");
        Optional<String> baseUrl = fields.optionalText("baseUrl");
        Optional<String> apiKey = fields.optionalText("apiKey");
        fields.end();
        fields.refuse(Catalog.checkKey(provider, baseUrl, apiKey));
        fields.check();
        return answer(check(provider, baseUrl, apiKey));
    }

    /// Checks a kept key, at the server that it was entered for.
    private Response kept(Fields fields) throws InterruptedException {
        String id = fields.text("key");
        fields.end();
        Optional<KeptKey> found = keys.find(id);
        if (found.isEmpty()) {
            fields.refuse("key", "There is no such key.");
        }
        fields.check();
        Secret value;
        try {
            value = keys.value(id);
        } catch (UncheckedIOException damaged) {
            throw IoFailures.conflict(damaged, "This key cannot be read: " + damaged.getMessage() + ". Replace the key.");
        }
        CredentialCheck.Result result = check(found.get().provider(), found.get().baseUrl(), Optional.of(value.reveal()));
        result.ok().ifPresent(works -> keys.tested(id, value, works));
        return answer(result);
    }

    private CredentialCheck.Result check(String provider, Optional<String> baseUrl, Optional<String> key) throws InterruptedException {
        try (var _ = checks.take(1)) {
            return check.key(Catalog.provider(provider).orElseThrow(), baseUrl, key);
        }
    }

    private static Response answer(CredentialCheck.Result result) {
        return ok(result.toJson().put("models", Json.strings(result.models())).build());
    }

    private Response channel(Request rq) throws InterruptedException {
        Fields fields = Fields.of(rq.json());
        String type = fields.text("type");
        Map<String, String> settings = fields.textsByName("settings");
        Map<String, String> credentials = fields.textsByName("credentials");
        Optional<String> self = fields.optionalText("bot");
        fields.end();
        fields.refuse(Catalog.checkChannel(new ChannelSettings(type, settings), credentials));
        fields.check();
        Channel known = Catalog.channel(type).orElseThrow();
        List<String> usedBy = usedBy(known, credentials.values().stream().map(Secret::of).toList(), self.flatMap(BotId::of));
        try (var _ = checks.take(1)) {
            return ok(check.channel(known, settings, credentials).toJson().put("usedBy", Json.strings(usedBy)).build());
        }
    }

    /// Returns the names of the bots on a channel that use one of these credentials: two bots with one token take each other's
    /// messages.
    ///
    /// The secret files are read for each question and compared in constant time. Nothing is remembered between questions, not even a
    /// hash: there are some hundred small files at most, and what is not kept cannot leak.
    ///
    /// @param except the bot that the question is about, if it exists already
    List<String> usedBy(Channel channel, List<Secret> credentials, Optional<BotId> except) {
        return registry.rows().stream()
                .filter(bot -> bot.spec().channel().type().equals(channel.id()) && !Optional.of(bot.id()).equals(except))
                .filter(bot -> uses(bot.id(), channel, credentials))
                .map(bot -> bot.spec().name().value())
                .sorted()
                .toList();
    }

    private boolean uses(BotId id, Channel channel, List<Secret> credentials) {
        try {
            return channel.credentials().stream()
                    .flatMap(field -> secrets.real(id, new SecretName(channel.secretFile(field.key()))).stream())
                    .anyMatch(credentials::contains);
        } catch (UncheckedIOException e) {
            return false; // such a bot shows its problem itself, and must not keep others from being checked
        }
    }

    @Override
    public void close() {
        check.close();
    }
}
