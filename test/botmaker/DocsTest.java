package botmaker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The README and the pages in `web/docs`: their links lead somewhere, and what they name is there.
class DocsTest {
    private static final Path PAGES = Path.of("web", "docs");
    private static final int README_BYTES = 9 * 1024;
    private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");
    private static final Pattern SOURCE = Pattern.compile("`((?:src/botmaker/)?[a-z]+(?:/[a-z]+)*/[A-Z]\\w+\\.java)`");
    private static final Pattern TEST = Pattern.compile("`((?:[a-z]+\\.)*[A-Z]\\w*Test)`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    @Test
    void the_readme_is_short() throws IOException {
        assertTrue(Files.size(Path.of("README.md")) <= README_BYTES);
    }

    @Test
    void every_link_leads_to_a_page_and_a_heading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (String link : find(LINK, page)) {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                if (!link.startsWith("http") && (!Files.exists(target) || parts.length == 2 && !headings(target).contains(parts[1]))) {
                    broken.add(page + ": " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void every_source_file_that_is_named_exists() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            for (String file : find(SOURCE, page)) {
                if (!Files.exists(Path.of("src", "botmaker").resolve(file.replace("src/botmaker/", "")))) {
                    missing.add(page + ": " + file);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void every_test_that_is_named_exists() throws IOException {
        List<String> known;
        try (Stream<Path> files = Files.walk(Path.of("test"))) {
            known = files.map(file -> file.toString().replace(".java", "").replace('/', '.')).toList();
        }
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            for (String test : find(TEST, page)) {
                if (known.stream().noneMatch(it -> it.endsWith("." + test))) {
                    missing.add(page + ": " + test);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void every_page_is_in_the_contents_and_every_setting_in_its_page() throws IOException {
        String contents = Files.readString(PAGES.resolve("index.md"));
        for (Path page : pages()) {
            String name = page.getFileName().toString();
            assertTrue(!page.startsWith(PAGES) || name.equals("index.md") || contents.contains("(" + name + ")"), name);
        }
        Properties settings = new Properties();
        try (var file = Files.newBufferedReader(Path.of("botmaker.properties"))) {
            settings.load(file);
        }
        String page = Files.readString(PAGES.resolve("settings.md"));
        assertEquals(List.of(), settings.stringPropertyNames().stream().filter(key -> !page.contains("`" + key + "`")).sorted().toList());
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return Stream.concat(Stream.of(Path.of("README.md"), Path.of("SECURITY.md")), files.sorted()).toList();
        }
    }

    private static List<String> find(Pattern pattern, Path page) throws IOException {
        return pattern.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList();
    }

    /// Returns the names of a page's headings as code hosts and the dashboard make them.
    private static List<String> headings(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page)).results().map((MatchResult found) -> found.group(1).strip()
                .toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-')).toList();
    }
}
