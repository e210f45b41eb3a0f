package botmaker.broker;

import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Refused;
import java.io.IOException;

/// A request's body was not accepted. The rest of it is passed over, and the connection ends with the answer.
final class BodyRefused extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String sentence;

    /// @param status 400, 413 or 503
    BodyRefused(int status, String message) {
        super(message);
        this.status = status;
        this.sentence = message;
    }

    @Override
    public String getMessage() {
        return sentence;
    }

    /// Returns the status to answer with.
    public int status() {
        return status;
    }

    /// Returns it as a refusal in the form of the server that the bot asked.
    Refused asRefusal() {
        return new Refused(switch (status) {
            case 413 -> Reason.SIZE;
            case 503 -> Reason.UNAVAILABLE;
            default -> Reason.BODY;
        }, sentence);
    }
}
