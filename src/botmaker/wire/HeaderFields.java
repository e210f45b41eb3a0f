package botmaker.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The header fields of a message in their order, repeated ones too (RFC 9110 §5). Names are compared without regard to case.
public record HeaderFields(List<Field> list) {
    /// No field at all.
    public static final HeaderFields NONE = new HeaderFields(List.of());

    private static final int MAX_FIELDS = 100;
    private static final String SYMBOLS_OF_NAMES = "!#$%&'*+.^_`|~-";
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    /// Meant for one connection, whether or not its `Connection` field names them (RFC 9110 §7.6.1).
    private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "proxy-connection", "proxy-authenticate",
            "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade");

    /// One field. Bytes over 0x7f are characters of ISO 8859-1.
    ///
    /// @param name  as it was written
    /// @param value without white space around it
    public record Field(String name, String value) {
        /// @throws IllegalArgumentException if it could not be one line of a head
        public Field {
            if (!isName(name) || !isValue(value)) {
                throw new IllegalArgumentException("a header field has a character that does not belong there");
            }
        }

        /// Returns whether it has this name.
        public boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    /// Copies the list.
    public HeaderFields {
        list = List.copyOf(list);
    }

    /// Returns fields of alternating names and values.
    public static HeaderFields of(String... namesAndValues) {
        HeaderFields fields = NONE;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields = fields.and(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    /// Parses the lines of a head that follow the first.
    static HeaderFields parse(List<String> lines) throws ProtocolException {
        if (lines.size() > MAX_FIELDS) {
            throw new ProtocolException("it has more than " + MAX_FIELDS + " header fields");
        }
        Field[] fields = new Field[lines.size()];
        for (int i = 0; i < fields.length; i++) {
            String line = lines.get(i);
            int colon = line.indexOf(':');
            if (colon < 0 || !isName(line.substring(0, colon)) || !isValue(line.substring(colon + 1))) {
                throw new ProtocolException("a header field is malformed");
            }
            fields[i] = new Field(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return new HeaderFields(List.of(fields));
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            boolean fits = unit >= 'a' && unit <= 'z' || unit >= 'A' && unit <= 'Z' || unit >= '0' && unit <= '9'
                    || SYMBOLS_OF_NAMES.indexOf(unit) >= 0;
            if (!fits) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < ' ' && unit != '\t' || unit == 0x7f || unit > 0xff) {
                return false;
            }
        }
        return true;
    }

    /// Returns the value of the first field of a name.
    public Optional<String> first(String name) {
        return list.stream().filter(field -> field.is(name)).map(Field::value).findFirst();
    }

    /// Returns the values of all fields of a name, in order.
    public List<String> all(String name) {
        return list.stream().filter(field -> field.is(name)).map(Field::value).toList();
    }

    /// Returns these fields and one more at the end.
    public HeaderFields and(String name, String value) {
        return and(new HeaderFields(List.of(new Field(name, value))));
    }

    /// Returns these fields, then those.
    public HeaderFields and(HeaderFields more) {
        List<Field> all = new ArrayList<>(list);
        all.addAll(more.list);
        return new HeaderFields(all);
    }

    /// Returns these fields without those of the given names.
    public HeaderFields without(String... names) {
        return new HeaderFields(list.stream().filter(field -> Stream.of(names).noneMatch(field::is)).toList());
    }

    /// Returns the fields that an intermediary passes on: not those that are meant for one connection.
    public HeaderFields endToEnd() {
        Set<String> named = all("connection").stream().flatMap(value -> Stream.of(value.split(",", -1)))
                .map(HeaderFields::lower).collect(toUnmodifiableSet());
        return new HeaderFields(list.stream()
                .filter(field -> !HOP_BY_HOP.contains(lower(field.name)) && !named.contains(lower(field.name)))
                .toList());
    }

    /// Returns whether the sender closes the connection after this message (RFC 9112 §9.6).
    public boolean closes() {
        return all("connection").stream().flatMap(value -> Stream.of(value.split(",", -1)))
                .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
    }

    /// Returns how a body is delimited, as far as its fields say (RFC 9112 §6.3).
    Optional<Framing> framing() throws ProtocolException {
        Optional<String> coding = only("transfer-encoding");
        Optional<String> length = only("content-length");
        if (coding.isPresent() && length.isPresent()) {
            throw new ProtocolException("it has both a length and a transfer coding");
        }
        if (coding.isPresent() && !coding.get().equalsIgnoreCase("chunked")) {
            throw new ProtocolException("unknown transfer coding");
        }
        if (length.isPresent() && !LENGTH.matcher(length.get()).matches()) {
            throw new ProtocolException("its length is not a number");
        }
        return coding.isPresent() ? Optional.of(Framing.chunked()) : length.map(Long::parseLong).map(Framing::ofLength);
    }

    /// Returns the value of a field that may not be repeated.
    Optional<String> only(String name) throws ProtocolException {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new ProtocolException("it has two " + name + " fields");
        }
        return values.stream().findFirst();
    }

    private static String lower(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    /// Returns the head that begins with a line and has these fields, with the empty line that ends it.
    public byte[] head(String startLine) {
        StringBuilder head = new StringBuilder(512).append(startLine).append("\r\n");
        for (Field field : list) {
            head.append(field.name).append(": ").append(field.value).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }
}
