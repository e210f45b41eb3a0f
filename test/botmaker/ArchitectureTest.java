package botmaker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may import whom: as compiled, asked from `jdeps`. Runs in the repository's root.
class ArchitectureTest {
    /// From the top; a package imports from lower floors only.
    private static final List<Set<String>> LAYERS = List.of(
            Set.of("botmaker.cli"),
            Set.of("botmaker.server"),
            Set.of("botmaker.checks", "botmaker.talk", "botmaker.pairing", "botmaker.controlui", "botmaker.usage", "botmaker.config",
                    "botmaker.spending"),
            Set.of("botmaker.key"),
            Set.of("botmaker.bot"),
            Set.of("botmaker.bot.reconcile"),
            Set.of("botmaker.bot.lifecycle"),
            Set.of("botmaker.bot.view"),
            Set.of("botmaker.bot.host"),
            Set.of("botmaker.bot.model"),
            Set.of("botmaker.broker"),
            Set.of("botmaker.audit", "botmaker.backup", "botmaker.ledger"),
            Set.of("botmaker.logs", "botmaker.image", "botmaker.auth", "botmaker.secret", "botmaker.store", "botmaker.tls", "botmaker.policy",
                    "botmaker.chat"),
            Set.of("botmaker.openclaw", "botmaker.docker", "botmaker.http", "botmaker.file", "botmaker.dialect"),
            Set.of("botmaker.wire"),
            Set.of("botmaker.json", "botmaker.error", "botmaker.log"));

    /// Packages from outside that only one of ours may import.
    private static final Map<String, String> OWNERS = Map.of(
            "com.sun.net.httpserver", "botmaker.http",
            "java.sql", "botmaker.store",
            "javax.sql", "botmaker.store",
            "org.sqlite", "botmaker.store");

    /// Packages that few may import. The engine's client: where bots run and their logs, what provides the image, and what builds the
    /// parts. The broker, which is a process of its own: what starts it.
    private static final Map<String, Set<String>> CLIENTS = Map.of(
            "botmaker.docker", Set.of("botmaker.bot.host", "botmaker.logs", "botmaker.image", "botmaker.server", "botmaker.cli"),
            "botmaker.broker", Set.of("botmaker.server", "botmaker.cli"));

    /// A sealed interface, what it permits, and what reads and writes it: the only classes that may need each other.
    private static final Set<String> JSON_FAMILY = Stream.of("JsonValue", "JsonParser", "JsonWriter", "JsonException")
            .map("botmaker.json."::concat).collect(toSet());

    private static final Path SOURCES = Path.of("src");
    private static final int LONGEST_FILE = 400;

    /// A package, and another that it imports.
    private record Import(String from, String to) implements Comparable<Import> {
        @Override
        public int compareTo(Import other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return from + " -> " + to;
        }
    }

    @Test
    void packages_import_downwards_only() throws Exception {
        Set<Import> imports = imports(jdeps());
        assertTrue(imports.contains(new Import("botmaker.json", "java.util")), "jdeps saw nothing: " + imports);
        assertEquals(Set.of(), imports.stream().filter(it -> !isAllowed(it)).collect(toCollection(TreeSet::new)));
    }

    @Test
    void packages_form_no_cycle() throws Exception {
        assertEquals(Set.of(), inCycles(imports(jdeps())));
    }

    @Test
    void classes_form_no_cycle() throws Exception {
        Set<Import> imports = classImports(jdeps());
        assertTrue(imports.contains(new Import("botmaker.cli.Main", "botmaker.server.App")), "jdeps saw nothing: " + imports);
        imports.removeIf(it -> JSON_FAMILY.contains(it.from) && JSON_FAMILY.contains(it.to));
        assertEquals(Set.of(), inCycles(imports));
    }

    @Test
    void no_source_file_is_over_400_lines() throws IOException {
        assertEquals(List.of(), sources().stream().filter(file -> lines(file) > LONGEST_FILE).toList());
    }

    @Test
    void every_package_tells_its_purpose() throws IOException {
        Set<Path> packages = sources().stream().map(Path::getParent).collect(toCollection(TreeSet::new));
        assertEquals(
                List.of(),
                packages.stream().filter(it -> !Files.exists(it.resolve("package-info.java"))).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "botmaker.cli, botmaker.server, true",
        "botmaker.server, botmaker.cli, false",
        "botmaker.server, botmaker.config, true",
        "botmaker.bot, botmaker.config, false",
        "botmaker.bot, botmaker.docker, false",
        "botmaker.bot.lifecycle, botmaker.docker, false",
        "botmaker.usage, botmaker.docker, false",
        "botmaker.bot.host, botmaker.docker, true",
        "botmaker.logs, botmaker.docker, true",
        "botmaker.docker, botmaker.bot, false",
        "botmaker.bot, botmaker.json, true",
        "botmaker.json, botmaker.file, false",
        "botmaker.file, botmaker.error, true",
        "botmaker.error, botmaker.json, false",
        "botmaker.http, botmaker.store, false",
        "botmaker.audit, botmaker.store, true",
        "botmaker.openclaw, botmaker.audit, false",
        "botmaker.logs, botmaker.bot, false",
        "botmaker.bot, botmaker.logs, true",
        "botmaker.auth, botmaker.bot, false",
        "botmaker.openclaw, botmaker.bot, false",
        "botmaker.broker, botmaker.wire, true",
        "botmaker.broker, botmaker.docker, false",
        "botmaker.bot, botmaker.broker, false",
        "botmaker.cli, botmaker.broker, true",
        "botmaker.dialect, botmaker.policy, false",
        "botmaker.image, botmaker.docker, true",
        "botmaker.image, botmaker.bot, false",
        "botmaker.backup, botmaker.store, true",
        "botmaker.backup, botmaker.bot, false",
        "botmaker.unheard, botmaker.json, false",
        "botmaker.bot, botmaker.unheard, false",
        "botmaker.http, com.sun.net.httpserver, true",
        "botmaker.auth, com.sun.net.httpserver, false",
        "botmaker.store, java.sql, true",
        "botmaker.bot, java.sql, false",
        "botmaker.bot, org.sqlite.core, false",
        "botmaker.bot, java.util, true",
    })
    void the_rule_tells_allowed_from_forbidden_imports(String from, String to, boolean allowed) {
        assertEquals(allowed, isAllowed(new Import(from, to)));
    }

    @Test
    void the_output_of_jdeps_is_understood_and_classes_of_tests_are_left_out() {
        assertEquals(
                Set.of(new Import("botmaker.json", "java.util"), new Import("botmaker.json", "botmaker.http")),
                imports("""
                        classes -> java.base
                           botmaker.json.Json                  -> botmaker.http.Route$Pattern     classes
                           botmaker.json.Json                  -> botmaker.json.JsonArray         classes
                           botmaker.json.Json$1                -> java.util.List                  java.base
                           botmaker.json.JsonParserTest        -> org.junit.jupiter.api.Test      not found
                        """));
    }

    @Test
    void a_cycle_is_noticed() {
        Set<Import> imports = Set.of(
                new Import("top", "a"), new Import("a", "b"), new Import("b", "c"), new Import("c", "a"), new Import("c", "end"));
        assertEquals(Set.of("a", "b", "c"), inCycles(imports));
    }

    private static boolean isAllowed(Import it) {
        if (layer(it.from) < 0) {
            return false;
        }
        if (it.to.equals("botmaker") || it.to.startsWith("botmaker.")) {
            return layer(it.to) > layer(it.from) && CLIENTS.getOrDefault(it.to, Set.of(it.from)).contains(it.from);
        }
        return OWNERS.entrySet().stream()
                .filter(owned -> (it.to + '.').startsWith(owned.getKey() + '.'))
                .allMatch(owned -> owned.getValue().equals(it.from));
    }

    /// The index of a package's layer, or -1 for a package that has none.
    private static int layer(String name) {
        return LAYERS.indexOf(LAYERS.stream().filter(layer -> layer.contains(name)).findFirst().orElse(Set.of()));
    }

    /// The packages that remain when those that import nothing, and those that nothing imports, are taken away repeatedly.
    private static Set<String> inCycles(Set<Import> imports) {
        Set<Import> left = new HashSet<>(imports);
        int before;
        do {
            before = left.size();
            Set<String> importing = left.stream().map(Import::from).collect(toSet());
            Set<String> imported = left.stream().map(Import::to).collect(toSet());
            left.removeIf(it -> !importing.contains(it.to) || !imported.contains(it.from));
        } while (left.size() < before);
        return left.stream().map(Import::from).collect(toCollection(TreeSet::new));
    }

    /// The imports between packages, of the classes that have their source in `src`.
    private static Set<Import> imports(String jdeps) {
        return imports(jdeps, ArchitectureTest::packageOf);
    }

    /// The imports between our classes that have a source file of their own.
    private static Set<Import> classImports(String jdeps) {
        Set<Import> imports = imports(jdeps, name -> name.replaceFirst("\\$.*", ""));
        imports.removeIf(it -> !it.to.startsWith("botmaker."));
        return imports;
    }

    private static Set<Import> imports(String jdeps, UnaryOperator<String> unit) {
        return Pattern.compile("^ +([\\w.$]+) +-> ([\\w.$]+) ", Pattern.MULTILINE)
                .matcher(jdeps)
                .results()
                .filter(line -> Files.exists(source(line.group(1))))
                .map(line -> new Import(unit.apply(line.group(1)), unit.apply(line.group(2))))
                .filter(it -> !it.from.equals(it.to))
                .collect(toCollection(TreeSet::new));
    }

    private static String packageOf(String className) {
        return className.substring(0, className.lastIndexOf('.'));
    }

    private static Path source(String className) {
        return SOURCES.resolve(className.replaceFirst("\\$.*", "").replace('.', '/') + ".java");
    }

    private static String jdeps() throws URISyntaxException {
        Path classes = Path.of(Json.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        StringWriter out = new StringWriter();
        int exit = ToolProvider.findFirst("jdeps").orElseThrow()
                .run(new PrintWriter(out), new PrintWriter(out), "-verbose:class", "-filter:none", classes.toString());
        assertEquals(0, exit, out.toString());
        return out.toString();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file, UTF_8).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
