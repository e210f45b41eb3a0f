package botmaker.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// One file, held in memory. Browsers may keep it, and ask each time whether it is still the same (RFC 9110 §13.1.2).
final class StaticFile implements Handler {
    private final String type;
    private final byte[] content;
    private volatile String tag = ""; // made when somebody asks first, so that a start need not hash all files

    StaticFile(String type, byte[] content) {
        this.type = type;
        this.content = content;
    }

    @Override
    public Response handle(Request rq) {
        if (tag.isEmpty()) {
            tag = '"' + HexFormat.of().formatHex(sha256(content), 0, 12) + '"';
        }
        Response response = isFresh(rq.head().headers()) ? Response.of(304) : Response.of(200, type, content);
        return response.with("ETag", tag).with("Cache-Control", "no-cache");
    }

    /// Compared weakly, since a proxy that compresses may have made the tag weak.
    private boolean isFresh(Headers headers) {
        return headers.all("If-None-Match").stream()
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(String::strip)
                .anyMatch(known -> known.equals("*") || known.equals(tag) || known.equals("W/" + tag));
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
