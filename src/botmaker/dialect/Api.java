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

    /// What OpenClaw sends. Any other field could lead a gateway elsewhere with the real key, choose who is billed, or tell of the sender.
    private static final Pattern SENT = Pattern.compile("accept|accept-language|sec-fetch-mode|content-type|user-agent|http-referer|x-title"
            + "|x-app|originator|version|anthropic-(beta|version|dangerous-direct-browser-access)|openai-beta|x-stainless-[a-z-]+"
            + "|x-goog-api-client"
            + "|x-openrouter-(title|categories)|x-billing-invoke-origin|idempotency-key|x-client-request-id|x-session-affinity"
            + "|(x-)?session[-_]id|conversation[-_]id|x-grok-conv-id|x-openclaw-(session-id|turn-id|turn-attempt)");
    private static final Pattern JSON = Pattern.compile("application/json(; ?charset=\"?utf-8\"?)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern PAGE = Pattern.compile("(limit|pageSize)=[0-9]{1,6}|(pageToken|after_id|before_id)=[A-Za-z0-9%._~+/=-]*");
    private static final Pattern OF_GEMINI = Pattern.compile("alt=(sse|json)");
    private static final Pattern OF_MESSAGES = Pattern.compile("beta=true");
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
        requireKnown(route, Credentials.without(query));
        requireType(route, fields);
        return switch (route.form()) {
            case LIST -> new ListCall(route, errors);
            case TRANSCRIPTION -> new MultipartCall(route, fields.first("content-type").orElse(""), body);
            case MESSAGES, RESPONSES, CHAT, EMBEDDINGS, GEMINI, OLLAMA -> new JsonCall(traits, route, query, body);
        };
    }

    /// Refuses a query with more than the call needs: Google's servers read a method and header fields out of it.
    private static void requireKnown(Route route, String query) throws Refused {
        Optional<Pattern> known = switch (route.form()) {
            case LIST -> Optional.of(PAGE);
            case GEMINI -> Optional.of(OF_GEMINI);
            case MESSAGES -> Optional.of(OF_MESSAGES);
            case RESPONSES, CHAT, EMBEDDINGS, TRANSCRIPTION, OLLAMA -> Optional.empty();
        };
        for (String parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            if (known.filter(it -> it.matcher(parameter).matches()).isEmpty()) {
                throw new Refused(Refused.Reason.ROUTE, "The request's query has a parameter that bots do not need.");
            }
        }
    }

    /// Refuses a body that its type lets a server read as something else than what was read here.
    private static void requireType(Route route, HeaderFields fields) throws Refused {
        List<String> types = fields.all("content-type");
        boolean json = route.takesBody() && route.form() != Route.Form.TRANSCRIPTION;
        if (types.size() > 1 || json && !types.stream().allMatch(type -> JSON.matcher(type).matches())) {
            throw new Refused(Refused.Reason.BODY, "The request's Content-Type is not that of its body.");
        }
    }

    @Override
    public HeaderFields fields(HeaderFields asked, Optional<String> key) {
        HeaderFields kept = new HeaderFields(asked.endToEnd().list().stream()
                .filter(field -> matches(SENT, field) && !Credentials.isCredential(field)).toList());
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
