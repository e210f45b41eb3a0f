package botmaker.dialect;

import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Route.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// A call with a JSON body.
final class JsonCall implements Call {
    private static final byte[] NOTHING = {};

    private final Route route;
    private final String query;
    private byte[] body;
    private BodyReader read;
    private final long estimatedInput;
    private final long mostInput;
    private final List<String> models;
    private final boolean streams;
    private final List<Splice> edits = new ArrayList<>();

    /// @throws Refused if the body is malformed or ambiguous, or names no model
    JsonCall(Traits traits, Route route, String query, byte[] body) throws Refused {
        this.route = route;
        this.query = query;
        this.body = body;
        read = new BodyReader(body, route.form(), limits(traits, route.form()));
        JsonScan.scan(body, read);
        estimatedInput = read.estimatedInput();
        mostInput = read.mostInput();
        models = Stream.concat(route.model().stream(), read.models().stream()).map(traits::listed).distinct().toList();
        if (models.isEmpty()) {
            throw new Refused(Reason.MODEL, "The request names no model.");
        }
        streams = switch (route.form()) {
            case GEMINI -> route.name().contains(":stream");
            case OLLAMA -> read.streams(!route.embeds());
            default -> read.streams(false);
        };
        if (route.form() == Form.CHAT && streams && traits.asksForUsage() && !read.usage().is(body, "true")) {
            edits.add(read.usage().set(body, start(), "true"));
        }
    }

    /// Returns the members that limit the output: first the one to set where there is none.
    private static List<Setting> limits(Traits traits, Form form) {
        return switch (form) {
            case MESSAGES -> List.of(new Setting("max_tokens"));
            case RESPONSES -> List.of(new Setting("max_output_tokens"));
            case CHAT -> Stream.of("max_tokens", "max_completion_tokens")
                    .sorted((one, other) -> Boolean.compare(other.equals(traits.chatLimit()), one.equals(traits.chatLimit())))
                    .map(Setting::new).toList();
            case GEMINI -> List.of(new Setting("generationConfig", "maxOutputTokens"));
            case OLLAMA -> List.of(new Setting("options", "num_predict"));
            case LIST, EMBEDDINGS, TRANSCRIPTION -> List.of();
        };
    }

    private int start() {
        int start = 0;
        while (body[start] != '{') {
            start++;
        }
        return start;
    }

    @Override
    public List<String> models() {
        return models;
    }

    @Override
    public boolean streams() {
        return streams;
    }

    /// Of two limits, the larger: a server may know only one of them.
    @Override
    public OptionalLong outputLimit() {
        return read.limits().stream().map(limit -> limit.number(body)).flatMapToLong(OptionalLong::stream).max();
    }

    @Override
    public long choices() {
        return read.choices();
    }

    @Override
    public Optional<String> continues() {
        return read.continues();
    }

    @Override
    public Optional<String> tier() {
        return read.tier();
    }

    @Override
    public Optional<String> wayOut() {
        return read.wayOut();
    }

    @Override
    public long estimatedInput() {
        return estimatedInput;
    }

    @Override
    public byte[] body() {
        return Splice.apply(body, edits);
    }

    @Override
    public byte[] body(long outputLimit) {
        List<Setting> present = read.limits().stream().filter(Setting::isPresent).toList();
        List<Splice> all = new ArrayList<>(edits);
        (present.isEmpty() ? read.limits().stream().limit(1) : present.stream())
                .filter(limit -> limit.number(body).orElse(Long.MAX_VALUE) > outputLimit)
                .forEach(limit -> all.add(limit.set(body, start(), Long.toString(outputLimit))));
        return Splice.apply(body, all);
    }

    @Override
    public void sent() {
        body = NOTHING;
        read = new BodyReader(NOTHING, route.form(), List.of());
    }

    @Override
    public Meter meter(long kept) {
        return new UsageMeter(route, mostInput + kept);
    }

    @Override
    public Answer instead(Reason reason, String words) {
        return OwnAnswers.instead(route, streams, query, models.isEmpty() ? "" : models.getFirst(), reason, words);
    }
}
