package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// What a look at a running bot found.
///
/// @param state   how it is
/// @param problem why it is not ready, in words; holds no secret
public record ProbeResult(State state, Optional<String> problem) {
    /// How a bot is.
    public enum State {
        /// Nothing answers at its port, or not in time.
        DOWN,
        /// It answers, and gets ready.
        STARTING,
        /// It and its channel work.
        READY,
        /// It is up, and something of it does not work.
        DEGRADED
    }

    public ProbeResult {
        requireNonNull(state);
        requireNonNull(problem);
    }

    /// Not reached, with the reason.
    public static ProbeResult down(String problem) {
        return new ProbeResult(State.DOWN, Optional.of(problem));
    }

    static ProbeResult starting(String problem) {
        return new ProbeResult(State.STARTING, Optional.of(problem));
    }

    static ProbeResult works() {
        return new ProbeResult(State.READY, Optional.empty());
    }

    static ProbeResult degraded(String problem) {
        return new ProbeResult(State.DEGRADED, Optional.of(problem));
    }

    /// Whether it and its channel work.
    public boolean ready() {
        return state == State.READY;
    }

    /// Whether its start is over, well or not.
    public boolean up() {
        return state == State.READY || state == State.DEGRADED;
    }
}
