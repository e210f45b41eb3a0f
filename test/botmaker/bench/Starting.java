package botmaker.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.bench.Report.Bound;
import botmaker.broker.Broker;
import botmaker.http.RawHttp;
import botmaker.support.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// From the command to the first answer that needed the database, against a [BareServer] on the same virtual machine, and to the
/// broker's sockets.
final class Starting implements Bench.Part {
    private static final int ROUNDS = 8; // of each that others have: a start differs from the next by a third

    /// @param milliseconds from the command to the answer
    /// @param cpu          milliseconds of all threads until then
    private record Start(double milliseconds, double cpu) { }

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("botmaker-bench");
        try {
            List<String> ours = command(scratch.resolve("ours.jsa"), Path.of("build", "botmaker.jar"), "serve");
            List<String> bare = command(scratch.resolve("bare.jsa"), bareJar(scratch), scratch.resolve("bare.db").toString());
            Series ourTime = new Series();
            Series bareTime = new Series();
            for (int round = -2; round < ROUNDS * size.rounds(); round++) { // the first makes database and archive
                Start our = start(ours, scratch);
                Start rival = start(bare, scratch);
                if (round >= 0) {
                    ourTime.add(our.milliseconds());
                    bareTime.add(rival.milliseconds());
                }
            }
            Path cache = scratch.resolve("broker.aot");
            broker(scratch, "-XX:AOTCacheOutput=" + cache);
            Series brokerTime = new Series();
            for (int round = 0; round < ROUNDS * size.rounds(); round++) {
                brokerTime.add(broker(scratch, "-XX:AOTCache=" + cache));
            }
            report.figure("first answer, bare server, ms", bareTime);
            report.figure("first answer, ms", ourTime);
            report.target("first answer, of a bare server's", Bound.AT_MOST, 1.3, ourTime.over(bareTime));
            report.target("sockets of the broker, with a class cache, ms", Bound.AT_MOST, 500, brokerTime);
        } finally {
            try (Stream<Path> tree = Files.walk(scratch)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /// Starts a broker without bots.
    ///
    /// @return milliseconds until its sockets are there
    private static double broker(Path scratch, String flag) throws IOException, InterruptedException {
        Path data = Files.createDirectories(scratch.resolve("data"));
        Path control = new Broker.Layout(data).control();
        Files.deleteIfExists(control);
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(Brokering.flags());
        command.addAll(List.of(flag, "-jar", Path.of("build", "botmaker.jar").toString(), "broker", "--child"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(scratch.resolve("stderr").toFile());
        builder.environment().put("BOTMAKER_DATA_DIR", data.toString());
        long begin = System.nanoTime();
        Process process = builder.start();
        while (!Files.exists(control)) {
            if (!process.isAlive()) {
                throw new IOException(command + " did not start: " + Files.readString(scratch.resolve("stderr")));
            }
            Thread.sleep(2);
        }
        double milliseconds = (System.nanoTime() - begin) / 1e6;
        process.getOutputStream().close();
        process.waitFor();
        return milliseconds;
    }

    private static List<String> command(Path archive, Path jar, String argument) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ServerProcess.JVM);
        command.addAll(List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive, "-jar", jar.toString(), argument));
        return command;
    }

    /// The class in a jar of its own, since a class path with directories has no archive.
    private static Path bareJar(Path scratch) throws IOException, InterruptedException {
        Path classes = Files.createDirectories(scratch.resolve("classes/botmaker/bench"));
        try (Stream<Path> compiled = Files.list(Path.of("build", "tests", "botmaker", "bench"))) {
            for (Path file : compiled.filter(it -> it.getFileName().toString().startsWith("BareServer")).toList()) {
                Files.copy(file, classes.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path manifest = scratch.resolve("manifest");
        Files.writeString(manifest, "Main-Class: botmaker.bench.BareServer\nEnable-Native-Access: ALL-UNNAMED\nClass-Path: "
                + Path.of("build", "botmaker.jar").toUri() + "\n");
        Path jar = scratch.resolve("bare.jar");
        Programs.output(List.of(Path.of(System.getProperty("java.home"), "bin", "jar").toString(), "--create", "--file", jar.toString(),
                "--manifest", manifest.toString(), "-C", scratch.resolve("classes").toString(), "."));
        return jar;
    }

    private static Start start(List<String> command, Path scratch) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(scratch.resolve("stderr").toFile());
        builder.environment().put("BOTMAKER_DATA_DIR", scratch.resolve("data").toString());
        builder.environment().put("BOTMAKER_SERVER_PORT", "0");
        long begin = System.nanoTime();
        Process process = builder.start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            String line = out.readLine();
            if (line == null) {
                throw new IOException(command + " did not start: " + Files.readString(scratch.resolve("stderr")));
            }
            try (RawHttp connection = RawHttp.connect(URI.create(line.substring(line.indexOf("http"))).getPort())) {
                int status = connection.sendLines("GET /health HTTP/1.1\nHost: localhost\n\n").answer().status();
                if (status != 200) {
                    throw new IOException("the first answer was " + status);
                }
            }
            double milliseconds = (System.nanoTime() - begin) / 1e6;
            return new Start(milliseconds, new Vitals(process.pid()).cpuSeconds() * 1_000);
        } finally {
            process.destroy(); // an archive is written now
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
