package botmaker.logs;

import botmaker.docker.Container;
import botmaker.docker.Engine.Event;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.EngineStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How a container ended that runs again: its inspection tells no more, but the engine remembers its last 256 events.
///
/// @param oom whether for want of memory
record PastDeath(long exitCode, boolean oom) {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration BEFORE = Duration.ofSeconds(1);

    /// @return empty when the engine has forgotten it
    /// @throws botmaker.error.Failure.EngineDown when the engine does not answer
    static Optional<PastDeath> of(Container container, Engine engine) {
        if (container.finishedAt().isEmpty()) {
            return Optional.empty();
        }
        Instant from = container.finishedAt().get().minus(BEFORE);
        boolean oom = false;
        try (EngineStream<Event> feed = engine.events(container.labels(), from); Deadline _ = new Deadline(PATIENCE, feed::close)) {
            for (Optional<Event> event = feed.next(); event.isPresent(); event = feed.next()) {
                if (event.get().id().equals(container.id())) {
                    oom |= event.get().action().equals("oom");
                    if (event.get().action().equals("die")) {
                        boolean forMemory = oom;
                        return exitCode(event.get()).map(code -> new PastDeath(code, forMemory));
                    }
                }
            }
            return Optional.empty();
        } catch (EngineException _) {
            return Optional.empty(); // it does not say
        }
    }

    private static Optional<Long> exitCode(Event event) {
        return Optional.ofNullable(event.attributes().get("exitCode")).filter(code -> code.matches("\\d{1,9}")).map(Long::valueOf);
    }
}
