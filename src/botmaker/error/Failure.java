package botmaker.error;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/// Thrown for a request that a feature cannot fulfil, for a reason the client may know.
///
/// The message is shown to people as it is: it says what happened and what to do, and never contains a secret.
/// `http` turns each kind into one problem document (RFC 9457), and adds the errors of HTTP itself (`HttpError`).
public abstract sealed class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Failure(String detail, Throwable cause) {
        super(requireNonNull(detail), cause);
    }

    /// Returns what happened and what to do; never null.
    @Override
    public final String getMessage() {
        return requireNonNull(super.getMessage());
    }

    /// 404: no such thing.
    public static final class NotFound extends Failure {
        private static final long serialVersionUID = 1L;

        public NotFound(String detail) {
            super(detail, null);
        }
    }

    /// 409: the current state does not allow it.
    public static final class Conflict extends Failure {
        private static final long serialVersionUID = 1L;
        private final transient List<FieldError> errors;

        public Conflict(String detail) {
            super(detail, null);
            this.errors = List.of();
        }

        /// @param error the one field that is in conflict
        public Conflict(FieldError error) {
            super(error.message(), null);
            this.errors = List.of(error);
        }

        /// Returns the field of the request that is in conflict, if it is one.
        public List<FieldError> errors() {
            return errors;
        }
    }

    /// 422: well-formed, with fields that are not acceptable; all of them at once.
    public static final class Invalid extends Failure {
        private static final long serialVersionUID = 1L;
        private final transient List<FieldError> errors;

        public Invalid(List<FieldError> errors) {
            super(errors.size() == 1 ? "One field is invalid." : errors.size() + " fields are invalid.", null);
            this.errors = List.copyOf(errors);
        }

        /// Returns the invalid fields, in the order in which they were found.
        public List<FieldError> errors() {
            return errors;
        }
    }

    /// 503: something that is needed is not available now: an image, a free stream, time before shutdown.
    public static final class Unavailable extends Failure {
        private static final long serialVersionUID = 1L;
        private final Duration retryAfter;

        public Unavailable(String detail, Duration retryAfter) {
            super(detail, null);
            this.retryAfter = requireNonNull(retryAfter);
        }

        /// Returns how long to wait before the next try.
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /// 503: the engine did not answer, or not in HTTP. Whether a change was carried out is unknown.
    public static final class EngineDown extends Failure {
        private static final long serialVersionUID = 1L;

        public EngineDown(String detail) {
            super(detail, null);
        }

        public EngineDown(String detail, Throwable cause) {
            super(detail, cause);
        }
    }

    /// 507: no space left on the disk.
    public static final class DiskFull extends Failure {
        private static final long serialVersionUID = 1L;

        public DiskFull(String detail) {
            super(detail, null);
        }

        public DiskFull(String detail, Throwable cause) {
            super(detail, cause);
        }
    }
}
