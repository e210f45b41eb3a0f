package botmaker.broker;

import botmaker.wire.ChannelSocket;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/// The tunnels of one bot that are open, so that one ends when the policy no longer allows it.
final class Tunnels {
    private final Semaphore free;
    private final Map<ChannelSocket, ProxyHead> open = new ConcurrentHashMap<>();

    /// @param most at the same time
    Tunnels(int most) {
        this.free = new Semaphore(most);
    }

    /// Begins a tunnel, which the caller ends; returns false if there are too many. Whoever asks the policy after that misses no change.
    ///
    /// @param client closed when the policy no longer allows it
    boolean begin(ChannelSocket client, ProxyHead asked) {
        boolean begun = free.tryAcquire();
        if (begun) {
            open.put(client, asked);
        }
        return begun;
    }

    void end(ChannelSocket client) {
        open.remove(client);
        free.release();
    }

    /// Returns how many are open.
    int count() {
        return open.size();
    }

    /// Breaks off those that are no longer allowed.
    void follow(Predicate<ProxyHead> allowed) throws IOException {
        for (Map.Entry<ChannelSocket, ProxyHead> tunnel : open.entrySet()) {
            if (!allowed.test(tunnel.getValue())) {
                tunnel.getKey().close();
            }
        }
    }
}
