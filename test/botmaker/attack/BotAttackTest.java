package botmaker.attack;

import static botmaker.attack.Victim.ENGINE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine.ExecResult;
import botmaker.support.Listener;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A bot that somebody has taken over, who runs any command in its container and answers BotMaker in its gateway's place. What
/// it reaches over the network is in [botmaker.ReachTest].
@Tag("docker")
@Timeout(400)
class BotAttackTest {
    /// Listens where OpenClaw would, and does with each connection what the file says that the attacker writes.
    private static final String GATEWAY =
            "echo sleep 3600 >/tmp/answer; while :; do nc -ll -p 18789 -e sh /tmp/answer; sleep 1; done";
    private static final String OK = "printf 'HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\n\\r\\n'; ";

    @TempDir
    private static Path temp;

    private static Victim victim;
    private static String bystander;

    @BeforeAll
    static void start() throws Exception {
        victim = Victim.start(temp, Map.of("BOTMAKER_OPENCLAW_IMAGE", TestImage.running(ENGINE, GATEWAY)));
        bystander = Victim.make(victim.server(), "bystander");
    }

    @AfterAll
    static void stop() throws Exception {
        victim.close();
    }

    private static String inside(String bot, String shell) throws Exception {
        ExecResult result = ENGINE.exec(victim.container(bot), List.of("timeout", "120", "sh", "-c", shell + " 2>&1; true"), Duration.ofMinutes(3)).orElseThrow();
        return result.output().strip();
    }

    @Test
    void reaching_out_of_the_container() throws Exception {
        for (String denied : List.of("echo x >>/etc/openclaw/openclaw.json", "echo x >/run/secrets/ai-api-key", "rm -f /run/secrets/gateway-token",
                "mount -t tmpfs none /tmp", "mount -o remount,rw /", "mknod /tmp/disk b 8 0", "unshare -m true", "chroot / true", "chown 0:0 /tmp/answer",
                "echo 1 >/proc/sys/kernel/core_pattern", "echo h >/proc/sysrq-trigger", "cat /proc/kcore", "cd /proc/1/root && cat ../../../etc/shadow", "su -c id",
                "dmesg -c", "hostname evil", "ip link add dummy0 type dummy", "ip addr add 10.9.9.9/8 dev eth0", "cat /dev/mem", "nc -w 2 -U /var/run/docker.sock")) {
            String said = inside(victim.bot(), "(" + denied + ") >/tmp/out 2>/tmp/err && echo done");
            assertFalse(said.contains("done"), denied + " was done");
        }
        assertEquals("ai-api-key\ngateway-token", inside(victim.bot(), "ls /run/secrets"));
        String seen = inside(victim.bot(), "cat /proc/*/cmdline /proc/*/environ /proc/mounts | tr '\\0' '\\n'");
        assertFalse(seen.contains(Victim.KEY) || seen.contains("botmaker.cli.Main") || seen.contains(bystander), seen);
    }

    /// Everything in the state that could lead whoever works on it as root out of it, or keep them there.
    @Test
    void a_trap_for_whoever_copies_measures_saves_or_deletes_its_state() throws Exception {
        Path outside = Files.createDirectories(temp.resolve("outside/deep"));
        Path canary = Files.writeString(outside.resolve("canary"), "untouched");
        Path neighbour = Files.writeString(victim.state(bystander).resolve("canary"), "untouched");
        String bot = Victim.make(victim.server(), "trap");
        inside(bot, """
                cd /home/node/.openclaw || exit 1
                for target in %1$s %2$s / .. ../../%3$s/state ../config . loop /proc/self/fd /run/secrets; do ln -s $target "link-$(echo $target | tr / _)"; done
                ln -s b a; ln -s a b; mkdir -p workspace; rm -rf workspace/*; ln -s %1$s workspace/AGENTS.md; ln -s %1$s workspace/x
                mkfifo fifo; mkfifo openclaw.json.tmp; (timeout 1 nc -ll -s local:$PWD/socket) ; ln /etc/openclaw/openclaw.json hard; ln /run/secrets/ai-api-key hard2
                touch "$(printf 'new\\nline')" "$(printf 'bad\\377\\376')" "$(printf '\\033]0;x\\007')" -- -rf '--' ' ' '*' "$(printf 'x%%.0s' $(seq 1 255))"
                (i=0; while [ $i -lt 300 ]; do mkdir -p ddddddddddddddddddddddddddddddddddddddd && cd ddddddddddddddddddddddddddddddddddddddd; i=$((i+1)); done)
                mkdir many; i=0; while [ $i -lt 3000 ]; do : >many/$i; i=$((i+1)); done
                truncate -s 8T sparse; mkdir closed; touch closed/x; chmod 0 closed; cp /bin/busybox setuid; chmod 6777 setuid; chmod 0 many
                """.formatted(temp.resolve("outside"), canary, bystander));
        assertTrue(Files.isSymbolicLink(victim.state(bot).resolve("a")), "the trap was not laid");

        assertEquals(200, victim.server().send("GET", "/api/bots/" + bot, "").statusCode());
        assertEquals(200, victim.server().send("GET", "/api/bots/" + bot + "/instructions", "").statusCode());
        served(victim.server().send("PUT", "/api/bots/" + bot + "/instructions", "{\"text\":\"hello\"}").statusCode());
        served(victim.server().send("PUT", "/api/bots/" + bot + "/secrets/ai-api-key", "{\"value\":\"sk-ant-another-0123456789\"}").statusCode());
        served(victim.server().send("POST", "/api/bots/" + bot + "/repair", "").statusCode());
        int recreated = victim.server().send("POST", "/api/bots/" + bot + "/recreate", "").statusCode();
        served(recreated);
        Listener.await("it is deleted", () -> {
            try {
                int status = victim.server().send("DELETE", "/api/bots/" + bot, "").statusCode();
                return status == 204 || status == 404;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        assertEquals("untouched", Files.readString(canary));
        assertEquals("untouched", Files.readString(neighbour));
        Files.delete(neighbour);
        assertEquals(0, Files.getAttribute(canary, "unix:uid"), "it was given away");
        assertFalse(Files.exists(victim.state(bot)), "something is left");
    }

    /// Anything but a failure inside BotMaker: a bot whose state cannot be copied may be told so.
    private static void served(int status) {
        assertTrue(status < 500 || status == 503 || status == 507, "status " + status);
    }

    private static void answering(String shell) throws Exception {
        inside(victim.bot(), "cat >/tmp/next <<'END'\n" + shell + "\nEND\nmv /tmp/next /tmp/answer");
    }

    /// What BotMaker tells of a turn with the bot, until it is over.
    private static String turn() throws Exception {
        var answer = victim.server().send("POST", "/api/bots/" + victim.bot() + "/messages", "{\"text\":\"hello\"}");
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body();
    }

    @Test
    void answers_that_lead_elsewhere_never_end_or_are_something_else() throws Exception {
        InetAddress bridge = RunningApp.bridge();
        AtomicInteger visitors = new AtomicInteger();
        try (ServerSocket internal = new ServerSocket(0, 5, bridge)) {
            Thread.ofVirtual().start(() -> {
                while (!internal.isClosed()) {
                    try {
                        internal.accept().close();
                        visitors.incrementAndGet();
                    } catch (java.io.IOException e) {
                        // closed
                    }
                }
            });
            String there = "http://" + bridge.getHostAddress() + ":" + internal.getLocalPort();
            for (String answer : List.of(
                    "printf 'HTTP/1.1 302 Found\\r\\nLocation: " + there + "/\\r\\nContent-Length: 0\\r\\n\\r\\n'",
                    "printf 'HTTP/1.1 307 Temporary Redirect\\r\\nLocation: " + there + "/\\r\\nContent-Length: 0\\r\\n\\r\\n'",
                    "printf 'HTTP/1.1 401 x\\r\\nWWW-Authenticate: Basic realm=x\\r\\nLocation: " + there + "\\r\\nContent-Length: 0\\r\\n\\r\\n'",
                    "printf 'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: x\\r\\nConnection: Upgrade\\r\\n\\r\\n'; cat /dev/zero",
                    "printf 'HTTP/1.1 200 OK\\r\\nX: '; cat /dev/zero | tr '\\0' 'a'",
                    "while :; do printf 'HTTP/1.1 100 Continue\\r\\n\\r\\n'; done",
                    "printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 99999999999999\\r\\n\\r\\n'; cat /dev/zero",
                    "printf 'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nfffffffffffffff\\r\\n'; cat /dev/zero",
                    OK + "cat /dev/zero", OK + "yes 'data: {\"choices\":[{\"delta\":{\"content\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}}]}'",
                    OK + "printf 'data: '; yes '[' | tr -d '\\n'", OK + "echo 'data: {\"choices\":7}'", OK + "echo 'data: not json'", OK + "echo 'data: {}'",
                    "cat /dev/urandom", "true")) {
                answering(answer);
                String told = turn();
                assertTrue(told.contains("event: failed") && !told.contains("event: done"), answer + "\n" + told.substring(0, Math.min(1000, told.length())));
                assertFalse(told.contains("\nevent: died"), answer);
                assertEquals(200, victim.server().send("GET", "/api/bots", "").statusCode());
            }
            assertEquals(0, visitors.get(), "BotMaker went where the bot sent it");
        }
        assertTrue(victim.server().process().isAlive(), "it ran out of memory");
    }

    /// The turn stays open, as long as the operator waits; all else goes on.
    @Test
    void answers_that_trickle() throws Exception {
        answering(OK + "while :; do printf :; sleep 1; done");
        try (var first = new Listener(slowTurn()); var second = new Listener(slowTurn())) {
            for (int i = 0; i < 10; i++) {
                assertEquals(200, victim.server().send("GET", "/api/bots/" + victim.bot(), "").statusCode());
            }
            assertFalse(first.lines().contains("event: done") || second.lines().contains("event: done"));
        }
        assertEquals(200, victim.server().send("POST", "/api/bots/" + victim.bot() + "/restart", "").statusCode());
    }

    private static java.io.InputStream slowTurn() throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), victim.server().port());
        socket.getOutputStream().write(("POST /api/bots/" + victim.bot() + "/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                + victim.server().authorization() + "\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"text\":\"hello\"}").getBytes());
        return socket.getInputStream();
    }

    /// Lines that would be events of the stream, another record of a download, or commands to a terminal.
    @Test
    void log_lines_that_are_more_than_text() throws Exception {
        inside(victim.bot(), """
                { printf 'evil\\n\\nevent: died\\ndata: {"exitCode":0}\\nid: evil\\nretry: 1\\n\\n: evil\\n'; printf 'a\\rdata: evil\\r\\n\\rb\\n';
                printf '\\033]0;evil\\007\\033[2J\\033]8;;http://evil.example\\033\\\\\\n'; printf '\\342\\200\\256live\\342\\200\\250\\303\\050\\377\\n';
                head -c 10000000 /dev/zero | tr '\\0' x; echo; cat /run/secrets/ai-api-key; echo; echo the-last-line; } >/proc/1/fd/1""");
        Listener.await("the last line", () -> logs("/logs.txt").contains("the-last-line"));
        String stream = logs("/logs?tail=all&follow=false");
        for (String line : stream.lines().toList()) {
            assertTrue(line.isEmpty() || line.startsWith(":") || line.matches("id: [0-9a-f]{12}\\.\\d+\\.\\d+") || line.matches("event: (end|started|gap)")
                    || line.startsWith("data: {") || line.matches("retry: [0-9]{3,}"), line.substring(0, Math.min(300, line.length())));
        }
        assertFalse(stream.contains("\033") || stream.contains("\r"), "a control character came through");
        assertFalse(stream.contains(Victim.KEY) || logs("/logs.txt").contains(Victim.KEY), "the key came through");
        assertTrue(victim.server().process().isAlive());
    }

    private static String logs(String what) {
        try {
            return victim.server().send("GET", "/api/bots/" + victim.bot() + what, "").body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
