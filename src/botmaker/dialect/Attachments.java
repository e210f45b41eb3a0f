package botmaker.dialect;

import botmaker.dialect.JsonScan.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds what of a prompt is no text and costs less than its bytes: pictures, recordings and documents in Base64, and thoughts that the
/// provider encrypted.
///
/// Text can look like Base64, too, and is charged as text. So only what stands where the provider reads a file, and with the type of one,
/// is an attachment.
final class Attachments {
    /// Shorter ones make no difference.
    private static final int LONG = 1024;
    private static final int MOST_READ = 200;
    private static final int TOKENS_OF_A_PICTURE = 1600;
    /// Of a recording, a document or encrypted thoughts: what they hold is denser than a picture, and sparser than text.
    private static final int BYTES_OF_A_TOKEN = 10;

    private static final Pattern DATA_URL = Pattern.compile("data:([a-z]+/[a-z0-9.+-]+)[^,]{0,100},.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern OTHER_MEDIA = Pattern.compile("(audio|video)/.+|application/pdf");
    private static final Set<String> URLS = Set.of("url", "imageurl", "videourl", "audiourl", "filedata");
    private static final Set<String> ENCRYPTED = Set.of("signature", "encryptedcontent", "thoughtsignature");
    /// Objects with a type and data.
    private static final Set<String> TYPED = Set.of("source", "inlinedata");

    private enum Kind {
        PICTURE, OTHER, TEXT;

        static Kind of(String mediaType) {
            String type = mediaType.toLowerCase(Locale.ROOT);
            return type.startsWith("image/") ? PICTURE : OTHER_MEDIA.matcher(type).matches() ? OTHER : TEXT;
        }
    }

    private final byte[] body;
    private long bytes;
    private long tokens;
    private int typedDepth = -1; // of the object with a type and data that is being read
    private Kind kind = Kind.PICTURE;
    private boolean hasType;
    private long data;

    Attachments(byte[] body) {
        this.body = body;
    }

    /// Returns the bytes of all attachments.
    long bytes() {
        return bytes;
    }

    /// Returns what they may count as.
    long tokens() {
        return tokens;
    }

    /// Is shown each value of the body that is not of the bot's own making, an object after what is in it.
    void value(Path path, int start, int end) {
        if (path.depth() == typedDepth && TYPED.contains(path.last())) {
            if (hasType) {
                add(kind, data);
            }
            typedDepth = -1;
        } else if (path.depth() > 1 && TYPED.contains(path.last(1)) && !path.last().equals(JsonScan.ELEMENT)) {
            ofTyped(path, start, end);
        } else if (body[start] == '"' && end - start > LONG) {
            alone(path, start, end);
        }
    }

    private void ofTyped(Path path, int start, int end) {
        if (typedDepth != path.depth() - 1) {
            typedDepth = path.depth() - 1;
            kind = Kind.PICTURE;
            hasType = false;
            data = 0;
        }
        if (path.last().equals("mediatype") || path.last().equals("mimetype")) {
            Kind named = body[start] == '"' ? Kind.of(JsonScan.text(body, start, end, MOST_READ)) : Kind.TEXT;
            kind = named.compareTo(kind) > 0 ? named : kind;
            hasType = true;
        } else if (path.last().equals("data") && body[start] == '"' && end - start > LONG && isBase64(start + 1, end)) {
            data += end - start;
        }
    }

    private void alone(Path path, int start, int end) {
        Matcher url = DATA_URL.matcher(JsonScan.text(body, start, end, MOST_READ));
        if (URLS.contains(path.last()) && url.matches()) {
            if (isBase64(start + 1 + comma(start, end), end)) {
                add(Kind.of(url.group(1)), end - start);
            }
        } else if (isBase64(start + 1, end)) {
            if (path.last().equals(JsonScan.ELEMENT) && path.last(1).equals("images")) {
                add(Kind.PICTURE, end - start);
            } else if (ENCRYPTED.contains(path.last()) || path.last().equals("data")) {
                add(Kind.OTHER, end - start);
            }
        }
    }

    private void add(Kind of, long length) {
        if (of != Kind.TEXT && length > 0) {
            bytes += length;
            tokens += of == Kind.PICTURE ? TOKENS_OF_A_PICTURE : Math.max(TOKENS_OF_A_PICTURE, length / BYTES_OF_A_TOKEN);
        }
    }

    private boolean isBase64(int from, int end) {
        for (int i = from; i < end - 1; i++) {
            byte unit = body[i];
            boolean fits = unit >= 'a' && unit <= 'z' || unit >= 'A' && unit <= 'Z' || unit >= '0' && unit <= '9'
                    || unit == '+' || unit == '/' || unit == '-' || unit == '_' || unit == '=' || unit == '\\';
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /// Returns how many bytes of a `data:` URL come before its data.
    private int comma(int start, int end) {
        for (int i = start; i < end; i++) {
            if (body[i] == ',') {
                return i - start;
            }
        }
        return 0;
    }
}
