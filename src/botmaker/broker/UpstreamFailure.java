package botmaker.broker;

import java.io.IOException;

/// A server that was asked for a bot gave no whole answer.
final class UpstreamFailure extends IOException {
    private static final long serialVersionUID = 1;

    /// What happened.
    enum Kind {
        /// No connection, or none that can be trusted: nothing was sent.
        UNREACHABLE,
        /// It was connected, and then sent nothing for too long.
        SILENT,
        /// It broke off, or sent what is not HTTP/1.1.
        BROKEN,
        /// The client left.
        ABORTED
    }

    private final Kind kind;
    private final String sentence;

    UpstreamFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.sentence = message;
    }

    @Override
    public String getMessage() {
        return sentence;
    }

    /// Returns what happened.
    public Kind kind() {
        return kind;
    }
}
