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
    /// Of a document at most, however small its file is: a thousand pages of 258 tokens.
    static final long MOST_OF_A_DOCUMENT = 258_000;
    /// What the models with the most room read: an hour of a recording may take that.
    static final long MOST_OF_ALL = 1_000_000;

    private static final Pattern DATA_URL = Pattern.compile("data:([a-z]+/[a-z0-9.+-]+)[^,]{0,100},.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern DOCUMENTS = Pattern.compile("application/pdf");
    private static final Pattern RECORDINGS = Pattern.compile("(audio|video)/.+");
    private static final Set<String> URLS = Set.of("url", "imageurl", "videourl", "audiourl", "filedata");
    private static final Set<String> ENCRYPTED = Set.of("signature", "encryptedcontent", "thoughtsignature");
    /// Objects with a type and data.
    private static final Set<String> TYPED = Set.of("source", "inlinedata");

    private enum Kind {
        PICTURE, DOCUMENT, RECORDING, OTHER, TEXT;

        static Kind of(String mediaType) {
            String type = mediaType.toLowerCase(Locale.ROOT);
            return type.startsWith("image/") ? PICTURE : DOCUMENTS.matcher(type).matches() ? DOCUMENT
                    : RECORDINGS.matcher(type).matches() ? RECORDING : type.startsWith("text/") ? TEXT : OTHER;
        }
    }

    private final byte[] body;
    private long bytes;
    private long tokens;
    private long most;
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

    /// Returns an estimate of what they count as.
    long tokens() {
        return tokens;
    }

    /// Returns what they may count as at most: how much a file holds is not seen from its size.
    long most() {
        return Math.max(tokens, Math.min(MOST_OF_ALL, most));
    }

    /// Is shown each value of the body that is not of the bot's own making, an object after what is in it.
    void value(Path path, int start, int end) {
        if (path.depth() == typedDepth && TYPED.contains(path.last())) {
            if (hasType) {
                file(kind, data);
            }
            typedDepth = -1;
        } else if (path.depth() > 1 && TYPED.contains(path.last(1)) && !path.last().equals(JsonScan.ELEMENT)) {
            ofTyped(path, start, end);
        } else if (body[start] == '"') {
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
        String name = path.last();
        long length = end - start > LONG ? end - start : 0;
        if (URLS.contains(name)) {
            url(name, start, end, length);
        } else if (name.equals("data") && path.last(1).equals("inputaudio")) {
            file(Kind.RECORDING, isBase64(start + 1, end) ? length : 0);
        } else if (length > 0 && isBase64(start + 1, end)) {
            if (name.equals(JsonScan.ELEMENT) && path.last(1).equals("images")) {
                file(Kind.PICTURE, length);
            } else if (ENCRYPTED.contains(name) || name.equals("data")) {
                add(length, dense(length));
                most += dense(length);
            }
        }
    }

    private void url(String name, int start, int end, long length) {
        Matcher url = DATA_URL.matcher(JsonScan.text(body, start, end, MOST_READ));
        if (url.matches()) {
            Kind named = Kind.of(url.group(1));
            file(name.equals("filedata") && named == Kind.PICTURE ? Kind.DOCUMENT : named,
                    isBase64(start + 1 + comma(start, end), end) ? length : 0);
        }
    }

    /// Counts a file.
    ///
    /// @param length of its data; zero for data that is counted as text
    private void file(Kind of, long length) {
        switch (of) {
            case PICTURE -> {
                add(length, TOKENS_OF_A_PICTURE);
                most += TOKENS_OF_A_PICTURE;
            }
            case DOCUMENT -> {
                add(length, dense(length));
                most += MOST_OF_A_DOCUMENT;
            }
            case RECORDING -> {
                add(length, dense(length));
                most += MOST_OF_ALL;
            }
            case OTHER -> most += MOST_OF_A_DOCUMENT; // and its bytes as text
            case TEXT -> { }
        }
    }

    private void add(long length, long count) {
        if (length > 0) {
            bytes += length;
            tokens += count;
        }
    }

    private static long dense(long length) {
        return Math.max(TOKENS_OF_A_PICTURE, length / BYTES_OF_A_TOKEN);
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
