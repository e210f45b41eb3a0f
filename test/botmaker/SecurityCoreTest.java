package botmaker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Counts the code that somebody has to read before trusting BotMaker with a host, and keeps it small.
class SecurityCoreTest {
    private static final Path SOURCES = Path.of("src", "botmaker");
    private static final int MOST_LINES = 4_500;

    /// Who is let in, what a container may do, where secrets are, what reads a bot's files, what is sent to the engine. An entry
    /// is a file or a whole package.
    private static final List<String> SECURITY_CORE = List.of(
            "auth", "http/CheckedEngine.java", "http/Framing.java", "http/HostAllowList.java", "http/RequestHandler.java", "http/Router.java",
            "http/WireCheck.java",
            "bot/host/BotContainerSpec.java", "bot/host/BotNetwork.java", "docker/ContainerSpec.java",
            "secret/Secret.java", "secret/SecretName.java", "secret/SecretStore.java", "file/PrivateFiles.java",
            "bot/host/BotFiles.java", "file/Descriptor.java", "file/FileWork.java", "file/HostileDirectory.java", "file/TreeDeletion.java",
            "docker", "wire/Framing.java", "wire/HeaderFields.java", "wire/MessageHead.java", "wire/ResponseHead.java");

    @Test
    void the_security_core_is_small_and_the_documentation_quotes_its_size() throws IOException {
        int lines = 0;
        for (Path file : files()) {
            lines += codeLines(Files.readString(file));
        }
        assertTrue(lines <= MOST_LINES, "the security core has " + lines + " lines of code");
        String quoted = Pattern.compile("security core: about ([\\d,]+) lines of code")
                .matcher(Files.readString(Path.of("web", "docs", "internals.md"))).results().findFirst().orElseThrow().group(1);
        assertEquals(String.format(Locale.ROOT, "%,d", (lines + 50) / 100 * 100), quoted);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | ''",
        "0 | 'package a;\n\nimport b;\nimport static c.d;'",
        "0 | '/// text\n// text\n/* a\n * b\n */'",
        "2 | '/* text */\nint a; // text\n\nint b;'",
    })
    void imports_comments_and_blank_lines_do_not_count(int lines, String source) {
        assertEquals(lines, codeLines(source));
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            List<Path> files = all.filter(file -> SECURITY_CORE.stream().anyMatch(it -> file.startsWith(SOURCES.resolve(it))))
                    .filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java")).sorted().toList();
            SECURITY_CORE.forEach(it -> assertTrue(Files.exists(SOURCES.resolve(it)), it + " does not exist"));
            return files;
        }
    }

    private static int codeLines(String source) {
        String withoutBlocks = Pattern.compile("^\\s*/\\*.*?\\*/", Pattern.MULTILINE | Pattern.DOTALL).matcher(source).replaceAll("");
        return (int) withoutBlocks.lines().map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("//") && !line.startsWith("import ") && !line.startsWith("package ")).count();
    }
}
