package botmaker.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The real server on a free port, and an ordinary client for it.
public final class TestServer implements AutoCloseable {
    /// What the authenticator of [#start(Route...)] wants to see: user `admin`, password `secret`.
    public static final String AUTHORIZATION =
            "Basic " + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.UTF_8));

    static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final WebServer.Options OPTIONS = new WebServer.Options(ANY_PORT, Set.of(), _ -> false, false, Optional.empty());

    private final WebServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestServer(WebServer server) {
        this.server = server;
    }

    /// 200 with plain text.
    public static Response text(String text) {
        return Response.of(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /// With the usual options and [#AUTHORIZATION] for the only credentials.
    public static TestServer start(Route... routes) throws IOException {
        return start(options -> options, TestServer::authenticate, Arrays.asList(routes));
    }

    public static TestServer start(UnaryOperator<WebServer.Options> change, Route... routes) throws IOException {
        return start(change, TestServer::authenticate, Arrays.asList(routes));
    }

    public static TestServer start(UnaryOperator<WebServer.Options> change, Authenticator authenticator, List<Route> routes)
            throws IOException {
        return start(change, authenticator, routes, AuditListener.NONE);
    }

    /// With the usual options, [#AUTHORIZATION] for the only credentials, and somebody who watches.
    public static TestServer start(AuditListener listener, Route... routes) throws IOException {
        return start(options -> options, TestServer::authenticate, Arrays.asList(routes), listener);
    }

    private static TestServer start(UnaryOperator<WebServer.Options> change, Authenticator authenticator, List<Route> routes,
            AuditListener listener) throws IOException {
        WebServer server = WebServer.open(change.apply(OPTIONS), routes, authenticator, listener);
        server.start();
        return new TestServer(server);
    }

    /// The usual options with another patience.
    public static UnaryOperator<WebServer.Options> patience(Duration heartbeat, Duration stall) {
        return it -> new WebServer.Options(it.address(), it.allowedHosts(), it.refusedPeers(), it.behindProxy(), it.tls(), heartbeat, stall);
    }

    private static String authenticate(Request.Head head) {
        if (!head.headers().all("Authorization").equals(List.of(AUTHORIZATION))) {
            throw new HttpError(HttpError.Kind.UNAUTHENTICATED, "Sign in.");
        }
        return "admin";
    }

    public int port() {
        return server.port();
    }

    /// A new connection of one's own.
    public RawHttp raw() throws IOException {
        return RawHttp.connect(port());
    }

    /// Sends a text block whose lines become CRLF lines, and returns all that comes back until the server hangs up.
    public String exchange(String block) throws IOException {
        try (RawHttp raw = raw()) {
            return raw.sendLines(block).endOfInput().rest();
        }
    }

    /// Signed in.
    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, "", headers);
    }

    /// Signed in, with a JSON body.
    public HttpResponse<String> post(String path, String json, String... headers) throws IOException, InterruptedException {
        return send("POST", path, json, headers);
    }

    /// Signed in, unless a header says otherwise; a body that is not empty is JSON, unless a header says otherwise.
    ///
    /// @param headers names and values in turn; they replace the usual ones
    public HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .setHeader("Authorization", AUTHORIZATION);
        if (!body.isEmpty()) {
            request.setHeader("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
    }
}
