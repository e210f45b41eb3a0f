package botmaker.support;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A channel of a bot, with the service behind it and the one person there whom the bot answers.
///
/// @param sites   the servers of the service, by name
/// @param members those of a request for a bot: its channel and who may write to it
/// @param file    the bot's secret file for the channel's token
/// @param canary  a part of every token of the channel
public record BotChannel(String id, Map<String, FakeInternet.Site> sites, String members, String file, String canary, Person person)
        implements AutoCloseable {
    private static final String CANARY = "Wd5nQ8rT2yB6";
    private static final long OWNER = 424242;
    private static final String WITH_FILE = "And what does this say of the capital?";

    /// What a person does there.
    public interface Person extends AutoCloseable {
        /// Waits until the bot is there, and writes to it.
        void asks(String text) throws IOException, InterruptedException;

        /// Sends the bot a text file.
        void sendsFile() throws IOException;

        /// Whether the bot has fetched the file.
        boolean seesItFetched();

        /// Waits for words of the bot.
        void hears(String words) throws InterruptedException;

        /// Forgets what the bot said, before another one comes.
        void forget() throws InterruptedException;

        @Override
        default void close() { }
    }

    /// All channels whose token a bot does not get, each to be closed.
    public static List<Supplier<BotChannel>> all() {
        return List.of(BotChannel::telegram, BotChannel::discord, BotChannel::slack, BotChannel::matrix, BotChannel::mattermost);
    }

    /// The names of all servers of all channels and of all providers.
    public static List<String> names() {
        return Stream.of(FakeAi.HOSTS, FakeDiscord.NAMES, FakeSlack.NAMES, List.of("api.telegram.org", "matrix.test", "chat.test"))
                .flatMap(List::stream).toList();
    }

    /// A key of a provider with the same canary.
    public String key(FakeAi.Provider provider) {
        return provider.keyPrefix() + canary.repeat(4);
    }

    public static BotChannel telegram() {
        FakeTelegram telegram;
        try {
            telegram = new FakeTelegram(InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        String token = "123456789:AA" + CANARY.repeat(3);
        telegram.requireToken(token);
        return new BotChannel("telegram", Map.of("api.telegram.org", FakeInternet.at(telegram.apiRoot())), """
                "channel": {"type": "telegram", "credentials": {"token": "%s"}},
                "access": {"policy": "allowlist", "allow": ["%d"]}""".formatted(token, OWNER), "channel-token", CANARY, new Person() {
                    @Override
                    public void asks(String text) {
                        telegram.userSays(OWNER, text);
                    }

                    @Override
                    public void sendsFile() {
                        telegram.userSendsFile(OWNER, WITH_FILE, "the text of a file");
                    }

                    @Override
                    public boolean seesItFetched() {
                        return telegram.calls().contains("file");
                    }

                    @Override
                    public void hears(String words) throws InterruptedException {
                        String said;
                        do {
                            said = telegram.awaitReply(BotScene.ANSWER);
                        } while (!said.contains(words));
                    }

                    @Override
                    public void forget() throws InterruptedException {
                        telegram.forget();
                    }

                    @Override
                    public void close() {
                        telegram.close();
                    }
                });
    }

    public static BotChannel discord() {
        return discord(new FakeDiscord());
    }

    public static BotChannel discord(FakeDiscord discord) {
        String application = Base64.getEncoder().withoutPadding().encodeToString(FakeDiscord.APPLICATION.getBytes(StandardCharsets.UTF_8));
        String token = application + ".GaBcDe." + CANARY.repeat(3);
        discord.requireToken(token);
        return of("discord", discord, FakeDiscord.NAMES, """
                "channel": {"type": "discord", "credentials": {"token": "%s"}},
                "access": {"policy": "allowlist", "allow": ["424242424242424242"]}""".formatted(token), "channel-token", CANARY);
    }

    public static BotChannel slack() {
        FakeSlack slack = new FakeSlack();
        String token = "xoxb-1-2-" + CANARY.repeat(3);
        String appToken = "xapp-1-A0FAKE-1-" + CANARY.repeat(3);
        slack.requireTokens(token, appToken);
        return of("slack", slack, FakeSlack.NAMES, """
                "channel": {"type": "slack", "credentials": {"botToken": "%s", "appToken": "%s"}},
                "access": {"policy": "allowlist", "allow": ["U0ALICE00"]}""".formatted(token, appToken), "channel-bot-token", CANARY);
    }

    public static BotChannel matrix() {
        FakeMatrix matrix = new FakeMatrix();
        String token = "syt_Ym90_" + CANARY.repeat(2) + "_0abcde";
        matrix.requireToken(token);
        return of("matrix", matrix, List.of("matrix.test"), """
                "channel": {"type": "matrix", "settings": {"homeserver": "https://matrix.test"}, "credentials": {"token": "%s"}},
                "access": {"policy": "allowlist", "allow": ["%s"]}""".formatted(token, FakeMatrix.PERSON), "channel-token", CANARY);
    }

    public static BotChannel mattermost() {
        FakeMattermost mattermost = new FakeMattermost();
        String canary = CANARY.toLowerCase(Locale.ROOT);
        String token = canary.repeat(3).substring(0, 26);
        mattermost.requireToken(token);
        return of("mattermost", mattermost, List.of("chat.test"), """
                "channel": {"type": "mattermost", "settings": {"baseUrl": "https://chat.test"}, "credentials": {"token": "%s"}},
                "access": {"policy": "allowlist", "allow": ["%s"]}""".formatted(token, FakeMattermost.PERSON), "channel-token", canary);
    }

    private static BotChannel of(String id, FakeChat chat, List<String> names, String members, String file, String canary) {
        Map<String, FakeInternet.Site> sites = new HashMap<>();
        names.forEach(name -> sites.put(name, chat));
        return new BotChannel(id, sites, members, file, canary, new Person() {
            @Override
            public void asks(String text) throws IOException, InterruptedException {
                chat.awaitConnection(BotScene.ANSWER);
                chat.userSays(text);
            }

            @Override
            public void sendsFile() throws IOException {
                chat.userSendsFile(WITH_FILE);
            }

            @Override
            public boolean seesItFetched() {
                return chat.wasFetched();
            }

            @Override
            public void hears(String words) throws InterruptedException {
                chat.awaitReply(words, BotScene.ANSWER);
            }

            @Override
            public void forget() {
                chat.forget();
            }
        });
    }

    @Override
    public void close() {
        person.close();
    }
}
