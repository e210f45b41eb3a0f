package botmaker.docker;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// The Engine API's calls on images.
final class Images {
    /// Every image reference and digest, and nothing that would be another path.
    private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_:@-]|[./](?![./]))*");
    private static final Duration TRANSFER = Duration.ofHours(1);
    private static final Duration PRUNING = Duration.ofMinutes(5);
    private static final int MAX_LINE = 1024 * 1024;

    private final Client client;

    Images(Client client) {
        this.client = client;
    }

    Optional<ImageInfo> find(String reference) {
        if (!REFERENCE.matcher(reference).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(client.json(Call.get("/images/" + reference + "/json"), ImageInfo::of));
        } catch (EngineException e) {
            if (e.notFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void build(InputStream contextTar, Map<String, String> arguments, String tag, Consumer<Progress> progress) {
        ObjectBuilder buildArguments = Json.object();
        arguments.forEach(buildArguments::put);
        try (contextTar) {
            follow(Call.post("/build").with("t", tag).with("buildargs", buildArguments.build().toString())
                    .with("forcerm", true).with("nocache", true).body(contextTar), progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void pull(String reference, Consumer<Progress> progress) {
        follow(Call.post("/images/create").with("fromImage", withTag(reference)), progress);
    }

    void prune(Map<String, String> labels) {
        String filters = Filters.labels(labels).and("dangling", "true").toString();
        client.run(Call.post("/images/prune").with("filters", filters).within(PRUNING));
    }

    /// Without a tag the engine would pull every tag there is.
    static String withTag(String reference) {
        String lastPart = reference.substring(reference.lastIndexOf('/') + 1);
        return lastPart.contains(":") || lastPart.contains("@") ? reference : reference + ":latest";
    }

    private void follow(Call call, Consumer<Progress> progress) {
        try (Exchange exchange = client.open(call.within(TRANSFER))) {
            for (Optional<byte[]> line; (line = exchange.read(body -> body.takeLine(MAX_LINE))).isPresent(); ) {
                byte[] json = line.get();
                progress.accept(Client.converting(call, () -> JsonValue.parse(json).convert(Progress::of)));
            }
        }
    }
}
