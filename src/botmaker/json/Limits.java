package botmaker.json;

/// Bounds what parsing a text may cost.
///
/// @param maxBytes the size: bytes of UTF-8, or characters of a `String`
/// @param maxDepth how deep arrays and objects may nest: 1 allows `[]`, 2 allows `[[]]`; at most 512, since the parser recurses
public record Limits(int maxBytes, int maxDepth) {
    /// 4 MiB, 64 deep.
    public static final Limits DEFAULT = new Limits(4 << 20, 64);

    public Limits {
        if (maxBytes < 1 || maxDepth < 1 || maxDepth > 512) {
            throw new IllegalArgumentException("maxBytes must be positive, maxDepth from 1 to 512");
        }
    }
}
