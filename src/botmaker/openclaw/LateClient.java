package botmaker.openclaw;

import java.net.http.HttpClient;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// An HTTP client that is made when it is first asked for: making one reads all certificate authorities that the host trusts,
/// which took a third of a start. It follows no redirect. Safe for many threads.
final class LateClient implements AutoCloseable {
    private final UnaryOperator<HttpClient.Builder> options;
    private Optional<HttpClient> client = Optional.empty();
    private boolean closed;

    /// @param options what it has besides
    LateClient(UnaryOperator<HttpClient.Builder> options) {
        this.options = options;
    }

    /// The client; after the close, one on which every call fails.
    synchronized HttpClient get() {
        if (client.isEmpty()) {
            client = Optional.of(options.apply(HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)).build());
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
