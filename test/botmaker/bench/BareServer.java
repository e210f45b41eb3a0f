package botmaker.bench;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.Executors;

/// The least that a Java program with an HTTP interface and a SQLite database can do: what a start cannot be faster than.
final class BareServer {
    private BareServer() { }

    /// @param arguments the database's file
    public static void main(String[] arguments) throws Exception {
        Connection database = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange; Statement query = database.createStatement(); ResultSet row = query.executeQuery("PRAGMA schema_version")) {
                byte[] body = row.getString(1).getBytes();
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            } catch (java.sql.SQLException e) {
                throw new java.io.IOException(e);
            }
        });
        server.start();
        System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
    }
}
