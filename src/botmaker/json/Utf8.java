package botmaker.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;

/// Strict decoding of UTF-8 (RFC 3629): no replacement characters, no overlong forms, no encoded surrogates.
final class Utf8 {
    private Utf8() {}

    static String decode(byte[] bytes, Limits limits) {
        if (bytes.length > limits.maxBytes()) {
            throw JsonParseException.tooLarge(limits);
        }
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        CoderResult result = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), chars, true);
        String text = chars.flip().toString();
        if (result.isError()) {
            throw JsonParseException.at(text, text.length(), Place.ROOT, "this is not UTF-8");
        }
        return text;
    }

    /// The number of bytes that the first `end` characters of a text take.
    static int length(String text, int end) {
        return text.codePoints().limit(text.codePointCount(0, end)).map(Utf8::length).sum();
    }

    private static int length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
}
