package botmaker.talk;

import static botmaker.http.Route.post;

import botmaker.bot.model.BotId;
import botmaker.bot.model.Fields;
import botmaker.bot.view.RunningBots;
import botmaker.error.Failure;
import botmaker.http.ConcurrencyLimit;
import botmaker.http.EventStream;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The operator's own conversation with a bot over HTTP: one message, and its answer as an event stream.
public final class TalkRoutes {
    private static final int MAX_ANSWERS = 16;
    private static final int MAX_MESSAGE = 32 * 1024;
    private static final Pattern SESSION =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final RunningBots bots;
    private final Conversation conversation = new Conversation();
    private final ConcurrencyLimit answers = new ConcurrencyLimit(MAX_ANSWERS,
            MAX_ANSWERS + " answers are already being written. Wait for one to end.");

    public TalkRoutes(RunningBots bots) {
        this.bots = bots;
    }

    public List<Route> routes() {
        return List.of(post("/api/bots/{id}/messages", this::say));
    }

    private Response say(Request rq) {
        BotId id = BotId.require(rq.parameter("id"));
        Message message = Message.from(rq.json());
        bots.requireRunning(id); // while a failure can still be reported as a status
        return Response.events(new Answer(id, message, answers.take(1)));
    }

    private record Message(String text, Optional<String> session) {
        static Message from(JsonValue body) {
            Fields fields = Fields.of(body);
            String text = fields.text("text");
            Optional<String> session = fields.optionalText("session");
            fields.end();
            if (fields.isValid() && text.isBlank()) {
                fields.refuse("text", "Enter a message.");
            }
            if (text.length() > MAX_MESSAGE) {
                fields.refuse("text", "Enter at most " + MAX_MESSAGE + " characters.");
            }
            if (session.filter(it -> !SESSION.matcher(it).matches()).isPresent()) {
                fields.refuse("session", "Enter a UUID.");
            }
            fields.check();
            return new Message(text, session);
        }
    }

    /// One answer: `delta` for each piece of its text, then `done` or `failed`.
    private final class Answer implements Response.Source<EventStream> {
        private final BotId id;
        private final Message message;
        private final ConcurrencyLimit.Lease lease;

        private Answer(BotId id, Message message, ConcurrencyLimit.Lease lease) {
            this.id = id;
            this.message = message;
            this.lease = lease;
        }

        @Override
        public void writeTo(EventStream out) throws IOException, InterruptedException {
            Optional<String> problem;
            try {
                problem = conversation.say(bots.gateway(id), message.session(), message.text(), bots.redactor(id), piece -> {
                    send(out, "delta", Json.object().put("text", piece).build());
                    out.flush();
                });
            } catch (Failure e) {
                problem = Optional.of(e.getMessage());
            }
            if (problem.isPresent()) {
                send(out, "failed", Json.object().put("detail", problem.get()).build());
            } else {
                send(out, "done", Json.object().build());
            }
        }

        private static void send(EventStream out, String event, JsonValue data) throws IOException {
            out.send(Optional.of(event), Optional.empty(), data.toString());
        }

        @Override
        public void close() {
            lease.close();
        }
    }
}
