package botmaker.bot.view;

import botmaker.bot.host.Warning;
import botmaker.bot.model.BotId;
import botmaker.http.EventSource;
import botmaker.http.EventStream;
import botmaker.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// One reader of `GET /api/events`: a `snapshot` of everything, then an `engine`, `bot` or `gone` event for each change.
public final class EventsStream implements EventSource {
    private static final Duration WAIT = Duration.ofMinutes(1);

    private final BotRegistry registry;
    private final Subscription subscription;

    public EventsStream(BotRegistry registry) {
        this.registry = registry;
        this.subscription = registry.subscribe();
    }

    @Override
    public void stream(EventStream out) throws IOException, InterruptedException {
        send(out, "snapshot", new String(registry.snapshot(), StandardCharsets.UTF_8));
        while (true) {
            out.flush();
            Subscription.Changes changes = subscription.take(WAIT);
            if (changes.engine()) {
                BotRegistry.EngineView engine = registry.engine();
                send(out, "engine", engine.toJson().toString());
                send(out, "warnings", Json.object().put("warnings",
                        Json.array(engine.warnings().stream().map(Warning::toJson).toList())).build().toString());
            }
            for (BotId id : changes.bots()) {
                Optional<String> bot = registry.text(id);
                if (bot.isPresent()) {
                    send(out, "bot", bot.get());
                } else {
                    send(out, "gone", Json.object().put("id", id.value()).build().toString());
                }
            }
        }
    }

    private static void send(EventStream out, String event, String data) throws IOException {
        out.send(Optional.of(event), Optional.empty(), data);
    }

    @Override
    public void close() {
        subscription.close();
    }
}
