package botmaker.broker;

import java.io.IOException;

/// A request's body was not accepted. The rest of it is passed over, and the connection ends with the answer.
final class BodyRefused extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    /// @param status 400, 408, 413 or 503
    BodyRefused(int status, String message) {
        super(message);
        this.status = status;
    }

    /// Returns the status to answer with.
    public int status() {
        return status;
    }
}
