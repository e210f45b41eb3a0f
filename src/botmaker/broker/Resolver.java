package botmaker.broker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Finds the addresses of a host.
@FunctionalInterface
interface Resolver {
    /// Returns at least one address.
    ///
    /// @throws UnknownHostException if there is none, or not in time
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /// Returns the system's resolver, which gets 10 s. It runs on threads of its own: it blocks in native code, and would otherwise
    /// hold up every connection.
    static Resolver ofSystem() {
        return host -> {
            FutureTask<List<InetAddress>> lookup = new FutureTask<>(() -> List.of(InetAddress.getAllByName(host)));
            Thread.ofPlatform().daemon().name("resolver").start(lookup);
            try {
                return lookup.get(10, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw unknown(host, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unknown(host, e);
            }
        };
    }

    private static UnknownHostException unknown(String host, Exception cause) {
        UnknownHostException unknown = new UnknownHostException("the name " + host + " cannot be resolved");
        unknown.initCause(cause);
        return unknown;
    }
}
