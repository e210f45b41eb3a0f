package botmaker.checks;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.post;

import botmaker.bot.model.BotId;
import botmaker.bot.model.Fields;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.ChannelSettings;
import botmaker.openclaw.CredentialCheck;
import botmaker.openclaw.Provider;
import botmaker.secret.Secret;
import botmaker.talk.ConcurrencyLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Credentials tried before a bot is made of them. They are asked about where they belong, and kept nowhere.
public final class CheckRoutes implements AutoCloseable {
    private static final int MOST_CHECKS = 4;

    private final Catalog catalog;
    private final CredentialCheck credentials;
    private final TokenUse tokens;
    private final ConcurrencyLimit turns = new ConcurrencyLimit(MOST_CHECKS, "Other credentials are being checked. Try again in some seconds.");

    public CheckRoutes(Catalog catalog, CredentialCheck credentials, TokenUse tokens) {
        this.catalog = catalog;
        this.credentials = credentials;
        this.tokens = tokens;
    }

    public List<Route> routes() {
        return List.of(
                post("/api/checks/ai", this::ai),
                post("/api/checks/channel", this::channel));
    }

    private Response ai(Request rq) throws InterruptedException {
        List<FieldError> errors = new ArrayList<>();
        Fields fields = Fields.of(rq.json(), errors);
        String provider = fields.text("provider");
        Optional<String> baseUrl = fields.optionalText("baseUrl");
        Optional<String> apiKey = fields.optionalText("apiKey");
        fields.end();
        refuse(errors, catalog.checkKey(provider, baseUrl, apiKey));
        Provider known = catalog.provider(provider).orElseThrow();
        try (var _ = turns.take()) {
            CredentialCheck.Result result = credentials.key(known, baseUrl, apiKey);
            return ok(result.toJson().put("models", Json.strings(result.models())).build());
        }
    }

    private Response channel(Request rq) throws InterruptedException {
        List<FieldError> errors = new ArrayList<>();
        Fields fields = Fields.of(rq.json(), errors);
        String type = fields.text("type");
        Map<String, String> settings = fields.textsByName("settings");
        Map<String, String> credentials = fields.textsByName("credentials");
        Optional<String> self = fields.optionalText("bot");
        fields.end();
        refuse(errors, catalog.checkChannel(new ChannelSettings(type, settings), credentials));
        Channel known = catalog.channel(type).orElseThrow();
        List<String> usedBy = tokens.usedBy(known, credentials.values().stream().map(Secret::of).toList(),
                self.flatMap(BotId::of));
        try (var _ = turns.take()) {
            return ok(this.credentials.channel(known, settings, credentials).toJson().put("usedBy", Json.strings(usedBy)).build());
        }
    }

    /// What is wrong with the form of a field says more than what is wrong with its value.
    private static void refuse(List<FieldError> errors, List<FieldError> more) {
        List<String> reported = errors.stream().map(FieldError::field).toList();
        more.stream().filter(error -> !reported.contains(error.field())).forEach(errors::add);
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors);
        }
    }

    @Override
    public void close() {
        credentials.close();
    }
}
