package botmaker.openclaw;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// The lines of a stream from someone who may be hostile: no line and no whole is longer than is read.
final class BoundedLines {
    /// There is more than is read.
    static final class TooMuch extends IOException {
        private static final long serialVersionUID = 1L;

        private TooMuch() {
            super("more than is read");
        }
    }

    private final InputStream in;
    private final int mostLine;
    private long left;

    /// @param mostLine the longest line, in bytes
    /// @param most     the longest whole, in bytes
    BoundedLines(InputStream in, int mostLine, long most) {
        this.in = new BufferedInputStream(in);
        this.mostLine = mostLine;
        this.left = most;
    }

    /// Waits for a line, without its end; a last one may lack it. Empty at the end of the stream.
    Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next; (next = in.read()) >= 0; ) {
            if (--left < 0 || line.size() >= mostLine) {
                throw new TooMuch();
            }
            if (next == '\n') {
                return Optional.of(line.toByteArray());
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.size() == 0 ? Optional.empty() : Optional.of(line.toByteArray());
    }

    /// What follows a field's name and at most one blank (WHATWG HTML §9.2.6), where a line begins with it.
    static Optional<byte[]> after(String field, byte[] line) {
        byte[] name = field.getBytes(StandardCharsets.US_ASCII);
        if (line.length < name.length || !Arrays.equals(name, 0, name.length, line, 0, name.length)) {
            return Optional.empty();
        }
        int from = line.length > name.length && line[name.length] == ' ' ? name.length + 1 : name.length;
        return Optional.of(Arrays.copyOfRange(line, from, line.length));
    }
}
