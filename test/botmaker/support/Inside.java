package botmaker.support;

import botmaker.docker.Engine;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Sends bytes through a bot's links from inside its container, as a program there could.
public final class Inside {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final String SCRIPT = """
            const net = require("net"), tls = require("tls");
            const once = ({ port, connect, tls: encrypted, sni, alpn, bytes }) => new Promise((done) => {
              let got = "", socket = net.connect(port, "127.0.0.1");
              const end = (why) => { socket.destroy(); done(got || why); };
              const timer = setTimeout(() => end("no answer"), 20000);
              const whole = () => {
                const [head, body] = [got.split("\\r\\n\\r\\n", 1)[0], got.slice(got.indexOf("\\r\\n\\r\\n") + 4)];
                const length = /\\r\\ncontent-length: *([0-9]+)/i.exec(head);
                return got.includes("\\r\\n\\r\\n") && length && body.length >= +length[1];
              };
              const talk = (stream) => {
                stream.on("data", (piece) => { got += piece.toString("latin1"); if (whole()) { clearTimeout(timer); end(); } });
                stream.on("end", () => end("closed")).on("close", () => end("closed")).on("error", (e) => end("broken: " + e.message));
                stream.write(Buffer.from(bytes, "latin1"));
              };
              const secure = () => {
                if (!encrypted) return talk(socket);
                const inner = tls.connect({ socket, servername: sni, ALPNProtocols: [alpn], rejectUnauthorized: false });
                inner.on("error", (e) => end("no TLS: " + e.message)).on("secureConnect", () => talk(inner));
              };
              socket.on("error", (e) => end("broken: " + e.message)).on("close", () => end("closed"));
              if (!connect) return socket.on("connect", secure);
              socket.on("connect", () => socket.write(Buffer.from("CONNECT " + connect + " HTTP/1.1\\r\\nHost: " + connect + "\\r\\n\\r\\n", "latin1")));
              let answer = "";
              const head = (piece) => {
                answer += piece.toString("latin1");
                if (!answer.includes("\\r\\n\\r\\n")) return;
                socket.off("data", head);
                if (/^HTTP\\/1.1 200 /.test(answer)) secure(); else { got = answer; end(); }
              };
              socket.on("data", head);
            });
            (async () => {
              const all = JSON.parse(process.argv[1]), results = all.map(() => "");
              let next = 0;
              await Promise.all(Array.from({ length: 6 }, async () => { while (next < all.length) { const i = next++; results[i] = await once(all[i]); } }));
              console.log(JSON.stringify(results.map((it) => it.slice(0, 600))));
              process.exit(0);
            })();
            """;

    private Inside() { }

    /// What to send, and where.
    ///
    /// @param port    of 127.0.0.1
    /// @param connect to ask for there first, as `host:port`; empty for nothing
    /// @param sni     the name for TLS; null for no TLS, empty for no name
    /// @param alpn    the protocol in it
    /// @param bytes   ISO 8859-1
    public record Sent(int port, String connect, String sni, String alpn, String bytes) {
        private JsonValue toJson() {
            var json = Json.object().put("port", port).put("connect", connect).put("tls", sni != null).put("alpn", alpn).put("bytes", bytes);
            return sni == null || sni.isEmpty() ? json.build() : json.put("sni", sni).build();
        }
    }

    /// Sends them, some at a time, each on a connection of its own.
    ///
    /// @return what came back on each: the beginning of an answer, or why there is none
    public static List<String> send(String container, List<Sent> all) {
        List<JsonValue> list = new ArrayList<>();
        all.forEach(it -> list.add(it.toJson()));
        String output = ENGINE.exec(container, List.of("node", "-e", SCRIPT, Json.array(list).toString()), Duration.ofMinutes(3)).orElseThrow().output();
        return JsonValue.parse(output.lines().filter(line -> line.startsWith("[")).reduce((_, last) -> last)
                .orElseThrow(() -> new AssertionError(output))).elements().stream().map(JsonValue::string).toList();
    }
}
