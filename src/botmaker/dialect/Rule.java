package botmaker.dialect;

import botmaker.dialect.Route.Form;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A row of a dialect's table of routes.
///
/// @param method of the request
/// @param path   behind the base path; `{id}` and `{model}` stand for one segment, or the part of it before a colon
/// @param model  the model that the call uses though neither path nor body has to name it
record Rule(String method, String path, Form form, boolean free, Optional<String> model) {
    /// Nothing that a server could take for a slash, a dot or the end.
    private static final String SEGMENT = "([A-Za-z0-9][A-Za-z0-9._-]{0,190})";

    static Rule list(String path) {
        return new Rule("GET", path, Form.LIST, true, Optional.empty());
    }

    static Rule post(String path, Form form) {
        return new Rule("POST", path, form, false, Optional.empty());
    }

    static Rule free(String path, Form form) {
        return new Rule("POST", path, form, true, Optional.empty());
    }

    static Rule patch(String path, Form form) {
        return new Rule("PATCH", path, form, true, Optional.empty());
    }

    static Rule delete(String path) {
        return new Rule("DELETE", path, Form.LIST, true, Optional.empty());
    }

    Rule using(String otherwise) {
        return new Rule(method, path, form, free, Optional.of(otherwise));
    }

    /// Returns the route of a request that this rule is about.
    Optional<Route> match(String asked, String rest) {
        Matcher match = Pattern.compile(path.replaceAll("\\{[a-z]+}", Matcher.quoteReplacement(SEGMENT))).matcher(rest);
        if (!asked.equals(method) || !match.matches()) {
            return Optional.empty();
        }
        Optional<String> named = path.contains("{model}") ? Optional.of(match.group(1)) : model;
        return Optional.of(new Route(method + " " + path, form, free, named));
    }
}
