package botmaker.error;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A request that cannot be fulfilled, for a reason its sender may know.
///
/// The message is shown to people as it is: it says what happened and what to do, and never holds a secret.
/// `http` turns each kind into one problem document (RFC 9457); whatever is no `Failure` becomes a bare 500.
public abstract sealed class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Failure(String detail, Throwable cause) {
        super(requireNonNull(detail), cause);
    }

    private Failure(String detail) {
        super(requireNonNull(detail));
    }

    /// What happened and what to do; never null.
    @Override
    public final String getMessage() {
        return requireNonNull(super.getMessage());
    }

    /// 400: not understood as HTTP or JSON.
    public static final class Malformed extends Failure {
        private static final long serialVersionUID = 1L;

        public Malformed(String detail) {
            super(detail);
        }
    }

    /// 401: no valid credentials.
    public static final class Unauthenticated extends Failure {
        private static final long serialVersionUID = 1L;

        public Unauthenticated(String detail) {
            super(detail);
        }
    }

    /// 403: understood and refused.
    public static final class Denied extends Failure {
        private static final long serialVersionUID = 1L;

        public Denied(String detail) {
            super(detail);
        }
    }

    /// 404: no such thing.
    public static final class NotFound extends Failure {
        private static final long serialVersionUID = 1L;

        public NotFound(String detail) {
            super(detail);
        }
    }

    /// 405: the thing is there, the method is not.
    public static final class MethodNotAllowed extends Failure {
        private static final long serialVersionUID = 1L;
        private final transient Set<String> allowed;

        /// @param allowed the methods that are, for the `Allow` header
        public MethodNotAllowed(Set<String> allowed) {
            super("Allowed here: " + String.join(", ", new TreeSet<>(allowed)) + ".");
            this.allowed = Set.copyOf(allowed);
        }

        /// The methods that are allowed.
        public Set<String> allowed() {
            return allowed;
        }
    }

    /// 409: the present state stands against it.
    public static final class Conflict extends Failure {
        private static final long serialVersionUID = 1L;
        private final transient List<FieldError> errors;

        public Conflict(String detail) {
            super(detail);
            this.errors = List.of();
        }

        /// @param error the one field that it is about
        public Conflict(FieldError error) {
            super(error.message());
            this.errors = List.of(error);
        }

        /// The field that stands against it, where it is one of the request's.
        public List<FieldError> errors() {
            return errors;
        }
    }

    /// 413: more than is read.
    public static final class TooLarge extends Failure {
        private static final long serialVersionUID = 1L;

        public TooLarge(String detail) {
            super(detail);
        }
    }

    /// 415: a body of a type that is not read here.
    public static final class UnsupportedMediaType extends Failure {
        private static final long serialVersionUID = 1L;

        public UnsupportedMediaType(String detail) {
            super(detail);
        }
    }

    /// 421: addressed to a host name that is not ours.
    public static final class Misdirected extends Failure {
        private static final long serialVersionUID = 1L;

        public Misdirected(String detail) {
            super(detail);
        }
    }

    /// 422: well-formed, with fields that cannot be accepted; all of them at once.
    public static final class Invalid extends Failure {
        private static final long serialVersionUID = 1L;
        private final transient List<FieldError> errors;

        public Invalid(List<FieldError> errors) {
            super(errors.size() == 1 ? "One field cannot be accepted." : errors.size() + " fields cannot be accepted.");
            this.errors = List.copyOf(errors);
        }

        /// The refused fields, in the order in which they were found.
        public List<FieldError> errors() {
            return errors;
        }
    }

    /// 429: too often.
    public static final class Throttled extends Failure {
        private static final long serialVersionUID = 1L;
        private final Duration retryAfter;

        public Throttled(String detail, Duration retryAfter) {
            super(detail);
            this.retryAfter = requireNonNull(retryAfter);
        }

        /// How long to wait before the next try.
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /// 503: something that is needed is not there now: an image, a free stream, time before shutdown.
    public static final class Unavailable extends Failure {
        private static final long serialVersionUID = 1L;
        private final Duration retryAfter;

        public Unavailable(String detail, Duration retryAfter) {
            super(detail);
            this.retryAfter = requireNonNull(retryAfter);
        }

        /// How long to wait before the next try.
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /// 503: the engine did not answer, or not in HTTP. Whether a change was carried out is unknown.
    public static final class EngineDown extends Failure {
        private static final long serialVersionUID = 1L;

        public EngineDown(String detail) {
            super(detail);
        }

        public EngineDown(String detail, Throwable cause) {
            super(detail, cause);
        }
    }

    /// 507: no room on the disk.
    public static final class DiskFull extends Failure {
        private static final long serialVersionUID = 1L;

        public DiskFull(String detail) {
            super(detail);
        }

        public DiskFull(String detail, Throwable cause) {
            super(detail, cause);
        }
    }
}
