package botmaker.dialect;

import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.util.Optional;

/// Finds the documents in an answer, whole or streamed, and passes their values to a [Tally].
///
/// An answer that begins with `{` or `[` is one document, an array of them (Gemini without `alt=sse`) or one after another (Ollama); any
/// other is a stream of events (WHATWG HTML §9.2), whose `data` lines are documents.
final class UsageMeter implements Meter {
    private static final String DATA = "data:";

    private enum Framing { UNKNOWN, DOCUMENTS, EVENTS }

    private final Tally tally;
    private final long input;
    private final AnswerScan scan;
    private Framing framing = Framing.UNKNOWN;
    /// How many bytes of the current line were read, up to those of `data:`; −1 if it is no `data` line.
    private int matched;

    UsageMeter(Route route, long input) {
        this.input = input;
        tally = new Tally(route);
        scan = new AnswerScan(tally.places(), tally.texts(), this::found);
    }

    @Override
    public void add(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && framing == Framing.UNKNOWN) {
            byte first = bytes[i];
            if (first == '{' || first == '[') {
                framing = Framing.DOCUMENTS;
            } else if (first > ' ' || first < 0) {
                framing = Framing.EVENTS;
            } else {
                i++;
            }
        }
        if (framing == Framing.DOCUMENTS) {
            scan.add(bytes, i, to);
        } else {
            events(bytes, i, to);
        }
    }

    private void events(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            int end = ByteSearch.either(bytes, i, to, '\n', '\r');
            int data = i;
            while (data < end && matched >= 0 && matched < DATA.length()) {
                matched = bytes[data++] == DATA.charAt(matched) ? matched + 1 : -1;
            }
            if (matched == DATA.length()) {
                scan.add(bytes, data, end);
            }
            if (end < to) {
                scan.reset();
                matched = 0;
            }
            i = end + 1;
        }
    }

    private void found(String place, byte[] value) {
        JsonValue parsed;
        try {
            parsed = JsonValue.parse(value);
        } catch (JsonException _) {
            return; // what is malformed tells nothing, and is estimated
        }
        tally.add(place, parsed);
    }

    @Override
    public Optional<String> id() {
        return tally.id();
    }

    @Override
    public Usage usage() {
        return tally.usage(input, scan.textBytes());
    }
}
