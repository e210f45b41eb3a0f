package botmaker.docker;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Supplier;

/// The engine understood a call and said no, with an HTTP status and a message of its own.
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    /// @param status  the HTTP status; 500 where the engine reported the error inside an answer that began well
    /// @param message the engine's own words
    public EngineException(int status, String message) {
        super(requireNonNull(message));
        this.status = status;
    }

    /// The HTTP status.
    public int status() {
        return status;
    }

    /// The engine's own words.
    public String message() {
        return getMessage();
    }

    /// Never null.
    @Override
    public String getMessage() {
        return requireNonNull(super.getMessage());
    }

    /// Whether the container, image or network (of the call, or one that it names) does not exist: 404.
    public boolean notFound() {
        return status == 404;
    }

    /// Whether the present state stands against the call, such as a name in use: 409.
    public boolean conflict() {
        return status == 409;
    }

    /// Whether everything was already as asked: 304.
    public boolean notModified() {
        return status == 304;
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

    /// Whether a container is being removed already; the engine tells it only in words.
    boolean aboutRemoval() {
        return conflict() && getMessage().contains("is already in progress");
    }

    /// Whether the engine refuses the API version that was used.
    boolean aboutVersion() {
        return status == 400 && getMessage().startsWith("client version ");
    }
}
