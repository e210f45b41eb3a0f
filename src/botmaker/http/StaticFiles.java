package botmaker.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Serves the dashboard's files. All of them are read at the start and become routes, so that no path of a request ever reaches
/// a file system.
public final class StaticFiles {
    /// Other names are not served, nor those that begin with a dot.
    private static final Pattern NAME =
            Pattern.compile("web/(?<path>([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\\.(?<type>[a-z0-9]+))");
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

    /// Returns a route for each file of the dashboard in BotMaker's jar, and `/` for `index.html`.
    public static List<Route> routes() throws IOException {
        return routes(Path.of(URI.create(StaticFiles.class.getProtectionDomain().getCodeSource().getLocation().toString())));
    }

    static List<Route> routes(Path jar) throws IOException {
        List<Route> routes = new ArrayList<>();
        try (ZipFile files = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : Collections.list(files.entries())) {
                Matcher match = NAME.matcher(entry.getName());
                if (match.matches() && TYPES.containsKey(match.group("type"))) {
                    try (InputStream content = files.getInputStream(entry)) {
                        Route.Handler file = handler(TYPES.get(match.group("type")), content.readAllBytes());
                        routes.add(Route.get("/" + match.group("path"), file));
                        if (match.group("path").equals("index.html")) {
                            routes.add(Route.get("/", file));
                        }
                    }
                }
            }
        }
        return routes;
    }

    /// Returns a handler that serves a file from memory. Browsers may keep it, and ask each time whether it is still current
    /// (RFC 9110 §13.1.2).
    private static Route.Handler handler(String type, byte[] content) {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        String tag = '"' + Long.toHexString(checksum.getValue()) + '-' + content.length + '"';
        return rq -> (isCurrent(tag, rq) ? Response.of(304) : Response.of(200, type, content))
                .with("ETag", tag).with("Cache-Control", "no-cache");
    }

    /// Compares weakly, since a proxy that compresses may have made the tag weak.
    private static boolean isCurrent(String tag, Request rq) {
        return rq.head().headers().all("If-None-Match").stream()
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(String::strip)
                .anyMatch(known -> known.equals("*") || known.equals(tag) || known.equals("W/" + tag));
    }
}
