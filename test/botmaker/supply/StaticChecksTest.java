package botmaker.supply;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/// What Error Prone, NullAway, SpotBugs and Find Security Bugs say of the product: nothing that is not accepted, with its reason,
/// in `test/checks/accepted.txt`; and nothing is accepted there that no tool says any more. A tool that runs for a minute needs
/// 40 % less processor time without the JVM's second compiler.
class StaticChecksTest {
    private static final Path LIBRARIES = Path.of("build", "lib");
    private static final Path ACCEPTED = Path.of("test", "checks", "accepted.txt");

    /// The tools tell them apart only by the form of the name: `NullAway`, and `SQL_INJECTION_JDBC`.
    private static final Pattern OF_SPOTBUGS = Pattern.compile("[A-Z0-9_]+");

    private static final Pattern WARNING = Pattern.compile("(\\S*\\.java):(\\d+): (?:warning|error): \\[(\\w+)] (.*)");

    /// Contains one fault for each tool: without it, tools that check nothing would look good.
    private static final String PLANTED = """
            package botmaker;
            final class Planted {
                static String planted(String text) throws Exception {
                    Runtime.getRuntime().exec(text);
                    new RuntimeException(text);
                    if (text == new String(text)) { }
                    return null;
                }
            }
            """;

    @TempDir
    private static Path out;

    private static List<Finding> errorProne;
    private static List<Finding> spotBugs;

    private record Finding(String check, String file, String line, String words) {
        boolean isPlanted() {
            return file.equals("Planted.java");
        }

        @Override
        public String toString() {
            return check + "  " + file + ":" + line + "  " + words;
        }
    }

    /// @param file below `src/botmaker`, or `*`
    private record Accepted(String check, String file, String reason) {
        boolean covers(Finding finding) {
            return check.equals(finding.check) && (file.equals("*") || file.equals(finding.file));
        }
    }

    /// Runs each tool once, on the product and the planted class together: most of the time they take is their start.
    @BeforeAll
    static void check() throws Exception {
        Path classes = Files.createDirectory(out.resolve("classes"));
        Path planted = Files.writeString(Files.createDirectories(out.resolve("botmaker")).resolve("Planted.java"), PLANTED);
        List<String> files = new ArrayList<>(sources(Path.of("src")));
        files.add(planted.toString());
        errorProne = errorProne(files, classes);
        spotBugs = spotBugs(classes);
    }

    @Test
    void error_prone_and_nullaway_find_nothing_that_is_not_accepted() throws Exception {
        judge(errorProne, accepted().filter(it -> !OF_SPOTBUGS.matcher(it.check).matches()).toList());
    }

    @Test
    void spotbugs_and_find_security_bugs_find_nothing_that_is_not_accepted() throws Exception {
        judge(spotBugs, accepted().filter(it -> OF_SPOTBUGS.matcher(it.check).matches()).toList());
    }

    @Test
    void each_tool_finds_what_was_planted() {
        List<String> checks = Stream.concat(errorProne.stream(), spotBugs.stream()).filter(Finding::isPlanted).map(Finding::check).toList();
        for (String expected : List.of("NullAway", "DeadException", "COMMAND_INJECTION", "RV_EXCEPTION_NOT_THROWN")) {
            assertTrue(checks.contains(expected), expected + " is not in " + checks);
        }
    }

    private static void judge(List<Finding> findings, List<Accepted> accepted) {
        var wrong = new TreeSet<String>();
        findings.stream().filter(finding -> !finding.isPlanted()).filter(finding -> accepted.stream().noneMatch(it -> it.covers(finding)))
                .forEach(finding -> wrong.add("found: " + finding));
        accepted.stream().filter(it -> findings.stream().noneMatch(it::covers))
                .forEach(it -> wrong.add("no longer found, take it out of " + ACCEPTED + ": " + it));
        assertEquals("", String.join("\n", wrong));
    }

    /// Compiles with both plugins; every check that is on by default is a warning then, whatever its severity.
    private static List<Finding> errorProne(List<String> files, Path classes) throws Exception {
        List<String> command = new ArrayList<>(List.of(java("javac"), "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        for (String part : List.of("api", "code", "comp", "file", "main", "model", "parser", "processing", "tree", "util")) {
            command.add("-J--add-opens=jdk.compiler/com.sun.tools.javac." + part + "=ALL-UNNAMED");
        }
        command.addAll(List.of("--release", "25", "-g", "-encoding", "UTF-8", "-Xmaxwarns", "100000",
                "-XDcompilePolicy=simple", "-XDaddTypeAnnotationsToSymbol=true", "--should-stop=ifError=FLOW",
                "-processorpath", jars("errorprone"),
                "-Xplugin:ErrorProne -XepAllErrorsAsWarnings -Xep:NullAway:WARN -XepOpt:NullAway:AnnotatedPackages=botmaker",
                "-cp", jars("."), "-d", classes.toString()));
        command.addAll(files);
        Program.Outcome outcome = Program.run(Map.of(), command);
        assertEquals(0, outcome.exit(), outcome.text());
        return WARNING.matcher(outcome.text()).results()
                .map(it -> new Finding(it.group(3), inPackage(it.group(1)), it.group(2), it.group(4))).toList();
    }

    private static String inPackage(String file) {
        return file.replaceFirst("^.*\\bbotmaker/", "");
    }

    /// With most effort and the least priority that it tells.
    private static List<Finding> spotBugs(Path classes) throws Exception {
        Path report = out.resolve("spotbugs.xml");
        Program.Outcome outcome = Program.run(Map.of(), List.of(java("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Xmx1g", "-cp", jars("spotbugs"), "edu.umd.cs.findbugs.FindBugs2", "-xml:withMessages", "-output", report.toString(),
                "-effort:max", "-low", "-pluginList", plugin(), "-auxclasspath", jars("."), classes.toString()));
        assertEquals(0, outcome.exit(), outcome.text());
        NodeList bugs = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(report.toFile())
                .getElementsByTagName("BugInstance");
        return IntStream.range(0, bugs.getLength()).mapToObj(i -> (Element) bugs.item(i)).map(bug -> {
            Element line = line(bug);
            return new Finding(bug.getAttribute("type"), inPackage(line.getAttribute("sourcepath")), line.getAttribute("start"),
                    bug.getElementsByTagName("LongMessage").item(0).getTextContent());
        }).toList();
    }

    /// Where a bug is, as its own child says; or else the class that it is about.
    private static Element line(Element bug) {
        for (Node child = bug.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element line && line.getTagName().equals("SourceLine")) {
                return line;
            }
        }
        return (Element) bug.getElementsByTagName("SourceLine").item(0);
    }

    private static String plugin() throws IOException {
        return Stream.of(jars("spotbugs").split(":", -1)).filter(it -> it.contains("findsecbugs-plugin")).collect(joining());
    }

    private static String java(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    /// The jars of a directory below `build/lib`, as a class path.
    private static String jars(String directory) throws IOException {
        try (Stream<Path> jars = Files.list(LIBRARIES.resolve(directory).normalize())) {
            return jars.map(Path::toString).filter(it -> it.endsWith(".jar")).sorted().collect(joining(":"));
        }
    }

    private static List<String> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(Path::toString).filter(it -> it.endsWith(".java")).sorted().toList();
        }
    }

    private static Stream<Accepted> accepted() throws IOException {
        return Files.readAllLines(ACCEPTED).stream().filter(line -> !line.isBlank() && !line.startsWith("#")).map(line -> {
            String[] words = line.split(" +", 3);
            assertEquals(3, words.length, "check, file and reason are needed: " + line);
            return new Accepted(words[0], words[1], words[2]);
        });
    }
}
