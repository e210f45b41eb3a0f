package botmaker.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Serves the dashboard's files. All of them are read at the start and become routes, so that no path of a request ever reaches
/// a file system.
final class StaticFiles {
    private static final String ROOT = "web/";
    /// Other names are not served, nor those that begin with a dot.
    private static final Pattern NAME =
            Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\\.(?<type>[a-z0-9]+)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "md", "text/markdown; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "webmanifest", "application/manifest+json",
            "txt", "text/plain; charset=utf-8");

    private StaticFiles() {}

    /// Returns a route for each file, and `/` for `index.html`.
    ///
    /// @param directory where the files are; if empty, `/web/` on the class path
    static List<Route> routes(Optional<Path> directory) throws IOException {
        Map<String, byte[]> files = directory.isPresent() ? inDirectory(directory.get()) : onClassPath();
        List<Route> routes = new ArrayList<>();
        files.forEach((name, content) -> type(name).ifPresent(type -> {
            Handler file = new StaticFile(type, content);
            routes.add(Route.get("/" + name, file));
            if (name.equals("index.html")) {
                routes.add(Route.get("/", file));
            }
        }));
        return routes;
    }

    private static Optional<String> type(String name) {
        return Optional.of(NAME.matcher(name)).filter(match -> match.matches()).map(match -> TYPES.get(match.group("type")));
    }

    private static Map<String, byte[]> onClassPath() throws IOException {
        URL index = StaticFiles.class.getResource("/" + ROOT + "index.html");
        if (index == null) {
            return Map.of();
        }
        URLConnection connection = index.openConnection();
        if (connection instanceof JarURLConnection jar) {
            jar.setUseCaches(false);
            try (JarFile file = jar.getJarFile()) {
                return inJar(file);
            }
        }
        return inDirectory(Path.of(URI.create(index.toString())).getParent());
    }

    private static Map<String, byte[]> inJar(JarFile jar) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
            if (entry.getName().startsWith(ROOT) && !entry.isDirectory()) {
                try (InputStream content = jar.getInputStream(entry)) {
                    files.put(entry.getName().substring(ROOT.length()), content.readAllBytes());
                }
            }
        }
        return files;
    }

    private static Map<String, byte[]> inDirectory(Path root) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    files.put(root.relativize(path).toString(), Files.readAllBytes(path));
                }
            }
        }
        return files;
    }

    /// One file, held in memory. Browsers may keep it, and ask each time whether it is still current (RFC 9110 §13.1.2).
    private static final class StaticFile implements Handler {
        private final String type;
        private final byte[] content;
        private volatile String tag = ""; // computed on the first request, so that a start need not hash all files

        StaticFile(String type, byte[] content) {
            this.type = type;
            this.content = content;
        }

        @Override
        public Response handle(Request rq) {
            if (tag.isEmpty()) {
                tag = '"' + HexFormat.of().formatHex(sha256(content), 0, 12) + '"';
            }
            Response response = isFresh(rq.head().headers()) ? Response.of(304) : Response.of(200, type, content);
            return response.with("ETag", tag).with("Cache-Control", "no-cache");
        }

        /// Compares weakly, since a proxy that compresses may have made the tag weak.
        private boolean isFresh(Headers headers) {
            return headers.all("If-None-Match").stream()
                    .flatMap(list -> Arrays.stream(list.split(",")))
                    .map(String::strip)
                    .anyMatch(known -> known.equals("*") || known.equals(tag) || known.equals("W/" + tag));
        }

        private static byte[] sha256(byte[] content) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(content);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java platform has SHA-256", e);
            }
        }
    }
}
