package botmaker.config;

import static java.util.Objects.requireNonNull;

import botmaker.auth.Password;
import botmaker.auth.PasswordHash;
import botmaker.bot.model.BotStore.PortRange;
import botmaker.bot.model.Limits;
import botmaker.file.IoFailures;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The settings of [SettingsTable], read once at start from a properties file and from environment variables, which override it
/// (`server.port` is `BOTMAKER_SERVER_PORT`).
public record Settings(
        InetAddress address,
        int port,
        List<String> allowedHosts,
        boolean behindProxy,
        Optional<Tls> tls,
        Path data,
        String user,
        Optional<PasswordHash> passwordHash,
        Path dockerSocket,
        String image,
        Path buildContext,
        Limits limits,
        Duration stopTimeout,
        int uidBase,
        PortRange controlUiPorts,
        Map<String, String> botEnvironment) {

    /// The PEM files of the server's certificate and its key.
    public record Tls(Path certificate, Path key) { }

    /// Reports invalid settings, one line for each.
    public static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(List<String> problems) {
            super(String.join(System.lineSeparator(), problems));
        }
    }

    /// Reads the settings.
    ///
    /// @param file        the properties file; empty for defaults and environment only
    /// @param environment the process's environment
    /// @throws Wrong if any setting is unknown or invalid; it names them all
    public static Settings load(Optional<Path> file, Map<String, String> environment) throws Wrong {
        List<String> problems = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>();
        SettingsTable.all().forEach(setting -> values.put(setting.key(), setting.standard()));
        file.ifPresent(path -> values.putAll(read(path, problems)));
        for (String key : List.copyOf(values.keySet())) {
            String value = environment.get(variable(key));
            if (value != null) {
                values.put(key, value.strip());
            }
        }
        List<String> known = values.keySet().stream().map(Settings::variable).toList();
        environment.keySet().stream()
                .filter(name -> name.startsWith("BOTMAKER_") && !known.contains(name))
                .forEach(name -> problems.add(name + ": unknown setting"));

        Reading read = new Reading(values, problems);
        Settings settings = read.settings();
        if (!problems.isEmpty()) {
            throw new Wrong(problems);
        }
        return settings;
    }

    private static String variable(String key) {
        return "BOTMAKER_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static Map<String, String> read(Path file, List<String> problems) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (CharacterCodingException e) {
            problems.add(file + ": is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            problems.add("the settings cannot be read: " + IoFailures.sentence(e, file));
        } catch (IllegalArgumentException e) {
            problems.add(file + ": " + e.getMessage() + "; write a backslash as \\\\");
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String key : properties.stringPropertyNames().stream().sorted().toList()) {
            if (SettingsTable.find(key).isPresent()) {
                values.put(key, properties.getProperty(key).strip());
            } else {
                problems.add(key + ": unknown setting");
            }
        }
        return values;
    }

    /// Parses the values and collects the problems.
    private record Reading(Map<String, String> values, List<String> problems) {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,13})\\s*([kmgt]?)i?b?", Pattern.CASE_INSENSITIVE);
        private static final Pattern TIME = Pattern.compile("(\\d{1,6})\\s*(s|m)", Pattern.CASE_INSENSITIVE);

        private static final Pattern PORTS = Pattern.compile("(\\d{1,5})\\s*-\\s*(\\d{1,5})");

        /// Matches what can only be an address. Browsers never send one with a zone (RFC 4007).
        private static final Pattern ADDRESS = Pattern.compile("\\d+(\\.\\d+){3}|[^%]*:[^%]*");

        Settings settings() {
            InetAddress address = value("server.address", Reading::address, InetAddress.getLoopbackAddress());
            boolean behindProxy = value("server.behind-proxy", Reading::flag, false);
            Optional<Tls> tls = tls();
            if (!address.isLoopbackAddress() && !behindProxy && tls.isEmpty()) {
                problems.add("server.address: " + values.get("server.address") + " can be reached from other machines, and "
                        + "passwords would cross the network unencrypted. Use 127.0.0.1 and an SSH tunnel, set "
                        + "server.tls.certificate and server.tls.key, or put a TLS proxy in front and set "
                        + "server.behind-proxy=true");
            }
            return new Settings(
                    address,
                    number("server.port", 0, 65_535),
                    value("server.allowed-hosts", Reading::hosts, List.of()),
                    behindProxy,
                    tls,
                    value("data.dir", text -> Path.of(text).toAbsolutePath().normalize(), Path.of("data")),
                    value("auth.user", Reading::user, "admin"),
                    value("auth.password-hash", Reading::hash, Optional.empty()),
                    value("docker.socket", Path::of, Path.of("/")),
                    value("openclaw.image", Reading::word, ""),
                    value("openclaw.build-context", text -> Path.of(text).toAbsolutePath().normalize(), Path.of("/")),
                    limits(),
                    value("bot.stop-timeout", Reading::time, Duration.ZERO),
                    number("bot.uid-base", 100_000, 2_000_000_000),
                    value("bot.ports", Reading::ports, PortRange.USUAL),
                    botEnvironment());
        }

        /// Requires both files or none. The start checks that they are readable and belong together.
        private Optional<Tls> tls() {
            Optional<Path> certificate = value("server.tls.certificate", Reading::file, Optional.empty());
            Optional<Path> key = value("server.tls.key", Reading::file, Optional.empty());
            if (certificate.isPresent() != key.isPresent()) {
                problems.add(certificate.isPresent()
                        ? "server.tls.key: is needed beside server.tls.certificate"
                        : "server.tls.certificate: is needed beside server.tls.key");
            }
            return certificate.flatMap(file -> key.map(secret -> new Tls(file, secret)));
        }

        private static Optional<Path> file(String text) {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text).toAbsolutePath().normalize());
        }

        private Limits limits() {
            Limits usual = new Limits(2L << 30, 2000, 512);
            long memory = value("bot.memory", Reading::size, usual.memory());
            long cpus = value("bot.cpus", Reading::milliCpus, usual.cpus());
            int pids = value("bot.pids", Integer::parseInt, (int) usual.pids());
            try {
                return new Limits(memory, cpus, pids);
            } catch (IllegalArgumentException e) {
                problems.add("bot limits: " + e.getMessage());
                return usual;
            }
        }

        /// Reads a number of processors exactly, in thousandths.
        private static long milliCpus(String text) {
            try {
                return new BigDecimal(text).movePointRight(3).longValueExact();
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("must have at most three decimal places", e);
            }
        }

        private Map<String, String> botEnvironment() {
            Map<String, String> environment = new LinkedHashMap<>();
            value("bot.time-zone", Reading::zone, "");
            optional("bot.time-zone").ifPresent(zone -> environment.put("TZ", zone));
            value("bot.http-proxy", Reading::proxy, Optional.<String>empty()).ifPresent(proxy -> environment.put("HTTP_PROXY", proxy));
            value("bot.https-proxy", Reading::proxy, Optional.<String>empty()).ifPresent(proxy -> environment.put("HTTPS_PROXY", proxy));
            optional("bot.no-proxy").ifPresent(hosts -> environment.put("NO_PROXY", hosts));
            return environment;
        }

        /// Returns a setting's text; each has a default.
        private String text(String key) {
            return requireNonNull(values.get(key), key);
        }

        private Optional<String> optional(String key) {
            return Optional.of(text(key)).filter(text -> !text.isEmpty());
        }

        private <T> T value(String key, Function<String, T> parse, T otherwise) {
            try {
                return parse.apply(values.get(key));
            } catch (InvalidPathException e) {
                problems.add(key + ": is not a valid path; if it has letters beyond ASCII, set LC_ALL=C.UTF-8");
            } catch (NumberFormatException e) {
                problems.add(key + ": is not a number");
            } catch (IllegalArgumentException e) {
                problems.add(key + ": " + e.getMessage());
            }
            return otherwise;
        }

        private int number(String key, int least, int most) {
            int number = value(key, Integer::parseInt, least);
            if (number < least || number > most) {
                problems.add("%s: must be between %d and %d".formatted(key, least, most));
            }
            return number;
        }

        private static InetAddress address(String text) {
            try {
                return InetAddress.ofLiteral(text);
            } catch (IllegalArgumentException e) {
                if (text.equals("localhost")) {
                    return InetAddress.getLoopbackAddress();
                }
                throw new IllegalArgumentException("is not an IP address", e);
            }
        }

        /// Parses host names and addresses as browsers send them in `Host`, without port.
        private static List<String> hosts(String text) {
            List<String> hosts = Arrays.stream(text.split(",", -1)).map(String::strip).filter(host -> !host.isEmpty()).toList();
            String wrong = hosts.stream().filter(host -> !isHost(host)).map(host -> '"' + host + '"').collect(Collectors.joining(", "));
            if (!wrong.isEmpty()) {
                throw new IllegalArgumentException(wrong + " must be written as in bots.example.org,192.0.2.7,2001:db8::7: names and "
                        + "addresses as browsers send them, without scheme, port, path, * or a dot at the end");
            }
            return hosts;
        }

        private static boolean isHost(String text) {
            try {
                return isName(text) || ADDRESS.matcher(text).matches() && InetAddress.ofLiteral(text) != null;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        /// Browsers take what ends in a number for an address (WHATWG URL, host parsing), and send names beyond ASCII as `xn--`.
        private static boolean isName(String text) {
            List<String> parts = List.of(text.split("\\.", -1));
            return parts.stream().allMatch(part -> part.matches("[\\w-]+")) && !parts.getLast().matches("\\d+");
        }

        private static boolean flag(String text) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("must be true or false");
            };
        }

        private static String user(String text) {
            if (text.isEmpty() || text.contains(":") || text.chars().anyMatch(Character::isISOControl)
                    || text.getBytes(StandardCharsets.UTF_8).length > Password.MAX_USER_BYTES) {
                throw new IllegalArgumentException("must be a name of at most " + Password.MAX_USER_BYTES
                        + " bytes without a colon (RFC 7617)");
            }
            return text;
        }

        private static Optional<PasswordHash> hash(String text) {
            return text.isEmpty() ? Optional.empty() : Optional.of(PasswordHash.parse(text));
        }

        private static String zone(String text) {
            if (!text.isEmpty() && !ZoneId.getAvailableZoneIds().contains(text)) {
                throw new IllegalArgumentException("is not a time zone, such as Europe/Berlin");
            }
            return text;
        }

        /// Its errors never repeat the value, which may hold a password.
        private static Optional<String> proxy(String text) {
            if (text.contains("@")) {
                throw new IllegalArgumentException("must not hold a name or password: every bot, and whoever may inspect "
                        + "its container, would read it");
            }
            if (!text.isEmpty() && !text.matches("https?://[A-Za-z0-9._\\[\\]:-]+/?")) {
                throw new IllegalArgumentException("is not the address of a proxy, such as http://proxy.example:3128");
            }
            return Optional.of(text).filter(proxy -> !proxy.isEmpty());
        }

        private static PortRange ports(String text) {
            Matcher ports = PORTS.matcher(text);
            if (!ports.matches()) {
                throw new IllegalArgumentException("is not a range of ports, such as 19100-19999");
            }
            return new PortRange(Integer.parseInt(ports.group(1)), Integer.parseInt(ports.group(2)));
        }

        private static String word(String text) {
            if (text.isEmpty() || text.chars().anyMatch(Character::isWhitespace)) {
                throw new IllegalArgumentException("must be a single word");
            }
            return text;
        }

        private static Long size(String text) {
            Matcher size = SIZE.matcher(text);
            if (!size.matches()) {
                throw new IllegalArgumentException("is not a size, such as 2g or 1536m");
            }
            int shift = 10 * " kmgt".indexOf(size.group(2).isEmpty() ? ' ' : Character.toLowerCase(size.group(2).charAt(0)));
            long count = Long.parseLong(size.group(1));
            if (count > Long.MAX_VALUE >> shift) {
                throw new IllegalArgumentException("is more than any machine has");
            }
            return count << shift;
        }

        private static Duration time(String text) {
            Matcher time = TIME.matcher(text);
            if (!time.matches()) {
                throw new IllegalArgumentException("is not a duration, such as 30s or 2m");
            }
            long count = Long.parseLong(time.group(1));
            return time.group(2).equalsIgnoreCase("s") ? Duration.ofSeconds(count) : Duration.ofMinutes(count);
        }
    }
}
