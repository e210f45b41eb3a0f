package botmaker.talk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import botmaker.openclaw.Gateway;
import botmaker.openclaw.GatewayCall;
import botmaker.openclaw.PlainText;
import botmaker.secret.Redactor;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/// Sends a message to a bot through its gateway and receives the answer as it is written: `POST /v1/chat/completions`, streamed.
///
/// A bot may be compromised: its answer is read up to a limit, within a deadline, redacted, and is text only. Safe for use by many
/// threads.
final class Conversation {
    /// Receives the answer piece by piece, redacted.
    @FunctionalInterface
    interface Listener {
        /// @throws IOException if the client has left; the answer is then cancelled
        void said(String text) throws IOException;
    }

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MAX_BYTES = 8 << 20;
    private static final int MAX_LINE = 256 << 10;
    private static final int MAX_ERROR = 64 << 10;
    private static final String BROKEN = "The bot broke off its answer.";
    private static final String UNREADABLE = "The rest is hidden: BotMaker cannot read this bot's secrets, and so cannot remove them from "
            + "the answer. BotMaker's log has the reason.";
    private static final byte[] DATA = "data:".getBytes(US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(US_ASCII);
    private static final System.Logger LOG = System.getLogger(Conversation.class.getName());

    private final Duration longest;

    /// Creates a conversation in which an answer may take ten minutes.
    Conversation() {
        this(LONGEST);
    }

    Conversation(Duration longest) {
        this.longest = longest;
    }

    /// Sends a message and returns when the answer is complete. An interrupt ends the answer, for the bot as well.
    ///
    /// @param session  the conversation to continue; a new one if empty
    /// @param redactor removes the bot's secrets from what it says
    /// @return what went wrong, as a sentence; empty if the answer is complete
    /// @throws IOException from the listener only
    Optional<String> say(Gateway gateway, Optional<String> session, String text, Redactor redactor, Listener listener)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        try (GatewayCall answer = send(gateway, session, text, end)) {
            if (answer.status() != 200) {
                throw refused(answer.status(), answer.body(), redactor);
            }
            Redactor.Pieces pieces = redactor.pieces();
            hear(new Lines(answer.body()), redactor, piece -> show(pieces.add(piece), listener));
            show(pieces.end(), listener); // not after a failure: what was kept back may be a part of a secret
            return Optional.empty();
        } catch (Trouble trouble) {
            boolean late = System.nanoTime() - end >= 0;
            return Optional.of(late ? "The bot did not finish its answer within " + words(longest) + "." : trouble.getMessage());
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "an answer is not shown: the bot's secrets cannot be read", e);
            return Optional.of(UNREADABLE);
        }
    }

    /// A failure between BotMaker and the bot, with a message for the operator.
    private static final class Trouble extends Exception {
        private static final long serialVersionUID = 1L;

        private Trouble(String words) {
            super(words);
        }
    }

    private static void show(String text, Listener listener) throws IOException {
        if (!text.isEmpty()) {
            listener.said(text);
        }
    }

    private static GatewayCall send(Gateway gateway, Optional<String> session, String text, long end) throws Trouble, InterruptedException {
        var body = Json.object()
                .put("model", "openclaw/default")
                .put("stream", true)
                .put("user", session.map(id -> "botmaker:" + id))
                .put("messages", Json.array(Json.object().put("role", "user").put("content", text).build()));
        try {
            return GatewayCall.post(gateway, "/v1/chat/completions", body.build(), end);
        } catch (TimeoutException _) {
            throw new Trouble("The bot did not answer in time.");
        } catch (ConnectException _) {
            throw new Trouble("Nothing listens on the bot's port: it is still starting, or has just stopped.");
        } catch (IOException _) {
            throw new Trouble(BROKEN);
        }
    }

    private static Trouble refused(int status, InputStream body, Redactor redactor) throws InterruptedException {
        if (status == 401 || status == 403) {
            return new Trouble(Gateway.TOKEN_REFUSED);
        }
        byte[] words;
        try {
            words = body.readNBytes(MAX_ERROR);
        } catch (IOException _) {
            endIfInterrupted();
            words = new byte[0];
        }
        return new Trouble("The bot refused the message with status " + status + error(words, redactor).map(it -> ": " + it).orElse("."));
    }

    /// An interrupted read fails as any other does.
    private static void endIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static Optional<String> error(byte[] body, Redactor redactor) {
        try {
            String message = JsonValue.parse(body).get("error").get("message").string();
            return Optional.of(PlainText.of(redactor.apply(message)));
        } catch (JsonException _) {
            return Optional.empty();
        }
    }

    private static void hear(Lines lines, Redactor redactor, Listener listener) throws Trouble, IOException, InterruptedException {
        while (true) {
            byte[] line = lines.next();
            if (line.length < DATA.length || !Arrays.equals(DATA, 0, DATA.length, line, 0, DATA.length)) {
                continue;
            }
            // at most one space follows the field's name (WHATWG HTML §9.2.6)
            int from = line.length > DATA.length && line[DATA.length] == ' ' ? DATA.length + 1 : DATA.length;
            byte[] data = Arrays.copyOfRange(line, from, line.length);
            if (Arrays.equals(data, DONE)) {
                return;
            }
            String piece = piece(data, redactor);
            if (!piece.isEmpty()) {
                listener.said(piece);
            }
        }
    }

    /// Returns the text of one event; empty if it has none.
    private static String piece(byte[] data, Redactor redactor) throws Trouble {
        try {
            JsonValue event = JsonValue.parse(data);
            if (event.find("error").isPresent()) {
                throw new Trouble(error(data, redactor).orElse("The bot failed to answer."));
            }
            return event.get("choices").elements().stream().findFirst()
                    .flatMap(choice -> choice.get("delta").find("content"))
                    .filter(content -> !content.isNull()).map(JsonValue::string).orElse("");
        } catch (JsonException _) {
            throw new Trouble("The bot's answer is not OpenClaw's.");
        }
    }

    /// Reads the lines of an answer, and limits the length of each line and of all lines together.
    private static final class Lines {
        private final InputStream in;
        private long left = MAX_BYTES;

        private Lines(InputStream in) {
            this.in = new BufferedInputStream(in);
        }

        /// Waits for a line and returns it without its end.
        private byte[] next() throws Trouble, InterruptedException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try {
                for (int next; (next = in.read()) >= 0; ) {
                    if (--left < 0 || line.size() >= MAX_LINE) {
                        throw new Trouble("The bot's answer is longer than BotMaker reads.");
                    }
                    if (next == '\n') {
                        return line.toByteArray();
                    }
                    if (next != '\r') {
                        line.write(next);
                    }
                }
            } catch (IOException _) {
                endIfInterrupted();
                throw new Trouble(BROKEN);
            }
            if (line.size() > 0) {
                return line.toByteArray(); // the last line may lack its end
            }
            throw new Trouble(BROKEN);
        }
    }

    private static String words(Duration duration) {
        return duration.toMinutes() > 0 ? duration.toMinutes() + " minutes" : duration.toMillis() + " ms";
    }
}
