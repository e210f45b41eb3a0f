package botmaker.bench;

import botmaker.support.ServerProcess;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `wrk`: as many requests as go through 16 connections.
final class Wrk {
    static final int CONNECTIONS = 16;
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");

    private Wrk() { }

    /// @return successful requests a second
    static double rate(ServerProcess server, String path, int seconds) throws IOException, InterruptedException {
        String output = Programs.output(List.of("wrk", "-t1", "-c" + CONNECTIONS, "-d" + seconds + "s",
                "-H", "Authorization: " + server.authorization(), server.url() + path));
        Matcher rate = RATE.matcher(output);
        if (!rate.find() || output.contains("Non-2xx") || output.contains("Socket errors")) {
            throw new IOException("wrk had more than answers:\n" + output);
        }
        return Double.parseDouble(rate.group(1));
    }
}
