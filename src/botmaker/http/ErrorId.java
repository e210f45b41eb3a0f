package botmaker.http;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Ties an error that the client sees to its entry in the log.
final class ErrorId {
    private static final SecureRandom RANDOM = new SecureRandom();

    private ErrorId() {}

    /// Logs an unexpected error under a new random id.
    ///
    /// @return the id, 12 hex digits
    static String log(System.Logger log, String what, Throwable cause) {
        byte[] bytes = new byte[6];
        RANDOM.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        log.log(System.Logger.Level.ERROR, what + ", error " + id, cause);
        return id;
    }
}
