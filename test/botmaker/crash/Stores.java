package botmaker.crash;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.bot.model.Schema;
import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where a bot is kept: rows, files and containers. They are read here without BotMaker's own classes for it, but for the
/// database's.
final class Stores {
    private static final Set<String> SECRETS = Set.of("ai-api-key", "channel-token", "gateway-token");

    private final Path data;
    private final Engine engine;
    /// Who ever owned a user id, over the whole sweep.
    private final Map<Integer, String> owners = new HashMap<>();
    private String installation = "";

    private record Row(String id, String phase, String pending, boolean due, int uid, String model, long memory) { }

    Stores(Path data, Engine engine) {
        this.data = data;
        this.engine = engine;
    }

    Map<String, String> labels() {
        if (installation.isEmpty()) {
            try (Database database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
                installation = database.read(tx -> tx.one("SELECT id FROM installation", row -> row.text("id"))).orElseThrow();
            }
        }
        return Map.of("botmaker.installation", installation);
    }

    String secret(JsonValue bot, String name) throws IOException {
        return Files.readString(data.resolve("secrets").resolve(bot.get("id").string()).resolve(name));
    }

    /// Takes down the user ids that are in use right after a crash: those of bots that are rolled back count, too.
    List<String> uidProblems() throws IOException {
        List<String> problems = new ArrayList<>();
        for (String id : entries("secrets")) {
            if (id.matches("[0-9a-f]{16}")) {
                uid(id, data.resolve("secrets").resolve(id), problems);
            }
        }
        return problems;
    }

    private void uid(String id, Path file, List<String> problems) throws IOException {
        int uid = (int) Files.getAttribute(file, "unix:uid", NOFOLLOW_LINKS);
        if (uid != 0 && !id.equals(owners.computeIfAbsent(uid, _ -> id))) {
            problems.add("uid " + uid + " of " + id + " was that of " + owners.get(uid));
        }
    }

    /// All that is not as it must be when nothing is going on: nobody lacks anything, and nothing is left over.
    ///
    /// @param bots as the API shows them
    List<String> problems(List<JsonValue> bots) throws IOException {
        try {
            return compare(bots);
        } catch (NoSuchFileException e) {
            return List.of("it changed while it was looked at: " + e.getMessage());
        }
    }

    private List<String> compare(List<JsonValue> bots) throws IOException {
        List<String> problems = uidProblems();
        Map<String, Row> rows = rows();
        Set<String> ids = new TreeSet<>(rows.keySet());
        Set<String> shown = bots.stream().map(bot -> bot.get("id").string()).collect(Collectors.toCollection(TreeSet::new));
        same(problems, "shown", ids, shown);
        same(problems, "secrets", ids, entries("secrets"));
        same(problems, "directories", ids, entries("bots"));
        same(problems, "kept", Set.of(), entries("kept"));
        Map<String, List<Container>> containers = engine.list(labels()).stream().flatMap(it -> engine.find(it.id()).stream())
                .collect(Collectors.groupingBy(it -> it.labels().getOrDefault("botmaker.bot-id", "?")));
        same(problems, "containers", ids, containers.keySet());
        if (problems.isEmpty()) {
            for (JsonValue bot : bots) {
                Row row = rows.get(bot.get("id").string());
                compare(row, bot, containers.get(row.id()), problems);
            }
        }
        return problems;
    }

    private void compare(Row row, JsonValue bot, List<Container> containers, List<String> problems) throws IOException {
        String id = row.id();
        List<String> of = new ArrayList<>();
        same(of, "phase", "ready", row.phase());
        same(of, "pending", "nothing", row.pending());
        same(of, "due", false, row.due());
        same(of, "status", "running", bot.get("status").string());
        same(of, "shown model", row.model(), bot.get("ai").get("model").string());
        same(of, "shown memory", row.memory(), bot.get("limits").get("memory").integer());

        same(of, "names of secrets", SECRETS, entries("secrets/" + id));
        same(of, "files", Set.of("config", "state"), entries("bots/" + id));
        same(of, "configuration files", Set.of("openclaw.json"), entries("bots/" + id + "/config"));
        Path state = data.resolve("bots/" + id + "/state");
        for (String owned : List.of("secrets/" + id, "secrets/" + id + "/ai-api-key", "bots/" + id + "/state",
                "bots/" + id + "/state/workspace/SOUL.md")) {
            uid(id, data.resolve(owned), of);
            same(of, "owner of " + owned, row.uid(), Files.getAttribute(data.resolve(owned), "unix:uid", NOFOLLOW_LINKS));
        }
        String config = Files.readString(data.resolve("bots/" + id + "/config/openclaw.json"));
        same(of, "model in the configuration", true, config.contains(row.model() + "\""));

        same(of, "containers", 1, containers.size());
        JsonValue raw = containers.getFirst().raw();
        same(of, "state", Container.State.RUNNING, containers.getFirst().state());
        same(of, "user", row.uid() + ":" + row.uid(), raw.get("Config").get("User").string());
        same(of, "memory", row.memory(), raw.get("HostConfig").get("Memory").integer());
        String seen = Files.exists(state.resolve("seen")) ? Files.readString(state.resolve("seen")) : "nothing";
        same(of, "secrets that the bot saw", secret(bot, "ai-api-key") + " " + secret(bot, "channel-token"), seen.strip());
        of.forEach(problem -> problems.add(id + " (" + bot.get("name").string() + "): " + problem));
    }

    /// From a second process's view, which sees what is committed and not what the server has in mind.
    private Map<String, Row> rows() {
        try (Database database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            return database.read(tx -> tx.list("SELECT * FROM bots", row -> new Row(row.text("id"), row.text("phase"),
                    row.text("pending"), row.flag("due"), (int) row.integer("uid"), row.text("ai_model"), row.integer("memory"))))
                    .stream().collect(Collectors.toMap(Row::id, row -> row));
        }
    }

    private Set<String> entries(String directory) throws IOException {
        Path path = data.resolve(directory);
        if (!Files.exists(path)) {
            return Set.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void same(List<String> problems, String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            problems.add(what + ": " + expected + " expected, there is " + found);
        }
    }
}
