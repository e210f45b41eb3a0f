package botmaker.crash;

import botmaker.crash.Server.Answer;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.util.Optional;

/// What is done to a bot, again and again; everything that it writes carries the number of the attempt.
enum Change {
    CREATE {
        @Override
        Answer run(Server server, String subject, long n) throws IOException, InterruptedException {
            return server.send("POST", "/api/bots", bot(newName(n), n));
        }
    },
    DELETE {
        @Override
        Answer run(Server server, String subject, long n) throws IOException, InterruptedException {
            return server.send("DELETE", "/api/bots/" + subject, "");
        }
    },
    /// Needs a new container, another configuration and another secret, which belong together.
    EDIT {
        @Override
        Answer run(Server server, String subject, long n) throws IOException, InterruptedException {
            return server.send("PATCH", "/api/bots/" + subject, """
                    {"ai": {"model": "model-%d", "apiKey": "%s"}, "limits": {"memory": %d}}""".formatted(n, key(n), memory(n)));
        }
    },
    /// A secret that a running bot is told to read anew.
    REPLACE_KEY {
        @Override
        Answer run(Server server, String subject, long n) throws IOException, InterruptedException {
            return server.send("PUT", "/api/bots/" + subject + "/secrets/ai-api-key", "{\"value\": \"" + key(n) + "\"}");
        }
    },
    /// A secret that a bot reads when it starts.
    REPLACE_TOKEN {
        @Override
        Answer run(Server server, String subject, long n) throws IOException, InterruptedException {
            return server.send("PUT", "/api/bots/" + subject + "/secrets/channel-token", "{\"value\": \"" + token(n) + "\"}");
        }
    };

    private static final String THERE = "there";
    private static final String GONE = "gone";

    /// Does it.
    ///
    /// @param subject the bot that it is done to
    /// @param n       the number of the attempt
    abstract Answer run(Server server, String subject, long n) throws IOException, InterruptedException;

    /// What it is about: as it is now.
    ///
    /// @param bot the subject as the API shows it; the new one for [#CREATE]
    String value(Optional<JsonValue> bot, Stores stores) throws IOException {
        return bot.isEmpty() ? GONE : switch (this) {
            case CREATE, DELETE -> THERE;
            case EDIT -> edited(bot.get().get("ai").get("model").string(), stores.secret(bot.get(), "ai-api-key"),
                    bot.get().get("limits").get("memory").integer());
            case REPLACE_KEY -> stores.secret(bot.get(), "ai-api-key");
            case REPLACE_TOKEN -> stores.secret(bot.get(), "channel-token");
        };
    }

    /// What it is about, after attempt number n.
    String wanted(long n) {
        return switch (this) {
            case CREATE -> THERE;
            case DELETE -> GONE;
            case EDIT -> edited("model-" + n, key(n), memory(n));
            case REPLACE_KEY -> key(n);
            case REPLACE_TOKEN -> token(n);
        };
    }

    private static String edited(String model, String key, long memory) {
        return model + " " + key + " " + memory;
    }

    /// The name of the bot that [#CREATE] makes.
    static String newName(long n) {
        return "new " + n;
    }

    static String bot(String name, long n) {
        return """
                {"name": "%s",
                 "ai": {"provider": "openai-compatible", "model": "model-%d", "baseUrl": "http://10.9.8.7/v1", "apiKey": "%s"},
                 "reach": "legacy", "channel": {"type": "telegram", "credentials": {"token": "%s"}},
                 "limits": {"memory": %d}, "instructions": "You are number %d."}""".formatted(name, n, key(n), token(n), memory(n), n);
    }

    static String key(long n) {
        return "key-of-attempt-" + n;
    }

    static String token(long n) {
        return "123456789:AAtoken-of-attempt-%018d".formatted(n);
    }

    static long memory(long n) {
        return (1536 + n) << 20;
    }
}
