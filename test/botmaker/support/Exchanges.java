package botmaker.support;

import botmaker.json.JsonValue;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// What the stand-ins have in common.
final class Exchanges {
    /// Something that answers a request.
    interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private Exchanges() {}

    /// Runs an answer so that nothing it does leaves the client hanging: without this an exception only closes the
    /// connection, and an `Error` not even that.
    static void answer(HttpExchange exchange, Answer answer) {
        try (exchange) {
            answer.to(exchange);
        } catch (IOException | UncheckedIOException _) {
            // The client went away.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failure) {
            failure.printStackTrace();
        }
    }

    static void json(HttpExchange exchange, int status, JsonValue body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().close();
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    static String url(HttpServer server) {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().getHostAddress();
        return "http://" + (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
