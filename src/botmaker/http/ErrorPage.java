package botmaker.http;

import java.nio.charset.StandardCharsets;

/// A problem as a page, for a person who followed a link. Plain HTML: it must look right when not even a style sheet may be read.
final class ErrorPage {
    private ErrorPage() {}

    static Response of(Problem problem) {
        return Response.of(problem.status(), "text/html; charset=utf-8", html(problem).getBytes(StandardCharsets.UTF_8));
    }

    private static String html(Problem problem) {
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%1$s – BotMaker</title>
                <h1>%1$s</h1>
                <p>%2$s</p>
                %3$s
                </html>
                """.formatted(escape(problem.title()), escape(problem.detail()), advice(problem.status()));
    }

    private static String advice(int status) {
        return switch (status) {
            case 401 -> """
                    <p>Reload this page and sign in. The user is <code>admin</code> unless <code>auth.user</code> names another.
                    Unless you set <code>auth.password-hash</code>, the password is in the file <code>admin-password</code>
                    in BotMaker's data directory.</p>""";
            case 404, 405 -> "<p><a href=\"/\">To the dashboard</a></p>";
            case 421 -> "<p>From this computer, <code>localhost</code> with the same port always works.</p>";
            case 429, 503, 507 -> "<p>Reload this page in a moment. <a href=\"/\">To the dashboard</a></p>";
            case 500 -> "<p>The log of BotMaker has the details under that number. <a href=\"/\">To the dashboard</a></p>";
            default -> "";
        };
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
