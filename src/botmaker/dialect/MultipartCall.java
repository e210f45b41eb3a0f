package botmaker.dialect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.dialect.Refused.Reason;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A call whose body is a form with a recording (RFC 7578), read so strictly that no two programs could read it differently: the boundary
/// is nowhere but between the parts.
final class MultipartCall implements Call {
    private static final Pattern TYPE =
            Pattern.compile("multipart/form-data; ?boundary=(?:\"([A-Za-z0-9'()+_,./:=?-]{1,70})\"|([A-Za-z0-9'+_.-]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern DISPOSITION = Pattern.compile(
            "content-disposition: ?form-data; ?name=\"([A-Za-z0-9_.\\[\\]-]{1,100})\"(; ?filename\\*?=[^;\\r\\n]*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern OTHER_FIELD = Pattern.compile("content-(type|length|transfer-encoding):.*", Pattern.CASE_INSENSITIVE);
    private static final String LINE = "\r\n";
    private static final int MOST_READ = 200;
    private static final int MOST_HEAD = 2000;
    /// Of a recording in a form that is used for speech.
    private static final int BYTES_OF_A_TOKEN = 200;
    /// Of speech at 6 kbit/s, which is as low as recordings go.
    private static final int LEAST_BYTES_OF_A_TOKEN = 20;
    private static final byte[] NOTHING = {};

    private final Route route;
    private final long estimatedInput;
    private final long mostInput;
    private byte[] body;
    private final Map<String, String> fields = new HashMap<>();
    private final List<String> models;

    /// @param type the value of the request's `Content-Type`
    /// @throws Refused if it is malformed or ambiguous, or names no model
    MultipartCall(Route route, String type, byte[] body) throws Refused {
        this.route = route;
        this.body = body;
        this.estimatedInput = 1L + body.length / BYTES_OF_A_TOKEN;
        Matcher multipart = TYPE.matcher(type);
        requireForm(multipart.matches());
        parts("--" + (multipart.group(1) == null ? multipart.group(2) : multipart.group(1)));
        this.mostInput = 1L + (fetches() ? Attachments.MOST_OF_ALL : body.length / LEAST_BYTES_OF_A_TOKEN);
        String model = fields.get("model");
        models = route.model().isPresent() && model == null ? List.of(route.model().get()) : model == null ? List.of() : List.of(model);
        if (models.isEmpty()) {
            throw new Refused(Reason.MODEL, "The request names no model.");
        }
    }

    private boolean fetches() {
        return fields.containsKey("url");
    }

    private void parts(String delimiter) throws Refused {
        byte[] mark = delimiter.getBytes(ISO_8859_1);
        int at = find(mark, 0);
        requireForm(at == 0);
        while (true) {
            int start = at + mark.length;
            if (is("--", start)) {
                int end = start + 2;
                requireForm(end == body.length || is(LINE, end) && end + 2 == body.length);
                return;
            }
            requireForm(is(LINE, start));
            at = find(mark, start);
            requireForm(at >= start + 4 && is(LINE, at - 2));
            part(start + 2, at - 2);
        }
    }

    private void part(int start, int end) throws Refused {
        int content = find((LINE + LINE).getBytes(ISO_8859_1), start) + 4;
        requireForm(content >= 4 && content <= end && content - start <= MOST_HEAD);
        String name = "";
        for (String line : new String(body, start, content - 4 - start, ISO_8859_1).split(LINE, -1)) {
            Matcher disposition = DISPOSITION.matcher(line);
            if (disposition.matches()) {
                requireForm(name.isEmpty());
                name = disposition.group(1);
            } else {
                requireForm(OTHER_FIELD.matcher(line).matches());
            }
        }
        requireForm(!name.isEmpty());
        String folded = JsonScan.fold(name);
        boolean known = folded.equals("model") || folded.equals("url") || folded.equals("stream");
        requireForm(!known || folded.equals(name));
        if (known) {
            requireForm(end - content <= MOST_READ && fields.put(name, new String(body, content, end - content, UTF_8)) == null);
        }
    }

    private int find(byte[] mark, int from) {
        for (int i = from; i <= body.length - mark.length; i++) {
            if (body[i] == mark[0] && Arrays.equals(body, i, i + mark.length, mark, 0, mark.length)) {
                return i;
            }
        }
        return -1;
    }

    private boolean is(String text, int at) {
        return at >= 0 && at + text.length() <= body.length && new String(body, at, text.length(), ISO_8859_1).equals(text);
    }

    private static void requireForm(boolean right) throws Refused {
        if (!right) {
            throw new Refused(Reason.BODY, "The request's body is not a plain form, or could be read in two ways.");
        }
    }

    @Override
    public List<String> models() {
        return models;
    }

    @Override
    public boolean streams() {
        return "true".equals(fields.get("stream"));
    }

    @Override
    public OptionalLong outputLimit() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<String> wayOut() {
        return fetches() ? Optional.of("It has the provider fetch a recording from the web.") : Optional.empty();
    }

    @Override
    public long estimatedInput() {
        return estimatedInput;
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public byte[] body(long outputLimit) {
        return body;
    }

    @Override
    public void sent() {
        body = NOTHING;
    }

    @Override
    public Meter meter(long kept) {
        return new UsageMeter(route, mostInput);
    }

    @Override
    public Answer instead(Reason reason, String words) {
        return OwnAnswers.instead(route, streams(), "", models.getFirst(), reason, words);
    }
}
