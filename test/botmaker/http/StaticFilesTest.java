package botmaker.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
    private static final String MAIN = "x".repeat(100_000);

    @TempDir
    private Path directory;

    private Path jar;
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        jar = directory.resolve("botmaker.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry("web/css/"));
            add(out, "outside.txt", "outside");
            add(out, "web/index.html", "<!doctype html>");
            add(out, "web/css/base.css", "body {}");
            add(out, "web/main.js", MAIN);
            add(out, "web/icon.svg", "<svg/>");
            add(out, "web/notes.bak", "not served");
            add(out, "web/docs/install.md", "# Install");
            add(out, "web/docs/page.html", "<p>");
            add(out, "web/.hidden.txt", "not served");
            add(out, "web/../up.txt", "not served");
            add(out, "botmaker/web/inner.txt", "not served");
        }
        server = TestServer.start(StaticFiles.routes(jar).toArray(Route[]::new));
    }

    private static void add(JarOutputStream out, String name, String content) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(content.getBytes(UTF_8));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8, 15",
        "/index.html, text/html; charset=utf-8, 15",
        "/css/base.css, text/css; charset=utf-8, 7",
        "/main.js, text/javascript; charset=utf-8, 100000",
        "/icon.svg, image/svg+xml, 6",
        "/docs/install.md, text/markdown; charset=utf-8, 9",
        "/docs/page.html, text/html; charset=utf-8, 3",
    })
    void files_are_served_with_their_type(String path, String type, int length) throws Exception {
        HttpResponse<String> answer = server.get(path);
        assertEquals(200, answer.statusCode());
        assertEquals(type, answer.headers().firstValue("Content-Type").orElseThrow());
        assertEquals("no-cache", answer.headers().firstValue("Cache-Control").orElseThrow());
        assertEquals(length, answer.body().length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/notes.bak", "/.hidden.txt", "/up.txt", "/../up.txt", "/inner.txt", "/outside.txt", "/web/index.html", "/css", "/css/", "/css/../index.html", "/../outside.txt",
        "/..%2foutside.txt", "/%2e%2e/outside.txt", "/index.html/", "//index.html", "/index.html%00", "/INDEX.HTML", "/css/nothing.css"})
    void nothing_else_is(String path) throws IOException {
        String wire = server.exchange("GET %s HTTP/1.1\nHost: localhost\nAuthorization: %s\n\n".formatted(
                path, TestServer.AUTHORIZATION));
        assertEquals("HTTP/1.1 404 ", wire.substring(0, 13));
    }

    @Test
    void an_unchanged_file_is_not_sent_again() throws Exception {
        String tag = server.get("/main.js").headers().firstValue("ETag").orElseThrow();
        for (String known : new String[] {tag, "W/" + tag, "\"x\", " + tag, "*"}) {
            HttpResponse<String> answer = server.get("/main.js", "If-None-Match", known);
            assertEquals(304, answer.statusCode());
            assertEquals("", answer.body());
            assertEquals(tag, answer.headers().firstValue("ETag").orElseThrow());
            assertEquals("no-cache", answer.headers().firstValue("Cache-Control").orElseThrow());
        }
        assertEquals(200, server.get("/main.js", "If-None-Match", "\"x\"").statusCode());
    }

    @Test
    void files_can_only_be_read() throws Exception {
        HttpResponse<String> answer = server.send("DELETE", "/main.js", "");
        assertEquals(405, answer.statusCode());
        assertEquals("GET, HEAD", answer.headers().firstValue("Allow").orElseThrow());
    }

    /// The table is made at the start.
    @Test
    void no_request_reaches_the_file_system() throws Exception {
        Files.delete(jar);
        assertEquals(200, server.get("/icon.svg").statusCode());
    }

    @Test
    void a_large_file_arrives_whole() throws Exception {
        assertEquals(MAIN, server.get("/main.js").body());
    }
}
