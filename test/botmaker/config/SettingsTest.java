package botmaker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotStore.PortRange;
import botmaker.openclaw.OpenClaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir
    Path directory;

    private Settings load(String properties, Map<String, String> environment) throws Exception {
        Path file = Files.writeString(directory.resolve("a.properties"), properties);
        return new Settings.Source(Optional.of(file), environment).load();
    }

    private static List<String> wrong(Map<String, String> environment) {
        return assertThrows(Settings.Wrong.class, () -> new Settings.Source(Optional.empty(), environment).load()).getMessage().lines().toList();
    }

    private static final Map<Path, Supplier<String>> GENERATED = Map.of(Path.of("botmaker.properties"), SettingsTable::properties,
            Path.of("web", "docs", "settings.md"), SettingsTable::page);

    /// Generates the files anew: run this class as a program, in the repository's top directory.
    public static void main(String[] arguments) throws IOException {
        for (var file : GENERATED.entrySet()) {
            Files.writeString(file.getKey(), file.getValue().get());
        }
    }

    @Test
    void the_properties_file_and_the_page_are_generated_from_the_table() throws IOException {
        for (var file : GENERATED.entrySet()) {
            assertEquals(file.getValue().get(), Files.readString(file.getKey()), "run SettingsTest.main to generate " + file.getKey());
        }
        SettingsTable.all().forEach(setting -> assertTrue(SettingsTable.summary().lines().anyMatch((setting.key() + "=" + setting.standard())::equals)));
    }

    @Test
    void the_file_that_ships_says_what_the_defaults_are() throws Exception {
        assertEquals(new Settings.Source(Optional.empty(), Map.of()).load(), new Settings.Source(Optional.of(Path.of("botmaker.properties")), Map.of()).load());
    }

    @Test
    void the_image_that_ships_is_the_one_that_this_was_made_for() throws Exception {
        assertEquals("openclaw:" + OpenClaw.VERSION, new Settings.Source(Optional.empty(), Map.of()).load().image());
    }

    @Test
    void the_environment_wins_over_the_file() throws Exception {
        Settings settings = load("server.port=1\nauth.user=eve\n", Map.of("BOTMAKER_SERVER_PORT", "2", "HOME", "x"));

        assertEquals(2, settings.port());
        assertEquals("eve", settings.user());
    }

    @Test
    void sizes_and_times_have_units() throws Exception {
        Settings settings = load("bot.memory=1536m\nbot.cpus=0.5\nbot.stop-timeout=2m\nbot.ports=20000-20009\n", Map.of());

        assertEquals(1536L << 20, settings.limits().memory());
        assertEquals(500, settings.limits().cpus());
        assertEquals(Duration.ofMinutes(2), settings.stopTimeout());
        assertEquals(new PortRange(20_000, 20_009), settings.controlUiPorts());
    }

    /// 2.01 became 2.009, since it went through a binary fraction.
    @Test
    void processors_are_read_exactly() throws Exception {
        for (String text : List.of("2.01", "1.1", "0.57", "4.35", "2.010", "2.5e0")) {
            assertEquals(Math.round(1000 * Double.parseDouble(text)), load("bot.cpus=" + text, Map.of()).limits().cpus(), text);
        }
        assertEquals(List.of("bot.cpus: must have at most three decimal places"), wrong(Map.of("BOTMAKER_BOT_CPUS", "2.0015")));
        for (String text : List.of("NaN", "two", "0x1p3", "1e99")) {
            assertEquals(1, wrong(Map.of("BOTMAKER_BOT_CPUS", text)).size(), text);
        }
    }

    /// It was no size, since it has ten digits.
    @Test
    void a_size_may_be_told_in_bytes() throws Exception {
        assertEquals(1L << 31, load("bot.memory=2147483648", Map.of()).limits().memory());
        assertEquals(1L << 40, load("bot.memory=1099511627776", Map.of()).limits().memory());
    }

    /// A name that no browser sends was taken, and every request was then told to add the name that was there.
    @ParameterizedTest
    @ValueSource(strings = {"bots.example.org:7100", "https://bots.example.org", "bots.example.org/", "*.example.org", "192.0.2.7:7100",
        "[2001:db8::7]:7100", "[bots.example.org]", "[192.0.2.7]", "[2001:db8::7", "fe80::1%eth0", "a.example b.example", "bots..example",
        "b\u00fccher.example", "192.0.2.777", "1.2", "bots.example.", "2001:db8::7::"})
    void what_is_no_host_name_is_refused_with_what_to_write(String host) {
        List<String> problems = wrong(Map.of("BOTMAKER_SERVER_ALLOWED_HOSTS", "a.example," + host + ",b.example"));

        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().startsWith("server.allowed-hosts: \"" + host + "\" "), problems.toString());
        assertTrue(problems.getFirst().contains("bots.example.org,192.0.2.7"), problems.toString());
    }

    @Test
    void hosts_are_names_and_addresses() throws Exception {
        List<String> hosts = List.of("Bots.Example.org", "bots", "my_bots.lan", "xn--bcher-kva.example", "1.example", "192.0.2.7",
                "2001:db8::7", "[2001:DB8::7]", "::1", "::ffff:192.0.2.7");

        assertEquals(hosts, load("server.allowed-hosts=" + String.join(", ", hosts) + ",", Map.of()).allowedHosts());
    }

    @Test
    void everything_that_is_wrong_is_told_at_once() {
        List<String> problems = assertThrows(Settings.Wrong.class,
                () -> load("server.port=x\nbot.memory=1m\nserver.prot=1\n", Map.of("BOTMAKER_DATA", "y"))).getMessage().lines().toList();

        assertEquals(4, problems.size(), problems.toString());
        for (String key : List.of("server.port", "memory", "server.prot", "BOTMAKER_DATA")) {
            assertTrue(problems.stream().anyMatch(problem -> problem.contains(key)), key + " in " + problems);
        }
    }

    @ParameterizedTest
    @CsvSource({"SERVER_PORT,65536", "SERVER_ADDRESS,example.org", "SERVER_BEHIND_PROXY,yes", "AUTH_USER,a:b", "AUTH_PASSWORD_HASH,secret1",
            "OPENCLAW_IMAGE,a b", "BOT_MEMORY,much", "BOT_CPUS,x", "BOT_CPUS,NaN", "BOT_CPUS,1e99", "BOT_PIDS,1", "BOT_STOP_TIMEOUT,5",
            "BOT_MEMORY,9000000000000t", "BOT_MEMORY,16777217t",
            "BOT_UID_BASE,0", "BOT_PORTS,19100", "BOT_PORTS,19999-19100", "BOT_PORTS,80-99", "BOT_TIME_ZONE,Mars/Olympus"})
    void what_cannot_be_is_refused(String variable, String value) {
        List<String> problems = wrong(Map.of("BOTMAKER_" + variable, value));

        assertEquals(1, problems.size(), problems.toString());
        assertFalse(problems.getFirst().contains("secret1"));
    }

    /// The environment of a container is no place for a password: every bot reads its own, and `docker inspect` all.
    @Test
    void a_proxy_holds_no_password() throws Exception {
        String words = String.join("", wrong(Map.of("BOTMAKER_BOT_HTTPS_PROXY", "http://eve:canary@proxy:3128")));

        assertTrue(words.startsWith("bot.https-proxy: "), words);
        assertFalse(words.contains("canary"), words);
        assertEquals(1, wrong(Map.of("BOTMAKER_BOT_HTTP_PROXY", "proxy")).size());
        assertEquals(Map.of("HTTP_PROXY", "http://[fd00::1]:3128/"),
                load("bot.http-proxy=http://[fd00::1]:3128/", Map.of()).botEnvironment());
    }

    @Test
    void a_certificate_and_its_key_belong_together() throws Exception {
        Settings settings = load("server.tls.certificate=a.crt\nserver.tls.key=/b.key\nserver.address=0.0.0.0", Map.of());

        assertEquals(new Settings.Tls(Path.of("a.crt").toAbsolutePath(), Path.of("/b.key")), settings.tls().orElseThrow());
        assertTrue(wrong(Map.of("BOTMAKER_SERVER_TLS_CERTIFICATE", "a")).getFirst().startsWith("server.tls.key: is needed"));
        assertTrue(wrong(Map.of("BOTMAKER_SERVER_TLS_KEY", "a")).getFirst().startsWith("server.tls.certificate: is needed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "fe80::1", "2001:db8::1", "::ffff:192.0.2.1"})
    void an_address_that_others_reach_needs_TLS_here_or_in_front(String address) throws Exception {
        Map<String, String> bare = Map.of("BOTMAKER_SERVER_ADDRESS", address);
        assertTrue(wrong(bare).getFirst().contains("server.tls.certificate"), wrong(bare).toString());
        assertFalse(load("server.tls.certificate=a\nserver.tls.key=b", bare).address().isLoopbackAddress());
        assertFalse(load("server.behind-proxy=true", bare).address().isLoopbackAddress());
    }

    @Test
    void others_than_this_machine_are_served_only_behind_a_proxy() throws Exception {
        assertTrue(wrong(Map.of("BOTMAKER_SERVER_ADDRESS", "0.0.0.0")).getFirst().contains("server.behind-proxy"));
        assertTrue(wrong(Map.of("BOTMAKER_SERVER_ADDRESS", "::")).getFirst().contains("server.behind-proxy"));
        assertTrue(new Settings.Source(Optional.empty(), Map.of("BOTMAKER_SERVER_ADDRESS", "0.0.0.0", "BOTMAKER_SERVER_BEHIND_PROXY", "true")).load()
                .behindProxy());
    }
}
