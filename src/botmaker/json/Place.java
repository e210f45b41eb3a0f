package botmaker.json;

/// Where a value stands in its text: kept to name it in errors, no part of the value.
final class Place {
    /// The outermost value, and any value that was not read from a text.
    static final Place ROOT = new Place(null, null, 0);

    private static final int LONGEST_NAME = 64;

    private final Place parent;
    private final String member;
    private final int index;

    private Place(Place parent, String member, int index) {
        this.parent = parent;
        this.member = member;
        this.index = index;
    }

    Place member(String name) {
        return new Place(this, name, 0);
    }

    Place element(int at) {
        return new Place(this, null, at);
    }

    /// The JSON Pointer in its string representation (RFC 6901 §5), in printable ASCII; names over 64 characters are cut.
    String pointer() {
        if (parent == null) {
            return "";
        }
        return parent.pointer() + '/' + (member == null ? String.valueOf(index) : token(member));
    }

    /// A member's name as one token of a pointer.
    static String token(String name) {
        StringBuilder token = new StringBuilder();
        name.chars().limit(LONGEST_NAME).forEach(unit -> {
            switch (unit) {
                case '~' -> token.append("~0");
                case '/' -> token.append("~1");
                case '"', '\\' -> token.append('\\').append((char) unit);
                default -> {
                    if (unit >= ' ' && unit <= '~') {
                        token.append((char) unit);
                    } else {
                        token.append(String.format("\\u%04x", unit));
                    }
                }
            }
        });
        return name.length() > LONGEST_NAME ? token.append("...").toString() : token.toString();
    }
}
