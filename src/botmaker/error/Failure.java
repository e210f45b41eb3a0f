package botmaker.error;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/// Thrown for a request that a feature cannot fulfil, for a reason the client may know.
///
/// The message is shown to people as it is: it says what happened and what to do, and never contains a secret.
/// `http` turns each kind into one problem document (RFC 9457), and adds the errors of HTTP itself (`HttpError`).
@SuppressWarnings("serial") // never serialized
public abstract sealed class Failure extends RuntimeException {
    private final List<FieldError> errors;

    private Failure(String detail, List<FieldError> errors, Throwable cause) {
        super(requireNonNull(detail), cause);
        this.errors = List.copyOf(errors);
    }

    /// Returns what happened and what to do; never null.
    @Override
    public final String getMessage() {
        return requireNonNull(super.getMessage());
    }

    /// Returns the fields of the request that caused it, in the order in which they were found; empty if it was no field.
    public final List<FieldError> errors() {
        return errors;
    }

    /// Names one field of a request that is not acceptable, and why.
    ///
    /// @param field   a JSON Pointer (RFC 6901), `/ai/apiKey`; empty for the whole document; `?tail` for a query parameter
    /// @param message what is wrong, for a person; never contains the refused value
    public record FieldError(String field, String message) {
        public FieldError {
            requireNonNull(field);
            requireNonNull(message);
        }
    }

    /// 404: no such thing.
    public static final class NotFound extends Failure {
        public NotFound(String detail) {
            super(detail, List.of(), null);
        }
    }

    /// 409: the current state does not allow it.
    public static final class Conflict extends Failure {
        public Conflict(String detail) {
            super(detail, List.of(), null);
        }

        /// @param error the one field that is in conflict
        public Conflict(FieldError error) {
            super(error.message(), List.of(error), null);
        }
    }

    /// 422: well-formed, with fields that are not acceptable; all of them at once.
    public static final class Invalid extends Failure {
        public Invalid(List<FieldError> errors) {
            super(errors.size() == 1 ? "One field is invalid." : errors.size() + " fields are invalid.", errors, null);
        }
    }

    /// 503: something that is needed is not available now: an image, a free stream, time before shutdown.
    public static final class Unavailable extends Failure {
        private final Duration retryAfter;

        public Unavailable(String detail, Duration retryAfter) {
            super(detail, List.of(), null);
            this.retryAfter = requireNonNull(retryAfter);
        }

        /// Returns how long to wait before the next try.
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /// 503: the engine did not answer, or not in HTTP. Whether a change was carried out is unknown.
    public static final class EngineDown extends Failure {
        public EngineDown(String detail) {
            super(detail, List.of(), null);
        }

        public EngineDown(String detail, Throwable cause) {
            super(detail, List.of(), cause);
        }
    }

    /// 507: no space left on the disk.
    public static final class DiskFull extends Failure {
        public DiskFull(String detail) {
            super(detail, List.of(), null);
        }

        public DiskFull(String detail, Throwable cause) {
            super(detail, List.of(), cause);
        }
    }
}
