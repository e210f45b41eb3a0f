package botmaker.ledger;

import botmaker.store.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Bounds the calls that are kept one by one: a bot that asks for the list of models in a loop, or for what its provider refuses, makes
/// 86,400 a day. For the writing thread.
final class CallHistory {
    /// The most calls of a bot, up to [#EVERY].
    static final int MOST = 20_000;
    /// The most calls of a bot that used nothing, since the start. They push out none that used something.
    static final int MOST_EMPTY = 1_000;
    /// After how many calls of a bot the oldest are deleted.
    static final int EVERY = 100;
    /// How many are deleted at once at most, so that nobody waits long for a file that was filled before.
    private static final int SOME = 1_000;

    private final Map<String, OfBot> bots = new HashMap<>();

    private static final class OfBot {
        private int written;
        private final Deque<Long> empty = new ArrayDeque<>(); // the oldest first
    }

    /// Deletes what a call that was written has made one too many.
    void trim(Transaction tx, long seq, CallRow call) {
        OfBot of = bots.computeIfAbsent(call.bot(), _ -> new OfBot());
        of.written++;
        if (of.written % EVERY == 0) {
            UsageStore.deleteBeyond(tx, call.bot(), MOST, SOME);
        }
        if (call.isEmpty()) {
            of.empty.addLast(seq);
            if (of.empty.size() > MOST_EMPTY) {
                UsageStore.delete(tx, of.empty.removeFirst());
            }
        }
    }
}
