package botmaker.dialect;

/// What a JSON value is, read where it stands in a body that was found to be strictly correct JSON.
final class RawValue {
    private RawValue() {}

    /// Returns whether `body[start..end)` is null.
    static boolean isNull(byte[] body, int start, int end) {
        return end - start == 4 && body[start] == 'n';
    }

    /// Returns whether the value that starts there is more than null and an empty array or object.
    static boolean isFilled(byte[] body, int start) {
        int next = start + 1;
        return switch (body[start]) {
            case 'n' -> false;
            case '[', '{' -> {
                while (body[next] <= ' ' && body[next] >= 0) {
                    next++;
                }
                yield body[next] != ']' && body[next] != '}';
            }
            default -> true;
        };
    }
}
