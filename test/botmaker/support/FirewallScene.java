package botmaker.support;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A host of its own in namespaces of its own, for `e2e.FirewallTest`: with an engine, a BotMaker, a bot, a service, and a world
/// around it that has every address that a bot should and should not reach. Nothing here leaves its network namespace.
///
/// ```
/// bot ── bm-… bridge ── this host (203.0.113.1, a service on port 9999) ── veth ── world: 203.0.113.9, 10.66.0.9, 169.254.169.254, …
/// ```
public final class FirewallScene {
    private static final Map<String, String> PLACES = new TreeMap<>(Map.of(
            "internet", "203.0.113.9 80",
            "dns in a private network", "10.66.0.9 53",
            "dns over udp in a private network", "nslookup",
            "private network 10", "10.66.0.9 80",
            "private network 172", "172.16.0.9 80",
            "private network 192", "192.168.250.9 80",
            "shared addresses", "100.64.0.9 80",
            "metadata service", "169.254.169.254 80",
            "this host", "203.0.113.1 9999"));
    private static final String IMAGE = "botmaker-test-scene:1";
    private static final int PUBLISHED = 19100; // the first of `bot.ports`

    private final Path work;
    private final Engine engine;
    private List<String> world = List.of();

    private FirewallScene(Path work) {
        this.work = work;
        this.engine = new Engine(work.resolve("docker.sock"));
    }

    /// Prints what the bot reaches before the rules, with them, and with them after the engine and its network were made anew.
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            answerDatagrams();
        }
        new FirewallScene(Path.of(arguments[0])).play();
        System.exit(0); // and with the first process of the process namespace ends all that it started
    }

    private void play() throws Exception {
        world = world();
        Process daemon = dockerd();
        Map<String, String> environment = Map.of("BOTMAKER_DATA_DIR", work.resolve("data").toString(), "BOTMAKER_SERVER_PORT", "0",
                "BOTMAKER_DOCKER_SOCKET", work.resolve("docker.sock").toString(), "BOTMAKER_OPENCLAW_IMAGE", listening(engine),
                "BOTMAKER_BOT_STOP_TIMEOUT", "1s");
        try (RunningApp app = RunningApp.start(work.resolve("data"), environment)) {
            JsonValue bot = make(app);
            System.out.println("engine: " + engine.info().version());
            say("before", bot);
            String printed = new Program(work).run(environment, "", "doctor").out();
            Path script = Files.writeString(work.resolve("firewall"), printed.substring(printed.indexOf("#!/bin/sh")));
            run("sh", script.toString());
            run("sh", script.toString()); // it says that it may be run again
            say("rules", bot);
            app.send("DELETE", "/api/bots/" + bot.get("id").string(), "");
            run("docker", "-H", "unix://" + work.resolve("docker.sock"), "network", "prune", "--force");
            daemon.destroy();
            daemon.waitFor();
            daemon = dockerd();
            say("restarted", make(app));
        } finally {
            daemon.destroy();
            daemon.waitFor();
        }
    }

    /// An image that says `ok` to whoever connects to where OpenClaw would listen.
    public static String listening(Engine engine) {
        if (engine.images().find(IMAGE).isEmpty()) {
            String dockerfile = "FROM %s\nCMD [\"nc\", \"-ll\", \"-p\", \"18789\", \"-e\", \"echo\", \"ok\"]\n"
                    .formatted(TestImage.ensure(engine));
            engine.images().build(new Tar().file("Dockerfile", dockerfile).open(), Map.of(), IMAGE, _ -> { });
        }
        return IMAGE;
    }

    private static JsonValue make(RunningApp app) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            var answer = app.post("/api/bots", """
                    {"name": "a", "reach": "legacy", "channel": {"type": "webchat"}, "controlUi": true,
                     "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"}}""");
            if (answer.statusCode() == 201) {
                return JsonValue.parse(answer.body());
            }
            if (answer.statusCode() != 503 || System.nanoTime() - deadline > 0) {
                throw new IOException(answer.body());
            }
            Thread.sleep(200);
        }
    }

    /// One line for each place: when, where, and whether the bot reaches it.
    private void say(String when, JsonValue made) throws Exception {
        String container = made.get("containerId").string();
        Map<String, String> places = new TreeMap<>(PLACES);
        String gateway = engine.inspect(container).raw().get("NetworkSettings").get("Networks").members().values().iterator().next()
                .get("Gateway").string();
        places.put("this host on the bridge", gateway + " 9999");
        for (var place : places.entrySet()) {
            String ask = place.getValue().equals("nslookup") ? "timeout 10 nslookup x.test 10.66.0.9 2>&1 | grep -q NXDOMAIN && echo ok"
                    : "timeout 5 nc -w 3 " + place.getValue() + " </dev/null";
            String said = engine.exec(container, List.of("sh", "-c", ask), Duration.ofSeconds(60)).orElseThrow().output();
            System.out.println(when + ": " + place.getKey() + ": " + said.contains("ok"));
        }
        String bot = engine.inspect(container).addresses().values().iterator().next().getHostAddress();
        System.out.println(when + ": from this host to the bot: " + reaches(List.of(), bot + " 18789"));
        System.out.println(when + ": from this host to the bot's published port: " + reaches(List.of(), "127.0.0.1 " + PUBLISHED));
        run(world, "ip route replace " + bot + " via 203.0.113.1");
        System.out.println(when + ": from the world to the bot: " + reaches(world, bot + " 18789"));
    }

    private static boolean reaches(List<String> from, String place) throws Exception {
        return run(from, "timeout 5 busybox nc -w 3 " + place + " </dev/null || true").contains("ok");
    }

    /// The other end of a cable: a network namespace with all the addresses.
    ///
    /// @return what a command there begins with
    private static List<String> world() throws Exception {
        run("ip", "link", "set", "lo", "up");
        Process world = new ProcessBuilder("unshare", "--net", "sleep", "3600").start();
        String pid = Long.toString(world.pid());
        while (Files.readSymbolicLink(Path.of("/proc/self/ns/net")).equals(Files.readSymbolicLink(Path.of("/proc", pid, "ns/net")))) {
            Thread.sleep(20);
        }
        run("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1", "netns", pid);
        run("ip", "address", "add", "203.0.113.1/24", "dev", "up0");
        run("ip", "link", "set", "up0", "up");
        run("ip", "route", "add", "default", "via", "203.0.113.9");
        List<String> there = List.of("nsenter", "--target", pid, "--net");
        run(there, "ip link set lo up && ip address add 203.0.113.9/24 dev up1 && ip link set up1 up");
        for (String address : List.of("10.66.0.9", "172.16.0.9", "192.168.250.9", "100.64.0.9", "169.254.169.254")) {
            run(there, "ip address add " + address + "/32 dev lo");
        }
        for (String port : List.of("80", "53")) {
            start("nsenter --target " + pid + " --net busybox nc -ll -p " + port + " -e echo ok");
        }
        start("nsenter --target " + pid + " --net " + Path.of(System.getProperty("java.home"), "bin", "java") + " -cp "
                + System.getProperty("java.class.path") + " " + FirewallScene.class.getName());
        start("busybox nc -ll -p 9999 -e echo ok");
        return there;
    }

    private static void start(String server) throws IOException {
        new ProcessBuilder(server.split(" ")).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    /// A name server, in the world, that knows no name (RFC 1035 §4.1.1: an answer, with RCODE 3).
    private static void answerDatagrams() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("10.66.0.9", 53))) {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                packet.getData()[2] |= (byte) 0x80;
                packet.getData()[3] = (byte) 0x83;
                socket.send(packet);
            }
        }
    }

    private Process dockerd() throws Exception {
        Process daemon = new ProcessBuilder("dockerd", "--host", "unix://" + work.resolve("docker.sock"), "--data-root",
                work.resolve("root").toString(), "--exec-root", work.resolve("exec").toString(), "--pidfile",
                work.resolve("pid").toString(), "--storage-driver", "vfs").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve("dockerd.log").toFile())).start();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                engine.ping();
                return daemon;
            } catch (RuntimeException e) {
                if (!daemon.isAlive() || System.nanoTime() - deadline > 0) {
                    throw new IOException("no engine:\n" + Files.readString(work.resolve("dockerd.log")), e);
                }
                Thread.sleep(200);
            }
        }
    }

    private static String run(List<String> where, String shell) throws Exception {
        return output(Stream.concat(where.stream(), Stream.of("sh", "-c", shell)).toArray(String[]::new));
    }

    private static void run(String... command) throws Exception {
        output(command);
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
