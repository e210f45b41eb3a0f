package botmaker.server;

import botmaker.bot.Bots;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.reconcile.Orphans.Orphan;
import botmaker.config.Version;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.EngineInfo;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.image.ImageSupply;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.store.Database;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Answers `GET /api/system`, the report for the system page, also while the engine is away; and `GET /health`, which needs no
/// credentials and says only whether the engine and the database answer.
///
/// @param data the data directory
record SystemRoutes(Path data, Database database, Engine engine, Bots bots, ImageSupply images) {

    List<Route> routes() {
        return List.of(Route.get("/health", _ -> Response.ok(health())).withoutCredentials(),
                Route.get("/api/system", _ -> Response.ok(report())));
    }

    private JsonObject health() {
        boolean engineAnswers = bots.engineProblem().isEmpty();
        boolean databaseAnswers = database.answers();
        return Json.object()
                .put("status", engineAnswers && databaseAnswers ? "ok" : "degraded")
                .put("engine", engineAnswers)
                .put("database", databaseAnswers)
                .build();
    }

    private JsonObject report() {
        Look look = look();
        try {
            FileStore disk = Files.getFileStore(data);
            return Json.object()
                    .put("version", Version.current())
                    .put("engine", look.toJson())
                    .put("image", image(look.info().isPresent()))
                    .put("database", Json.object().put("bytes", databaseBytes()).build())
                    .put("disk", Json.object().put("free", disk.getUsableSpace()).put("total", disk.getTotalSpace()).build())
                    .put("warnings", Json.array(bots.warnings().stream().map(Warning::toJson).toList()))
                    .put("user", PrivateFiles.isRoot() ? "root" : "uid " + PrivateFiles.currentUid())
                    .put("bots", bots.registry().rows().size())
                    .put("orphans", Json.array(bots.orphans().found().stream().map(Orphan::toJson).toList()))
                    .build();
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot read the data directory's disk usage");
        }
    }

    /// The engine's description of itself, or why it does not respond.
    private record Look(Optional<EngineInfo> info, Optional<String> problem) {
        JsonValue toJson() {
            var json = Json.object().put("reachable", info.isPresent()).put("problem", problem);
            info.ifPresent(it -> json
                    .put("version", it.version())
                    .put("apiVersion", it.apiVersion())
                    .put("name", it.name())
                    .put("os", it.os())
                    .put("architecture", it.architecture())
                    .put("cpus", it.cpus())
                    .put("memory", it.memory())
                    .put("rootless", it.rootless())
                    .put("usernsRemap", it.usernsRemap())
                    .put("unenforced", Json.strings(it.unenforced().stream().sorted().toList())));
            return json.build();
        }
    }

    private Look look() {
        Optional<String> known = bots.engineProblem();
        if (known.isPresent()) {
            return new Look(Optional.empty(), known);
        }
        try {
            return new Look(Optional.of(engine.info()), Optional.empty());
        } catch (Failure | EngineException e) {
            return new Look(Optional.empty(), Optional.of(e.getMessage()));
        }
    }

    private JsonValue image(boolean engineAnswers) {
        try {
            return images.toJson(engineAnswers);
        } catch (Failure.EngineDown | EngineException e) {
            return images.toJson(false); // it went away a moment ago
        }
    }

    /// Returns the size of the database with the files that SQLite keeps beside it.
    private long databaseBytes() throws IOException {
        long sum = 0;
        for (String suffix : List.of("", "-wal", "-shm")) {
            try {
                sum += Files.size(data.resolve("botmaker.db" + suffix));
            } catch (NoSuchFileException e) {
                // SQLite makes and removes them as it likes
            }
        }
        return sum;
    }
}
