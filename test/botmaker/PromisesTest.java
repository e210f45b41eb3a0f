package botmaker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What `test/PROMISES.md` names is there: each class and method in the column of tests, each file of the browser's, and each
/// promise by its number. A method that runs under `make soak` only is said to.
class PromisesTest {
    private static final Path TABLE = Path.of("test", "PROMISES.md");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final List<Integer> PROMISES = IntStream.concat(IntStream.rangeClosed(1, 31), IntStream.rangeClosed(34, 51)).boxed().toList();
    private static final int NUMBER = 1;
    private static final int TESTS = 3;
    private static final int WHERE = 4;
    private static final int CELLS = 8;

    @Test
    void every_promise_is_in_the_table() throws IOException {
        List<String> numbers = rows().stream().map(row -> row.get(NUMBER)).distinct().toList();
        assertEquals(PROMISES.stream().map(String::valueOf).toList(), numbers);
    }

    @Test
    void every_test_that_the_table_names_is_there() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (List<String> row : rows()) {
            if (row.size() != CELLS) {
                wrong.add(row.get(NUMBER) + ": " + row.size() + " cells");
                continue;
            }
            List<String> names = QUOTED.matcher(row.get(TESTS)).results().map(it -> it.group(1)).toList();
            if (names.isEmpty()) {
                wrong.add(row.get(NUMBER) + ": no test");
            }
            String last = "";
            for (String name : names) {
                String full = name.startsWith("#") ? last + name : name;
                last = full.replaceFirst("#.*", "");
                String problem = problem(full, row.get(WHERE));
                if (!problem.isEmpty()) {
                    wrong.add(row.get(NUMBER) + ": " + full + ": " + problem);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    /// @return the cells of each row, the first one after the empty one before the first bar
    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(TABLE).stream().filter(line -> line.matches("\\| \\d+ \\|.*"))
                .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList()).toList();
    }

    private static String problem(String name, String where) {
        if (name.endsWith(".mjs")) {
            return Files.exists(Path.of("test", "browser", name)) ? "" : "no such file";
        }
        String[] parts = name.split("#", 2);
        Class<?> test;
        try {
            test = Class.forName("botmaker." + parts[0], false, PromisesTest.class.getClassLoader());
        } catch (ClassNotFoundException _) {
            return "no such class";
        }
        if (parts.length == 1) {
            return "";
        }
        List<Method> methods = Arrays.stream(test.getDeclaredMethods()).filter(it -> it.getName().equals(parts[1])).toList();
        if (methods.isEmpty()) {
            return "no such method";
        }
        boolean slow = Arrays.stream(methods.getFirst().getAnnotationsByType(Tag.class)).anyMatch(it -> it.value().equals("soak"));
        return slow && !where.contains("make soak") ? "runs under make soak only" : "";
    }
}
