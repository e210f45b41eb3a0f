package botmaker.talk;

import static botmaker.http.Route.post;

import botmaker.bot.BotRoutes;
import botmaker.bot.host.RunningBots;
import botmaker.bot.model.BotId;
import botmaker.bot.model.Fields;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.http.EventSource;
import botmaker.http.EventStream;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.Conversation;
import botmaker.openclaw.Gateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The operator's own talk with a bot over HTTP: one message, and its answer as an event stream.
public final class TalkRoutes implements AutoCloseable {
    private static final int MOST_TALKS = 16;
    private static final int LONGEST_MESSAGE = 32 * 1024;
    private static final Pattern SESSION =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final RunningBots bots;
    private final Conversation conversation;
    private final ConcurrencyLimit turns = new ConcurrencyLimit(MOST_TALKS, MOST_TALKS + " answers are being awaited already. Wait for one of them.");

    public TalkRoutes(RunningBots bots, Conversation conversation) {
        this.bots = bots;
        this.conversation = conversation;
    }

    public List<Route> routes() {
        return List.of(post("/api/bots/{id}/messages", this::say));
    }

    private Response say(Request rq) {
        BotId id = BotRoutes.id(rq);
        Message message = Message.from(rq.json());
        bots.container(id); // while a failure can still be told as a status
        return Response.events(new Answer(id, message, turns.take()));
    }

    @Override
    public void close() {
        conversation.close();
    }

    private record Message(String text, Optional<String> session) {
        static Message from(JsonValue body) {
            List<FieldError> errors = new ArrayList<>();
            Fields fields = Fields.of(body, errors);
            String text = fields.text("text");
            Optional<String> session = fields.optionalText("session");
            fields.end();
            if (fields.has("text") && text.isBlank() && errors.isEmpty()) {
                errors.add(new FieldError("/text", "There is nothing to say."));
            }
            if (text.length() > LONGEST_MESSAGE) {
                errors.add(new FieldError("/text", "At most " + LONGEST_MESSAGE + " characters."));
            }
            if (session.filter(it -> !SESSION.matcher(it).matches()).isPresent()) {
                errors.add(new FieldError("/session", "A UUID is expected here."));
            }
            if (!errors.isEmpty()) {
                throw new Failure.Invalid(errors);
            }
            return new Message(text, session);
        }
    }

    /// One answer: `delta` for each piece of its text, then `done` or `failed`.
    private final class Answer implements EventSource {
        private final BotId id;
        private final Message message;
        private final ConcurrencyLimit.Turn turn;

        private Answer(BotId id, Message message, ConcurrencyLimit.Turn turn) {
            this.id = id;
            this.message = message;
            this.turn = turn;
        }

        @Override
        public void stream(EventStream out) throws IOException, InterruptedException {
            Optional<String> problem;
            try {
                RunningBots.Gateway gateway = bots.gateway(id);
                problem = conversation.say(new Gateway(gateway.address(), gateway.token().reveal()), message.session(), message.text(), piece -> {
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
            turn.close();
        }
    }
}
