package botmaker.dialect;

import botmaker.dialect.OwnAnswers.ErrorForm;
import botmaker.wire.HeaderFields;
import botmaker.wire.HeaderFields.Field;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A dialect as a table.
///
/// @param places     where clients put their credential, the usual place first
/// @param sideModels see [Dialect#sideModels()]
record Api(String id, List<Place> places, ErrorForm errors, Set<String> sideModels, Traits traits, List<Rule> rules) implements Dialect {
    /// A key of a Claude subscription, and one of the API: the first goes as Bearer, the second as `x-api-key`, whatever the bot did.
    private static final String SUBSCRIPTION = "sk-ant-oat01-";
    private static final String API_KEY = "sk-ant-";

    /// What tells a provider, or a proxy on the way, where a request is from, and what the broker sets itself.
    private static final Pattern NOT_SENT = Pattern.compile("host|content-length|expect|proxy-.*|x-forwarded-.*|x-real-ip|forwarded|via"
            + "|traceparent|tracestate|baggage|x-b3-.*|b3|x-request-start|cookie2?|accept-encoding|origin|cf-.*|x-botmaker-.*");
    /// What sets state, leads to another server, or names the operator's account; and what only the broker says.
    private static final Pattern NOT_ANSWERED = Pattern.compile("set-cookie2?|alt-svc|location|content-location|refresh|nel|report-to"
            + "|reporting-endpoints|.*organi[sz]ation.*|openai-project|.*account-id|x-botmaker-.*");

    @Override
    public List<Credential> credentials(HeaderFields fields, String query) {
        return Credentials.all(fields, query, Set.copyOf(places));
    }

    @Override
    public Optional<Route> route(String method, String path, String base) {
        String prefix = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return path.startsWith(prefix + "/")
                ? rules.stream().flatMap(rule -> rule.match(method, path.substring(prefix.length())).stream()).findFirst()
                : Optional.empty();
    }

    @Override
    public boolean isPublic(Route route) {
        return route.form() == Route.Form.LIST && traits.publicList();
    }

    @Override
    public Call read(Route route, String query, HeaderFields fields, byte[] body) throws Refused {
        return switch (route.form()) {
            case LIST -> new ListCall(route, errors);
            case TRANSCRIPTION -> new MultipartCall(route, fields.first("content-type").orElse(""), body);
            case MESSAGES, RESPONSES, CHAT, EMBEDDINGS, GEMINI, OLLAMA -> new JsonCall(traits, route, query, body);
        };
    }

    @Override
    public HeaderFields fields(HeaderFields asked, Optional<String> key) {
        HeaderFields kept = new HeaderFields(asked.endToEnd().list().stream()
                .filter(field -> !matches(NOT_SENT, field) && !Credentials.isCredential(field)).toList());
        HeaderFields sent = kept.and("Accept-Encoding", "identity");
        return key.map(it -> place(asked, it).put(sent, it)).orElse(sent);
    }

    /// Returns where the real key goes: where the placeholder stood, but for a key that only another place takes.
    private Place place(HeaderFields asked, String key) {
        if (places.contains(Place.X_API_KEY) && key.startsWith(API_KEY)) {
            return key.startsWith(SUBSCRIPTION) ? Place.BEARER : Place.X_API_KEY;
        }
        return places.stream().filter(place -> asked.list().stream().anyMatch(place::isOf)).findFirst()
                .orElse(places.getFirst());
    }

    @Override
    public String query(String asked) {
        return Credentials.without(asked);
    }

    @Override
    public HeaderFields answerFields(HeaderFields answered) {
        return new HeaderFields(answered.endToEnd().list().stream().filter(field -> !matches(NOT_ANSWERED, field)).toList());
    }

    @Override
    public Answer refusal(Refused refused) {
        return OwnAnswers.refusal(errors, refused);
    }

    private static boolean matches(Pattern names, Field field) {
        return names.matcher(field.name().toLowerCase(Locale.ROOT)).matches();
    }
}
