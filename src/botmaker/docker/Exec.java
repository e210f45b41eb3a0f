package botmaker.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Runs one command inside a container: three calls of the Engine API.
///
/// @param path of the container's commands
record Exec(Client client, String path) {
    private static final int MAX_OUTPUT = 1024 * 1024;
    private static final Duration POLL = Duration.ofMillis(20);

    /// @return empty where the command did not end in time
    Optional<Engine.ExecResult> run(List<String> command, Duration timeout) {
        long start = System.nanoTime();
        Call create = Call.post(path).body(Json.object()
                .put("AttachStdout", true).put("AttachStderr", true).put("Cmd", Json.strings(command)).build());
        String id = client.json(create, answer -> answer.get("Id").string());
        Call run = Call.post("/exec/" + id + "/start").within(timeout)
                .body(Json.object().put("Detach", false).put("Tty", false).build());
        Optional<String> output;
        try (Exchange exchange = client.open(run)) {
            output = exchange.readInTime(Exec::output);
        }
        return output.flatMap(text -> exitCode(id, timeout.minusNanos(System.nanoTime() - start))
                .map(code -> new Engine.ExecResult(code, text)));
    }

    /// Waits for the exit code. The output ends a moment before the engine knows it, or long before, when the command
    /// closed its output.
    private Optional<Integer> exitCode(String id, Duration patience) {
        long start = System.nanoTime();
        while (true) {
            Optional<Integer> code = client.json(Call.get("/exec/" + id + "/json"), Exec::exitCode);
            if (code.isPresent() || System.nanoTime() - start > patience.toNanos()) {
                return code;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure.EngineDown("Waiting for a command inside a container was interrupted.", e);
            }
        }
    }

    private static Optional<Integer> exitCode(JsonValue exec) {
        return Fields.flag(exec, "Running")
                ? Optional.empty()
                : Fields.present(exec, "ExitCode").map(code -> Math.toIntExact(code.integer()));
    }

    /// Reads the standard output, as much of it as is kept. Standard error is attached so that the command can write
    /// to it, and dropped.
    private static String output(Body body) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        for (Optional<LogFrame> next; (next = LogFrame.next(body)).isPresent(); ) {
            LogFrame frame = next.get();
            if (frame.source() == LogFrame.Source.OUT) {
                output.write(frame.payload(), 0, Math.min(frame.payload().length, MAX_OUTPUT - output.size()));
            }
        }
        return output.toString(UTF_8);
    }
}
