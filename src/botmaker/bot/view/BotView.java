package botmaker.bot.view;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSpec;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.secret.SecretName;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// One bot in the registry, immutable: what is known of it, and its status and JSON made from that, as the API shows them.
public record BotView(Facts facts, Context context, Status status, String json) {
    BotView(Facts facts, Context context) {
        Status status = Status.of(facts.row(), facts.seen(), context.engineProblem()).flawed(facts.flaw()).during(facts.work());
        this(facts, context, status, render(facts, context, status).toString());
    }

    /// Everything known of one bot.
    ///
    /// @param written when each of its secrets was last written, by its name
    /// @param flaw    what is wrong with its own files
    /// @param work    what BotMaker is doing to it
    /// @param spent   what it has spent on its AI; empty where that is not counted, or was not read yet
    record Facts(BotRecord row, ObservedState seen, SortedMap<String, Instant> written, Optional<String> flaw, Optional<String> work,
            Optional<Spending> spent) {
        /// Returns how its container differs from the specification; nothing while BotMaker replaces it, or has that left to do.
        private List<Difference> drift() {
            return work.isPresent() || row.rollout().pending() == BotRecord.Pending.RECREATE ? List.of() : seen.drift();
        }

        static Facts of(BotRecord row, Map<SecretName, Instant> secrets) {
            return new Facts(row, ObservedState.absent(), byName(secrets), Optional.empty(), Optional.empty(), Optional.empty());
        }

        /// A budget that was changed is judged anew, at the next look at what was spent.
        Facts row(BotRecord changed) {
            boolean sameBudget = changed.spec().rules().budget().equals(row.spec().rules().budget());
            return new Facts(changed, seen, written, flaw, work, sameBudget ? spent : spent.map(Spending::unjudged));
        }

        Facts seen(ObservedState changed) {
            return new Facts(row, changed, written, flaw, work, spent);
        }

        Facts secrets(Map<SecretName, Instant> changed) {
            return new Facts(row, seen, byName(changed), flaw, work, spent);
        }

        Facts flaw(Optional<String> problem) {
            return new Facts(row, seen, written, problem, work, spent);
        }

        Facts work(Optional<String> doing) {
            return new Facts(row, seen, written, flaw, doing, spent);
        }

        Facts spent(Spending now) {
            return new Facts(row, seen, written, flaw, work, Optional.of(now));
        }

        private static SortedMap<String, Instant> byName(Map<SecretName, Instant> secrets) {
            SortedMap<String, Instant> names = new TreeMap<>();
            secrets.forEach((name, time) -> names.put(name.value(), time));
            return Collections.unmodifiableSortedMap(names);
        }
    }

    /// What the JSON of every bot depends on besides its own facts.
    record Context(Optional<String> engineProblem, Optional<String> newestImage) {
        /// Returns whether a new container would be created from another image.
        private boolean isOutdated(Optional<Container> container) {
            return container.isPresent() && newestImage.filter(it -> !it.equals(container.get().imageId())).isPresent();
        }
    }

    public BotRecord row() {
        return facts.row();
    }

    /// Returns its name, for people.
    public String name() {
        return row().spec().name().value();
    }

    public ObservedState seen() {
        return facts.seen();
    }

    /// Returns when each of its secrets was last written, by its name.
    public SortedMap<String, Instant> written() {
        return facts.written();
    }

    /// Returns whether its secrets could be read and have been.
    public boolean areSecretsKnown() {
        return facts.flaw().isEmpty() && !facts.written().isEmpty();
    }

    public JsonObject toJson() {
        return render(facts, context, status);
    }

    private static JsonObject render(Facts facts, Context context, Status status) {
        BotRecord row = facts.row();
        ObservedState seen = facts.seen();
        BotSpec spec = row.spec();
        var settings = Json.object();
        spec.channel().settings().forEach(settings::put);
        var secretsWrittenAt = Json.object();
        facts.written().forEach((name, time) -> secretsWrittenAt.put(name, time.toString()));
        ObjectBuilder json = Json.object()
                .put("id", row.id().value())
                .put("name", spec.name().value())
                .put("status", status.word().toString())
                .put("health", lower(status.word() == Status.Word.RUNNING ? seen.health() : ObservedState.Health.NONE))
                .put("reason", status.reason())
                .put("desired", lower(row.desired()))
                .put("ai", Json.object()
                        .put("provider", spec.ai().provider())
                        .put("model", spec.ai().model())
                        .put("baseUrl", spec.ai().baseUrl())
                        .put("key", spec.aiKey())
                        .build())
                .put("channel", Json.object()
                        .put("type", spec.channel().type())
                        .put("settings", settings.build())
                        .build())
                .put("access", Json.object()
                        .put("policy", lower(spec.access().policy()))
                        .put("allow", Json.strings(spec.access().allow()))
                        .put("pairedOwner", row.pairedOwner())
                        .build())
                .put("reach", spec.reach().id())
                .put("limits", spec.limits().toJson())
                .put("controlUi", controlUi(row))
                .put("secrets", Json.strings(facts.written().keySet()))
                .put("secretsWrittenAt", secretsWrittenAt.build())
                .put("image", row.image())
                .put("imageDigest", seen.container().map(Container::imageId))
                .put("imageOutdated", context.isOutdated(seen.container()))
                .put("drift", Json.array(facts.drift().stream().map(Difference::toJson).toList()))
                .put("previousImage", row.rollout().previous().map(BotRecord.Image::reference))
                .put("previousReach", row.rollout().former().map(it -> it.reach().id()))
                .put("createdAt", row.createdAt().toString())
                .put("updatedAt", row.updatedAt().toString())
                .put("startedAt", seen.startedAt().map(Instant::toString))
                .put("since", since(row, seen, status).toString())
                .put("containerId", seen.containerId())
                .put("lastLogLines", Json.strings(seen.lastLines()));
        spec.rules().addTo(json);
        facts.spent().filter(_ -> spec.reach().isBrokered()).ifPresent(it -> json.put("spent", it.toJson()));
        seen.stateBytes().ifPresent(bytes -> json.put("stateBytes", bytes));
        return json.build();
    }

    private static JsonValue controlUi(BotRecord row) {
        OptionalInt port = row.spec().controlUi().port();
        return port.isPresent() ? Json.object().put("port", port.getAsInt()).build() : Json.NULL;
    }

    /// Returns since when the bot has been in its present state.
    private static Instant since(BotRecord row, ObservedState seen, Status status) {
        return switch (status.word()) {
            case RUNNING -> seen.startedAt().orElse(row.updatedAt());
            case STOPPED, ERROR -> seen.container().flatMap(Container::finishedAt).orElse(row.updatedAt());
            case CREATING, DELETING, UNKNOWN -> row.updatedAt();
        };
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
