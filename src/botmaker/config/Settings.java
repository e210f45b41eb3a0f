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
import java.util.Set;
import java.util.TreeSet;
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
        Map<String, String> botEnvironment,
        Optional<Path> brokerCa) {

    /// The PEM files of the server's certificate and its key.
    public record Tls(Path certificate, Path key) { }

    /// Reports invalid settings, one line for each.
    public static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(List<String> problems) {
            super(String.join(System.lineSeparator(), problems));
        }
    }

    /// The source of the settings, which is read again while BotMaker runs.
    ///
    /// @param file        the properties file; empty for defaults and environment only
    /// @param environment the process's environment
    public record Source(Optional<Path> file, Map<String, String> environment) {
        public Source {
            environment = Map.copyOf(environment);
        }

        /// Reads the settings.
        ///
        /// @throws Wrong if any setting is unknown or invalid; it names them all
        public Settings load() throws Wrong {
            List<String> problems = new ArrayList<>();
            Map<String, String> values = new LinkedHashMap<>();
            SettingsTable.all().forEach(setting -> values.put(setting.key(), setting.standard()));
            file.ifPresent(path -> read(path, values, problems));
            Set<String> unknown = new TreeSet<>(environment.keySet());
            unknown.removeIf(name -> !name.startsWith("BOTMAKER_"));
            values.replaceAll((key, value) -> {
                String variable = "BOTMAKER_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
                unknown.remove(variable);
                return environment.getOrDefault(variable, value).strip();
            });
            unknown.forEach(name -> problems.add(name + ": unknown setting"));
            Settings settings = new Reading(values, problems).settings();
            if (!problems.isEmpty()) {
                throw new Wrong(problems);
            }
            return settings;
        }
    }

    private static void read(Path file, Map<String, String> values, List<String> problems) {
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
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            if (values.replace(key, properties.getProperty(key)) == null) {
                problems.add(key + ": unknown setting");
            }
        }
    }

    /// Parses the values and collects the problems.
    private record Reading(Map<String, String> values, List<String> problems) {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,13})\\s*([kmgt]?)i?b?", Pattern.CASE_INSENSITIVE);
        private static final Pattern TIME = Pattern.compile("(\\d{1,6})\\s*(s|m)", Pattern.CASE_INSENSITIVE);

        private static final Pattern PORTS = Pattern.compile("(\\d{1,5})\\s*-\\s*(\\d{1,5})");

        /// Matches what can only be an address. Browsers never send one with a zone (RFC 4007).
        private static final Pattern ADDRESS = Pattern.compile("\\d+(\\.\\d+){3}|[^%]*:[^%]*");

        Settings settings() {
            InetAddress address = value("server.address", Reading::address);
            boolean behindProxy = value("server.behind-proxy", Reading::flag);
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
                    value("server.allowed-hosts", Reading::hosts),
                    behindProxy,
                    tls,
                    value("data.dir", Reading::path),
                    value("auth.user", Reading::user),
                    value("auth.password-hash", optional(PasswordHash::parse)),
                    value("docker.socket", Path::of),
                    value("openclaw.image", Reading::word),
                    value("openclaw.build-context", Reading::path),
                    limits(),
                    value("bot.stop-timeout", Reading::time),
                    number("bot.uid-base", 100_000, 2_000_000_000),
                    value("bot.ports", Reading::ports),
                    botEnvironment(),
                    value("broker.ca-file", optional(Reading::path)));
        }

        /// Requires both files or none. The start checks that they are readable and belong together.
        private Optional<Tls> tls() {
            Optional<Path> certificate = value("server.tls.certificate", optional(Reading::path));
            Optional<Path> key = value("server.tls.key", optional(Reading::path));
            if (certificate.isPresent() != key.isPresent()) {
                problems.add(certificate.isPresent()
                        ? "server.tls.key: is needed beside server.tls.certificate"
                        : "server.tls.certificate: is needed beside server.tls.key");
            }
            return certificate.flatMap(file -> key.map(secret -> new Tls(file, secret)));
        }

        private static Path path(String text) {
            return Path.of(text).toAbsolutePath().normalize();
        }

        private Limits limits() {
            try {
                return new Limits(value("bot.memory", Reading::size), value("bot.cpus", Reading::milliCpus),
                        value("bot.pids", Integer::parseInt));
            } catch (IllegalArgumentException e) {
                problems.add("bot limits: " + e.getMessage());
                return new Limits(2L << 30, 2000, 512);
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
            value("bot.time-zone", optional(Reading::zone)).ifPresent(zone -> environment.put("TZ", zone));
            value("bot.http-proxy", optional(Reading::proxy)).ifPresent(proxy -> environment.put("HTTP_PROXY", proxy));
            value("bot.https-proxy", optional(Reading::proxy)).ifPresent(proxy -> environment.put("HTTPS_PROXY", proxy));
            value("bot.no-proxy", optional(hosts -> hosts)).ifPresent(hosts -> environment.put("NO_PROXY", hosts));
            return environment;
        }

        /// Returns a parser for a setting that may be empty.
        private static <T> Function<String, Optional<T>> optional(Function<String, T> parse) {
            return text -> text.isEmpty() ? Optional.empty() : Optional.of(parse.apply(text));
        }

        private static void require(boolean valid, String otherwise) {
            if (!valid) {
                throw new IllegalArgumentException(otherwise);
            }
        }

        /// Parses a setting. An invalid one is reported, and its default returned.
        private <T> T value(String key, Function<String, T> parse) {
            try {
                return parse.apply(requireNonNull(values.get(key), key));
            } catch (InvalidPathException e) {
                problems.add(key + ": is not a valid path; if it has letters beyond ASCII, set LC_ALL=C.UTF-8");
            } catch (NumberFormatException e) {
                problems.add(key + ": is not a number");
            } catch (IllegalArgumentException e) {
                problems.add(key + ": " + e.getMessage());
            }
            return parse.apply(SettingsTable.standard(key));
        }

        private int number(String key, int least, int most) {
            int number = value(key, Integer::parseInt);
            if (number < least || number > most) {
                problems.add("%s: must be between %d and %d".formatted(key, least, most));
            }
            return number;
        }

        private static InetAddress address(String text) {
            try {
                return InetAddress.ofLiteral(text);
            } catch (IllegalArgumentException e) {
                require(text.equals("localhost"), "is not an IP address");
                return InetAddress.getLoopbackAddress();
            }
        }

        /// Parses host names and addresses as browsers send them in `Host`, without port.
        private static List<String> hosts(String text) {
            List<String> hosts = Arrays.stream(text.split(",", -1)).map(String::strip).filter(host -> !host.isEmpty()).toList();
            String wrong = hosts.stream().filter(host -> !isHost(host)).map(host -> '"' + host + '"').collect(Collectors.joining(", "));
            require(wrong.isEmpty(), wrong + " must be written as in bots.example.org,192.0.2.7,2001:db8::7: names and "
                    + "addresses as browsers send them, without scheme, port, path, * or a dot at the end");
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
            require(!text.isEmpty() && !text.contains(":") && text.chars().noneMatch(Character::isISOControl)
                    && text.getBytes(StandardCharsets.UTF_8).length <= Password.MAX_USER_BYTES,
                    "must be a name of at most " + Password.MAX_USER_BYTES + " bytes without a colon (RFC 7617)");
            return text;
        }

        private static String zone(String text) {
            require(ZoneId.getAvailableZoneIds().contains(text), "is not a time zone, such as Europe/Berlin");
            return text;
        }

        /// Its errors never repeat the value, which may hold a password.
        private static String proxy(String text) {
            require(!text.contains("@"), "must not hold a name or password: every bot, and whoever may inspect its container, would "
                    + "read it");
            require(text.matches("https?://[A-Za-z0-9._\\[\\]:-]+/?"), "is not the address of a proxy, such as http://proxy.example:3128");
            return text;
        }

        private static PortRange ports(String text) {
            Matcher ports = PORTS.matcher(text);
            require(ports.matches(), "is not a range of ports, such as 19100-19999");
            return new PortRange(Integer.parseInt(ports.group(1)), Integer.parseInt(ports.group(2)));
        }

        private static String word(String text) {
            require(!text.isEmpty() && text.chars().noneMatch(Character::isWhitespace), "must be a single word");
            return text;
        }

        private static Long size(String text) {
            Matcher size = SIZE.matcher(text);
            require(size.matches(), "is not a size, such as 2g or 1536m");
            int shift = 10 * " kmgt".indexOf(size.group(2).isEmpty() ? ' ' : Character.toLowerCase(size.group(2).charAt(0)));
            long count = Long.parseLong(size.group(1));
            require(count <= Long.MAX_VALUE >> shift, "is more than any machine has");
            return count << shift;
        }

        private static Duration time(String text) {
            Matcher time = TIME.matcher(text);
            require(time.matches(), "is not a duration, such as 30s or 2m");
            long count = Long.parseLong(time.group(1));
            return time.group(2).equalsIgnoreCase("s") ? Duration.ofSeconds(count) : Duration.ofMinutes(count);
        }
    }
}
