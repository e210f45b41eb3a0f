package botmaker.support;

import botmaker.docker.Engine;
import java.nio.file.Path;
import java.util.Map;

/// An image that, instead of OpenClaw, prints its AI key in every way in which programs print such things, and then waits.
public final class TalkativeBot {
    public static final String LAST_LINE = "that was all";
    private static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final String REFERENCE = "botmaker-test-talkative:3";
    private static final String PROGRAM = """
            #!/bin/sh
            trap 'exit 143' TERM
            s=$(cat /run/secrets/ai-api-key)
            echo "raw $s"
            echo "to stderr $s" >&2
            head -c 16380 /dev/zero | tr '\\0' x
            echo "$s"
            echo "url $(echo "$s" | sed 's:%:%25:g; s:/:%2F:g; s:+:%2B:g; s:":%22:g')"
            echo "json {\\"key\\":\\"$(echo "$s" | sed 's:":\\\\":g')\\"}"
            for before in '' a ab abc user:; do
                echo "base64 $(printf '%s%s' "$before" "$s" | base64 | tr -d '\\n')"
                echo "base64 $(printf '%s%s%s' "$before" "$s" end | base64 | tr -d '\\n')"
            done
            echo "gateway $(cat /run/secrets/gateway-token)"
            echo "that was all"
            sleep 3600 & wait
            """;

    private TalkativeBot() { }

    /// The image's reference; it is built once.
    public static String image() {
        Engine engine = engine();
        if (engine.images().find(REFERENCE).isEmpty()) {
            String dockerfile = "FROM %s\nCOPY program /bin/talk\nCMD [\"sh\", \"/bin/talk\"]\n".formatted(TestImage.ensure(engine));
            engine.images().build(new Tar().file("Dockerfile", dockerfile).file("program", PROGRAM).open(), Map.of(), REFERENCE, _ -> { });
        }
        return REFERENCE;
    }

    public static Engine engine() {
        return new Engine(SOCKET);
    }

    /// Settings of a BotMaker whose bots are such.
    public static Map<String, String> settings() {
        return Map.of("BOTMAKER_OPENCLAW_IMAGE", image(), "BOTMAKER_BOT_STOP_TIMEOUT", "3s");
    }
}
