package botmaker.bot.lifecycle;

import botmaker.bot.host.BotFiles;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.NewBot;
import botmaker.bot.model.Fields;
import botmaker.bot.view.BotRegistry;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.OpenClaw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Reads and writes a bot's instructions: the file in its workspace that OpenClaw puts before every conversation. It is the only copy,
/// and the bot may rewrite it. Neither reading nor writing needs the engine.
public final class Instructions {
    private final BotService service;
    private final BotFiles files;
    private final BotRegistry registry;

    public Instructions(BotService service, BotFiles files, BotRegistry registry) {
        this.service = service;
        this.files = files;
        this.registry = registry;
    }

    /// Returns the present instructions; an empty text if there are none.
    ///
    /// @throws Failure.Conflict if the bot has put something else in their place
    public JsonValue read(BotId id) {
        BotRecord row = service.record(id);
        try {
            return answer(files.instructions(row.id()).orElse(""));
        } catch (IOException e) {
            throw spoiled(e);
        }
    }

    /// Replaces the instructions; the bot reads them before its next answer.
    public JsonValue write(BotId id, JsonValue body) throws InterruptedException {
        Fields fields = Fields.of(body);
        String text = fields.text("text");
        fields.end();
        NewBot.instructionsProblem(text).ifPresent(problem -> fields.refuse("text", problem));
        fields.check();
        service.locked(id, row -> {
            try {
                files.writeInstructions(row, text);
            } catch (IOException e) {
                throw spoiled(e);
            }
            registry.note(id, "instructions changed by you");
        });
        return answer(text);
    }

    private static RuntimeException spoiled(IOException e) {
        return IoFailures.isDiskFull(e)
                ? IoFailures.translate(e, "cannot write the bot's instructions")
                : new Failure.Conflict(("The bot's instructions cannot be read or written: %s/%s in its state directory must be a text file of at "
                        + "most %d bytes. Stop the bot and remove it.")
                        .formatted(OpenClaw.WORKSPACE, OpenClaw.INSTRUCTIONS_FILE, OpenClaw.MOST_INSTRUCTIONS));
    }

    private static JsonValue answer(String text) {
        return Json.object().put("text", text).build();
    }
}
