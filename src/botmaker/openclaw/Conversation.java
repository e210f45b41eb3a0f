package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonParseException;
import botmaker.json.JsonTypeException;
import botmaker.json.JsonValue;
import botmaker.json.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/// Says something to a bot through its gateway and hears the answer as it comes: `POST /v1/chat/completions`, streamed.
///
/// A bot may have been taken over: what it answers is read up to a limit, within a deadline, and is text only. Its token
/// goes to the given address and nowhere else: no proxy, no redirects. Safe for many threads.
public final class Conversation implements AutoCloseable {
    /// Takes the answer piece by piece.
    @FunctionalInterface
    public interface Listener {
        /// @throws IOException when nobody listens any more; the bot is told to stop then
        void said(String text) throws IOException;
    }

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST_BYTES = 8 << 20;
    private static final int MOST_LINE = 256 << 10;
    private static final int MOST_ERROR = 64 << 10;
    private static final String BROKEN = "The bot broke off its answer.";
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final Limits LIMITS = new Limits(MOST_LINE, 32);

    private final Duration longest;
    private final LazyHttpClient client = LazyHttpClient.forBots();

    /// Creates a conversation in which an answer may take ten minutes.
    public Conversation() {
        this(LONGEST);
    }

    Conversation(Duration longest) {
        this.longest = longest;
    }

    /// Says something and returns when the answer is over. An interrupt ends it, for the bot as well.
    ///
    /// @param session  which conversation this goes on with; a new one when empty
    /// @param listener told each piece of the answer
    /// @return what went wrong, in words; empty when the answer is complete
    /// @throws IOException from the listener only
    public Optional<String> say(Gateway gateway, Optional<String> session, String text, Listener listener)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        try (Answer answer = send(request(gateway, session, text), end)) {
            if (answer.status() != 200) {
                throw refused(answer.status(), answer.body());
            }
            hear(new BoundedLines(answer.body(), MOST_LINE, MOST_BYTES), listener);
            return Optional.empty();
        } catch (Trouble trouble) {
            boolean late = System.nanoTime() - end >= 0;
            return Optional.of(late ? "The bot did not end its answer within " + words(longest) + "." : trouble.getMessage());
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /// What went wrong between BotMaker and the bot, in words for people.
    private static final class Trouble extends Exception {
        private static final long serialVersionUID = 1L;

        private Trouble(String words) {
            super(words);
        }
    }

    private HttpRequest request(Gateway gateway, Optional<String> session, String text) {
        var body = Json.object()
                .put("model", "openclaw/default")
                .put("stream", true)
                .put("user", session.map(id -> "botmaker:" + id))
                .put("messages", Json.array(Json.object().put("role", "user").put("content", text).build()));
        return gateway.request("/v1/chat/completions")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.build().toString()))
                .build();
    }

    /// An answer that has begun. Closing it tells the bot that nobody listens; the bell closes it when the time is over.
    private record Answer(int status, InputStream body, Thread bell) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bell.interrupt();
            body.close();
        }
    }

    private Answer send(HttpRequest request, long end) throws Trouble, InterruptedException {
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream(), end);
            InputStream body = response.body();
            Thread bell = Thread.ofVirtual().name("conversation-deadline").start(() -> closeAt(body, end));
            return new Answer(response.statusCode(), body, bell);
        } catch (TimeoutException _) {
            throw new Trouble("The bot did not answer in time.");
        } catch (ConnectException _) {
            throw new Trouble("Nothing listens on the bot's port: it is still starting, or has just stopped.");
        } catch (IOException _) {
            throw new Trouble(BROKEN);
        }
    }

    private static Trouble refused(int status, InputStream body) throws InterruptedException {
        if (status == 401 || status == 403) {
            return new Trouble(Gateway.TOKEN_REFUSED);
        }
        byte[] words;
        try {
            words = body.readNBytes(MOST_ERROR);
        } catch (IOException _) {
            endIfInterrupted();
            words = new byte[0];
        }
        return new Trouble("The bot refused the message with status " + status + error(words).map(it -> ": " + it).orElse("."));
    }

    /// The JDK's client reports an interrupted read as a failed one.
    private static void endIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static Optional<String> error(byte[] body) {
        try {
            return Optional.of(PlainText.of(JsonValue.parse(body, LIMITS).get("error").get("message").string()));
        } catch (JsonParseException | JsonTypeException _) {
            return Optional.empty();
        }
    }

    private static void hear(BoundedLines lines, Listener listener) throws Trouble, IOException, InterruptedException {
        while (true) {
            Optional<byte[]> data = data(lines);
            if (data.isEmpty()) {
                continue;
            }
            if (Arrays.equals(data.get(), DONE)) {
                return;
            }
            String piece = piece(data.get());
            if (!piece.isEmpty()) {
                listener.said(piece);
            }
        }
    }

    /// The next line's data, where it has some.
    private static Optional<byte[]> data(BoundedLines lines) throws Trouble, InterruptedException {
        try {
            byte[] line = lines.next().orElseThrow(() -> new Trouble(BROKEN));
            return BoundedLines.after("data:", line);
        } catch (BoundedLines.TooMuch _) {
            throw new Trouble("The bot answered more than is read.");
        } catch (IOException _) {
            endIfInterrupted();
            throw new Trouble(BROKEN);
        }
    }

    /// The text of one event; empty where it brings none.
    private static String piece(byte[] data) throws Trouble {
        try {
            JsonValue event = JsonValue.parse(data, LIMITS);
            if (event.find("error").isPresent()) {
                throw new Trouble(error(data).orElse("The bot's turn failed."));
            }
            return event.get("choices").elements().stream().findFirst()
                    .flatMap(choice -> choice.get("delta").find("content"))
                    .filter(content -> !content.isNull()).map(JsonValue::string).orElse("");
        } catch (JsonParseException | JsonTypeException _) {
            throw new Trouble("The bot answered something that is not OpenClaw's.");
        }
    }

    private static void closeAt(InputStream answer, long end) {
        try {
            Thread.sleep(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            answer.close();
        } catch (InterruptedException | IOException _) {
            // in time, or closed already
        }
    }

    private static String words(Duration duration) {
        return duration.toMinutes() > 0 ? duration.toMinutes() + " minutes" : duration.toMillis() + " ms";
    }
}
