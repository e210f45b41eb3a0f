package botmaker.bench;

import botmaker.bench.Report.Bound;
import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.http.RawHttp;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.support.TestImage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/// A new bot: from the request until its container is started, against the engine's own time for the same container; and from
/// the moment that the bot says it is ready until BotMaker does.
final class Creating implements Bench.Part {
    private static final int GATEWAY = 18_789;
    /// OpenClaw's answers to the questions of [botmaker.openclaw.BotProbe], after three seconds.
    private static final String READY_LATER = "sleep 3; printf 'HTTP/1.1 200 OK\\\\r\\\\nContent-Type: application/json\\\\r\\\\n"
            + "Content-Length: 116\\\\r\\\\nConnection: close\\\\r\\\\n\\\\r\\\\n"
            + "{\\\"ready\\\":true,\\\"payload\\\":{\\\"channelAccounts\\\":{\\\"telegram\\\":[{\\\"lifecycle\\\":\\\"ready\\\"}]}}}%-43s' '' > /tmp/answer; "
            + "echo 'cat /tmp/answer; sleep 1' > /tmp/gateway; nc -ll -p " + GATEWAY + " -e sh /tmp/gateway";

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        Engine engine = new Engine(Talker.SOCKET);
        try (House house = House.of(TestImage.running(engine, READY_LATER))) {
            Series ours = new Series();
            Series rival = new Series();
            Series delay = new Series();
            for (int round = -1; round < size.rounds(); round++) { // the first one finds nothing warm
                long begin = System.nanoTime();
                JsonValue bot = house.create("made" + round, true);
                double took = (System.nanoTime() - begin) / 1e6;
                double late = healthyDelay(house, bot);
                double least = engineAlone(engine, engine.inspect(bot.get("containerId").string()));
                house.delete(bot);
                if (round >= 0) {
                    ours.add(took);
                    rival.add(least);
                    delay.add(late);
                }
            }
            report.figure("docker create and docker start, ms", rival);
            report.figure("POST /api/bots until it is started, ms", ours);
            report.target("POST until started, of docker create and docker start", Bound.AT_MOST, 1.2, ours.over(rival));
            report.target("healthy after the bot was ready, ms", Bound.NEVER_OVER, 1_000, delay);
        }
    }

    /// Milliseconds of the `docker` command for a container that is the same in all but its labels and name.
    private static double engineAlone(Engine engine, Container original) throws IOException, InterruptedException {
        JsonValue raw = original.raw();
        ObjectBuilder body = Json.object();
        ((JsonObject) raw.get("Config")).members().forEach((name, value) -> {
            if (!name.equals("Labels")) {
                body.put(name, value);
            }
        });
        String file = body.put("HostConfig", raw.get("HostConfig")).build().toString();
        long begin = System.nanoTime();
        String answer = post("/containers/create", file);
        String id = JsonValue.parse(answer).get("Id").string();
        post("/containers/" + id + "/start", "");
        double took = (System.nanoTime() - begin) / 1e6;
        engine.remove(id, true);
        return took;
    }

    private static String post(String path, String body) throws IOException, InterruptedException {
        return Programs.output(List.of("curl", "-sf", "--unix-socket", Talker.SOCKET.toString(), "-H", "Content-Type: application/json",
                "--data-binary", body, "http://docker" + path));
    }

    private static double healthyDelay(House house, JsonValue bot) throws IOException, InterruptedException {
        Container container = house.engine().inspect(bot.get("containerId").string());
        var address = container.addresses().values().iterator().next();
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!ready(new InetSocketAddress(address, GATEWAY))) {
            patience(deadline);
            Thread.sleep(10);
        }
        long ready = System.nanoTime();
        String path = "/api/bots/" + bot.get("id").string();
        while (!house.server().demand("GET", path, "").get("health").string().equals("healthy")) {
            patience(deadline);
            Thread.sleep(10);
        }
        return (System.nanoTime() - ready) / 1e6;
    }

    private static void patience(long deadline) throws IOException {
        if (System.nanoTime() - deadline > 0) {
            throw new IOException("the bot was not ready, or not said to be, within a minute");
        }
    }

    private static boolean ready(InetSocketAddress gateway) {
        try (Socket socket = new Socket()) {
            socket.connect(gateway, 1_000);
            return RawHttp.over(socket).sendLines("GET /readyz HTTP/1.1\nHost: bot\n\n").answer().status() == 200;
        } catch (IOException _) {
            return false;
        }
    }
}
