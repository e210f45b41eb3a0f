package botmaker.checks;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/// An HTTP client that is created on first use: creating one reads all certificate authorities that the host trusts, which took a
/// third of BotMaker's start. It goes by the host's proxy if it has one, and follows no redirect, since credentials go to the given
/// address only. Safe for use by many threads.
final class LazyHttpClient implements AutoCloseable {
    private Optional<HttpClient> client = Optional.empty();
    private boolean closed;

    /// Sends a request and waits for the response, including its body if the handler reads one. A request's own timeout would end with
    /// the first byte of the response.
    ///
    /// @param end when to give up, as `System.nanoTime`
    <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, long end)
            throws IOException, TimeoutException, InterruptedException {
        CompletableFuture<HttpResponse<T>> exchange = get().sendAsync(request, handler);
        try {
            return exchange.get(end - System.nanoTime(), NANOSECONDS);
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Throwable cause -> throw new IOException(cause);
            }
        } finally {
            exchange.cancel(true);
        }
    }

    /// Returns the client; after the close, one on which every call fails.
    private synchronized HttpClient get() {
        if (client.isEmpty()) {
            client = Optional.of(HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER).build());
            if (closed) {
                client.get().shutdownNow();
            }
        }
        return client.get();
    }

    @Override
    public synchronized void close() {
        closed = true;
        client.ifPresent(HttpClient::shutdownNow);
    }
}
