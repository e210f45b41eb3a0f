package botmaker.docker;

import botmaker.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// The engine's images.
public final class Images {
    /// Matches every image reference and digest, and nothing that would be another path.
    private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_:@-]|[./](?![./]))*");
    private static final Duration TRANSFER = Duration.ofHours(1);
    private static final Duration SILENCE = Duration.ofSeconds(30); // of a step on a host that is busy with it
    private static final Duration PRUNING = Duration.ofMinutes(5);
    private static final int MAX_LINE = 1024 * 1024;

    private final Client client;

    /// An image that the engine has (Engine API `GET /images/{name}/json`).
    ///
    /// @param id        its digest, `sha256:…`
    /// @param createdAt when it was built, if known
    /// @param size      bytes on disk
    /// @param config    what a container inherits from it unless its specification says otherwise: variables, command, labels
    public record Image(String id, Map<String, String> labels, Optional<Instant> createdAt, long size, JsonValue config) {
        public Image {
            labels = Map.copyOf(labels);
        }

        static Image of(JsonValue json) {
            JsonValue config = Fields.object(json, "Config");
            return new Image(json.get("Id").string(), Fields.texts(config, "Labels"), Fields.time(json, "Created"),
                    Fields.number(json, "Size"), config);
        }
    }

    /// A step of a build or a pull, in the engine's words.
    ///
    /// @param item  the layer it is about
    /// @param done  bytes so far, 0 when unknown
    /// @param total bytes in all, 0 when unknown
    public record Progress(String message, Optional<String> item, long done, long total) {

        /// @throws EngineException when the step is the engine's report of a failure
        static Progress of(JsonValue json) {
            Fields.text(json, "error").ifPresent(error -> {
                throw new EngineException(500, error);
            });
            JsonValue detail = Fields.object(json, "progressDetail");
            return new Progress(
                    Fields.text(json, "stream").or(() -> Fields.text(json, "status")).orElse("").strip(),
                    Fields.text(json, "id"),
                    Fields.number(detail, "current"),
                    Fields.number(detail, "total"));
        }
    }

    Images(Client client) {
        this.client = client;
    }

    /// Returns an image if the engine has it. `GET /images/{name}/json`
    ///
    /// @param reference name with tag, or digest
    public Optional<Image> find(String reference) {
        return REFERENCE.matcher(reference).matches()
                ? EngineException.unlessMissing(() -> client.json(Call.get("/images/" + reference + "/json"), Image::of))
                : Optional.empty();
    }

    /// Builds an image with the engine's classic builder and without its cache, since what earlier builds fetched may
    /// be outdated. `POST /build`
    ///
    /// @param contextTar a tar archive with a `Dockerfile`; always closed
    /// @param arguments  build arguments; anybody who has the image can read them
    public void build(InputStream contextTar, Map<String, String> arguments, String tag, Consumer<Progress> progress) {
        try (contextTar) {
            follow(Call.post("/build").with("t", tag).with("buildargs", Fields.object(arguments).toString())
                    .with("forcerm", true).with("nocache", true).body(contextTar), progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Pulls an image from its registry. `POST /images/create`
    public void pull(String reference, Consumer<Progress> progress) {
        follow(Call.post("/images/create").with("fromImage", withTag(reference)), progress);
    }

    /// Removes the images that have all of the labels and no name, such as the stages of a build. `POST /images/prune`
    ///
    /// @throws IllegalArgumentException without labels, which would remove the images of others
    public void pruneUnnamed(Map<String, String> labels) {
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("pruning needs a label");
        }
        client.run(Call.post("/images/prune").filter(labels, "dangling", "true").within(PRUNING));
    }

    /// Adds the default tag: without one the engine would pull every tag of the repository.
    static String withTag(String reference) {
        String lastPart = reference.substring(reference.lastIndexOf('/') + 1);
        return lastPart.contains(":") || lastPart.contains("@") ? reference : reference + ":latest";
    }

    private void follow(Call call, Consumer<Progress> progress) {
        try (Exchange exchange = client.open(call.within(TRANSFER).patient(SILENCE))) {
            for (Optional<byte[]> line; (line = exchange.read(body -> body.takeLine(MAX_LINE))).isPresent(); ) {
                byte[] json = line.get();
                progress.accept(Client.converting(call, () -> JsonValue.parse(json).convert(Progress::of)));
            }
        }
    }
}
