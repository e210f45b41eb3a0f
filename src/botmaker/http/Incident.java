package botmaker.http;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Something that should not have happened: logged once, under a random number by which the user can be told of it.
final class Incident {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Incident() {}

    /// @return the number
    static String log(System.Logger log, String what, Throwable cause) {
        byte[] id = new byte[6];
        RANDOM.nextBytes(id);
        String number = HexFormat.of().formatHex(id);
        log.log(System.Logger.Level.ERROR, what + ", number " + number, cause);
        return number;
    }
}
