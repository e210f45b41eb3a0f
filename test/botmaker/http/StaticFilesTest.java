package botmaker.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
    @TempDir
    private Path directory;

    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        Path web = Files.createDirectories(directory.resolve("web/css")).getParent();
        Files.writeString(directory.resolve("outside.txt"), "outside");
        Files.writeString(web.resolve("index.html"), "<!doctype html>");
        Files.writeString(web.resolve("css/base.css"), "body {}");
        Files.writeString(web.resolve("main.js"), "x".repeat(100_000));
        Files.writeString(web.resolve("icon.svg"), "<svg/>");
        Files.writeString(web.resolve("notes.bak"), "not served");
        Files.writeString(Files.createDirectories(web.resolve("docs")).resolve("install.md"), "# Install");
        Files.writeString(web.resolve("docs/page.html"), "<p>");
        Files.writeString(web.resolve(".hidden.txt"), "not served");
        Files.createSymbolicLink(web.resolve("link.txt"), directory.resolve("outside.txt"));
        server = TestServer.start(StaticFiles.routes(web).toArray(Route[]::new));
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
    @ValueSource(strings = {"/notes.bak", "/.hidden.txt", "/link.txt", "/css", "/css/", "/css/../index.html", "/../outside.txt",
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
        Files.writeString(directory.resolve("web/late.txt"), "late");
        Files.delete(directory.resolve("web/icon.svg"));
        assertEquals(404, server.get("/late.txt").statusCode());
        assertEquals(200, server.get("/icon.svg").statusCode());
    }

    @Test
    void a_large_file_arrives_whole() throws Exception {
        assertArrayEquals(Files.readAllBytes(directory.resolve("web/main.js")), server.get("/main.js").body().getBytes());
    }
}
