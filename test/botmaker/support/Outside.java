package botmaker.support;

import botmaker.docker.Engine;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Tries from inside a container whatever a bot could try to get out of it: addresses of its host, of bridges and the bots there, of
/// networks, clouds and DNS, over TCP, UDP, Unix sockets and sockets of virtual machines.
public final class Outside {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final String SCRIPT = """
            const net = require("net"), dgram = require("dgram"), { execFile } = require("child_process");
            const tcp = (options) => new Promise((done) => {
              const socket = net.connect(options, () => { socket.destroy(); done(true); });
              socket.on("error", () => done(false));
              setTimeout(() => { socket.destroy(); done(false); }, 4000);
            });
            const udp = (host, port) => new Promise((done) => {
              const socket = dgram.createSocket(host.includes(":") ? "udp6" : "udp4");
              const end = (reached) => { try { socket.close(); } catch { } done(reached); };
              socket.on("error", () => end(false)).on("message", () => end(true));
              // eight bytes of the header of a question to a name server, and the name "a"
              const question = Buffer.from("12340100000100000000000001610000010001", "hex");
              socket.send(question, port, host, (e) => { if (e) end(false); else if (!host.startsWith("127.")) end(true); });
              setTimeout(() => end(false), 4000);
            });
            const vsock = (address) => new Promise((done) =>
              execFile("socat", ["-u", "/dev/null", "VSOCK-CONNECT:" + address], { timeout: 4000 }, (e) => done(!e)));
            const tries = { tcp: (a) => { const [, host, port] = a.match(/^(.*):([0-9]+)$/); return tcp({ host, port: +port }); },
              udp: (a) => { const [, host, port] = a.match(/^(.*):([0-9]+)$/); return udp(host, +port); },
              unix: (path) => tcp({ path: path.replace(/^@/, "\\0") }), vsock };
            Promise.all(JSON.parse(process.argv[1]).map(async (place) => {
              const at = place.indexOf(" ");
              return await tries[place.slice(0, at)](place.slice(at + 1)) ? [place] : [];
            })).then((all) => { console.log(JSON.stringify(all.flat())); process.exit(0); });
            """;

    private Outside() { }

    /// All that is worth trying from a container of this host.
    ///
    /// @param ports of this host, on which something listens
    public static Set<String> places(List<Integer> ports) throws IOException {
        Set<String> places = new LinkedHashSet<>();
        for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(device.getInetAddresses())) {
                if (!address.isLoopbackAddress()) {
                    ports.forEach(port -> places.add("tcp " + address.getHostAddress().replaceFirst("%.*", "%lo") + ":" + port));
                    places.addAll(neighbours(address));
                }
            }
        }
        for (int port : List.of(22, 53, 80, 2375, 2376, 3128, 5432, 6443, 7100, 10250)) {
            places.add("tcp 127.0.0.1:" + port);
        }
        for (String host : List.of("10.0.0.1:80", "10.255.255.254:22", "172.16.0.1:80", "192.168.0.1:80", "192.168.1.1:443",
                "100.64.0.1:80", "169.254.169.254:80", "169.254.170.2:80", "100.100.100.200:80", "fd00:ec2::254:80",
                "metadata.google.internal:80", "0.0.0.0:80", "::1:22", "host.docker.internal:80", "gateway.docker.internal:80", "example.com:443", "github.com:22",
                "8.8.8.8:53", "1.1.1.1:853", "93.184.216.34:443", "2606:4700:4700::1111:443", "::ffff:8.8.8.8:53", "64:ff9b::808:808:53", "fe80::1%lo:80",
                "2001:4860:4860::8888:53")) {
            places.add("tcp " + host);
        }
        for (String host : List.of("8.8.8.8:53", "1.1.1.1:53", "127.0.0.11:53", "127.0.0.53:53", "169.254.169.254:53", "10.0.0.1:53",
                "172.17.0.1:53", "255.255.255.255:67", "224.0.0.251:5353", "239.255.255.250:1900", "ff02::fb:5353", "2001:4860:4860::8888:53", "8.8.8.8:443",
                "8.8.8.8:123")) {
            places.add("udp " + host);
        }
        for (String path : List.of("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/systemd/private",
                "/run/dbus/system_bus_socket", "/run/snapd.socket")) {
            places.add("unix " + path);
        }
        Files.readAllLines(Path.of("/proc/net/unix")).stream().filter(line -> line.contains(" @")).limit(20)
                .forEach(line -> places.add("unix " + line.substring(line.indexOf(" @") + 1)));
        places.addAll(List.of("unix @/tmp/.X11-unix/X0", "vsock 0:22", "vsock 1:22", "vsock 2:22", "vsock 2:1024", "vsock 3:22"));
        return places;
    }

    /// The addresses after one of a bridge, where bots would be.
    private static List<String> neighbours(InetAddress address) {
        List<String> places = new ArrayList<>();
        if (address instanceof Inet4Address) {
            byte[] bytes = address.getAddress();
            for (int last = 1; last <= 3; last++) {
                places.add("tcp %d.%d.%d.%d:18789".formatted(bytes[0] & 0xff, bytes[1] & 0xff, bytes[2] & 0xff, last));
            }
        }
        return places;
    }

    /// Tries all of them at once; returns those that were reached.
    public static List<String> reached(String container, Iterable<String> places) {
        List<JsonValue> list = new ArrayList<>();
        places.forEach(place -> list.add(Json.of(place)));
        String output = ENGINE.exec(container, List.of("node", "-e", SCRIPT, Json.array(list).toString()), Duration.ofMinutes(2))
                .orElseThrow().output();
        return JsonValue.parse(output.lines().filter(line -> line.startsWith("[")).reduce((_, last) -> last).orElseThrow(() ->
                new AssertionError(output))).elements().stream().map(JsonValue::string).toList();
    }
}
