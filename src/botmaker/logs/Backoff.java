package botmaker.logs;

/// Pauses between tries, each twice as long as the one before.
final class Backoff {
    private final long shortest;
    private final long longest;
    private long millis;

    /// @param shortest the first pause, in milliseconds
    Backoff(long shortest, long longest) {
        this.shortest = shortest;
        this.longest = longest;
        this.millis = shortest;
    }

    void pause() throws InterruptedException {
        Thread.sleep(millis);
        millis = Math.min(2 * millis, longest);
    }

    /// The next pause is the shortest again.
    void reset() {
        millis = shortest;
    }
}
