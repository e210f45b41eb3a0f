package botmaker.docker;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Supplier;

/// The engine refused a call, with an HTTP status and a message of its own.
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    /// @param status  the HTTP status; 500 where the engine reported the error inside an answer that began well
    /// @param message the engine's own words
    public EngineException(int status, String message) {
        super(requireNonNull(message));
        this.status = status;
    }

    /// Returns the HTTP status.
    public int status() {
        return status;
    }

    /// Returns the engine's own words; never null.
    @Override
    public String getMessage() {
        return requireNonNull(super.getMessage());
    }

    /// Returns whether the container, image or network of the call, or one that it names, does not exist: 404.
    public boolean notFound() {
        return status == 404;
    }

    /// Returns whether the call conflicts with the present state, such as a name in use: 409.
    public boolean conflict() {
        return status == 409;
    }

    /// Runs a lookup; returns empty when the engine has no such thing.
    static <T> Optional<T> unlessMissing(Supplier<T> lookup) {
        try {
            return Optional.of(lookup.get());
        } catch (EngineException e) {
            if (e.notFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Returns whether a container is being removed already; only the engine's message says so.
    boolean aboutRemoval() {
        return conflict() && getMessage().contains("is already in progress");
    }

    /// Returns whether the engine refused the API version that was used.
    boolean aboutVersion() {
        return status == 400 && getMessage().startsWith("client version ");
    }
}
