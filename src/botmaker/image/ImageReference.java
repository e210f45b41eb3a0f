package botmaker.image;

import static java.util.Objects.requireNonNull;

/// The name of an image, `[registry/]repository[:tag]`.
record ImageReference(String text) {
    ImageReference {
        requireNonNull(text);
    }

    /// Whether it says which registry has it, by the engine's own rule: a part before the first slash that has a dot or a
    /// port, or is `localhost`. Whatever does not would be sought at Docker Hub, where anybody may take a name.
    boolean namesRegistry() {
        int slash = text.indexOf('/');
        String first = text.substring(0, Math.max(slash, 0));
        return first.contains(".") || first.contains(":") || first.equals("localhost");
    }

    /// Its tag; `latest` where it has none.
    String tag() {
        int colon = text.indexOf(':', text.lastIndexOf('/') + 1);
        return colon < 0 ? "latest" : text.substring(colon + 1);
    }
}
