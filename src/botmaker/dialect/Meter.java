package botmaker.dialect;

import java.util.Optional;

/// Reads what an answer says that it used, while it passes, in memory that does not grow with it. Not thread-safe.
public interface Meter {
    /// Reads `bytes[from..to)`, the next part of the answer's body, cut anywhere.
    void add(byte[] bytes, int from, int to);

    /// Returns the id under which the provider keeps the answer, as far as it has passed, if a request can go on from it.
    Optional<String> id();

    /// Returns what was used, as far as the answer has passed. If the provider has not reported it, returns an estimate, which is never zero:
    /// a client that leaves, and a provider that breaks off, must not make a call free.
    Usage usage();
}
