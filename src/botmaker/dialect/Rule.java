package botmaker.dialect;

import botmaker.dialect.Route.Form;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A row of a dialect's table of routes.
///
/// @param method  of the request
/// @param path    behind the base path; `{id}` and `{model}` stand for one segment, or the part of it before a colon
/// @param pattern of such paths
/// @param model   the model that the call uses though neither path nor body has to name it
record Rule(String method, String path, Pattern pattern, Form form, boolean free, Optional<String> model) {
    /// Nothing that a server could take for a slash, a dot or the end.
    private static final String SEGMENT = "([A-Za-z0-9][A-Za-z0-9._-]{0,190})";

    private static Rule of(String method, String path, Form form, boolean free) {
        Pattern pattern = Pattern.compile(path.replaceAll("\\{[a-z]+}", Matcher.quoteReplacement(SEGMENT)));
        return new Rule(method, path, pattern, form, free, Optional.empty());
    }

    static Rule list(String path) {
        return of("GET", path, Form.LIST, true);
    }

    static Rule post(String path, Form form) {
        return of("POST", path, form, false);
    }

    /// A call that costs nothing.
    static Rule free(String path, Form form) {
        return of("POST", path, form, true);
    }

    Rule using(String otherwise) {
        return new Rule(method, path, pattern, form, free, Optional.of(otherwise));
    }

    /// Returns the route of a request that this rule is about.
    ///
    /// @param rest the request's path behind the base path
    Optional<Route> match(String asked, String rest) {
        Matcher match = pattern.matcher(rest);
        if (!asked.equals(method) || !match.matches()) {
            return Optional.empty();
        }
        Optional<String> named = path.contains("{model}") ? Optional.of(match.group(1)) : model;
        return Optional.of(new Route(method + " " + path, form, free, named));
    }
}
