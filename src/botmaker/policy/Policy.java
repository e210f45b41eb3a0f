package botmaker.policy;

import botmaker.file.PrivateFiles;
import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// What all bots may reach through the broker.
public record Policy(List<BotPolicy> bots) {
    /// Nobody may reach anything.
    public static final Policy EMPTY = new Policy(List.of());

    private static final long VERSION = 1;
    private static final int MODE = 0600;

    public Policy {
        bots = List.copyOf(bots);
    }

    /// Reads a policy; that of a file that does not exist is empty.
    ///
    /// @throws IOException if the file cannot be read, or is not a policy of this version; the message names the file
    public static Policy read(Path file) throws IOException {
        try {
            return JsonValue.parse(Files.readAllBytes(file)).convert(Policy::of);
        } catch (NoSuchFileException absent) {
            return EMPTY;
        } catch (JsonException | IllegalArgumentException | ArithmeticException e) {
            throw new IOException("the policy " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Policy of(JsonValue json) {
        if (json.get("version").integer() != VERSION) {
            throw new IllegalArgumentException("it was written by another version of BotMaker");
        }
        return new Policy(json.get("bots").elements().stream().map(BotPolicy::of).toList());
    }

    /// Replaces a policy durably; a reader sees the old or the new one.
    ///
    /// @param file only this user can read it: placeholders open a bot's sockets
    public void write(Path file) throws IOException {
        byte[] content = Json.object().put("version", VERSION).put("bots", Json.array(bots.stream().map(BotPolicy::toJson).toList()))
                .build().indented().getBytes(StandardCharsets.UTF_8);
        PrivateFiles.replace(file, content, MODE);
    }
}
