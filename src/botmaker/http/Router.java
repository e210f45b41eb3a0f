package botmaker.http;

import static java.util.stream.Collectors.toUnmodifiableSet;

import botmaker.error.Failure;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the route for a raw path. Nothing is decoded or normalized: another spelling is another path, and has no route.
final class Router {
    /// @param route      answers the request
    /// @param parameters the path segments that its pattern names
    record Match(Route route, Map<String, String> parameters) {}

    private static final String PARAMETER = "[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}";
    private static final Pattern BRACES = Pattern.compile("\\{([a-z][A-Za-z0-9]*)}");

    private final Map<String, Map<String, Route>> literals = new HashMap<>();
    private final Map<String, Template> templates = new LinkedHashMap<>();
    private final Set<String> methods;

    /// @throws IllegalArgumentException if two routes have the same method and pattern
    Router(List<Route> routes) {
        for (Route route : routes) {
            Map<String, Route> row = BRACES.matcher(route.pattern()).find()
                    ? templates.computeIfAbsent(shape(route.pattern()), Template::new).routes()
                    : literals.computeIfAbsent(route.pattern(), _ -> new HashMap<>());
            if (row.putIfAbsent(route.method(), route) != null) {
                throw new IllegalArgumentException("Two routes for " + route.method() + " " + route.pattern());
            }
        }
        methods = withHead(routes.stream().map(Route::method).collect(toUnmodifiableSet()));
    }

    /// Returns every method that some route has.
    Set<String> methods() {
        return methods;
    }

    /// Returns whether this is an open route.
    boolean isOpen(String method, String path) {
        return Optional.ofNullable(literals.get(path)).map(row -> row.get(readable(method))).filter(Route::open).isPresent();
    }

    /// @throws Failure.NotFound if no route has the path
    /// @throws HttpError        if only other methods have it
    Match find(String method, String path) {
        Map<String, Route> literal = literals.get(path);
        if (literal != null) {
            return new Match(choose(literal, method), Map.of());
        }
        for (Template template : templates.values()) {
            Matcher matcher = template.regex().matcher(path);
            if (matcher.matches()) {
                Route route = choose(template.routes(), method);
                return new Match(route, parameters(route, matcher));
            }
        }
        throw new Failure.NotFound("There is nothing at this address.");
    }

    private static Route choose(Map<String, Route> row, String method) {
        return Optional.ofNullable(row.get(readable(method)))
                .orElseThrow(() -> HttpError.methodNotAllowed(withHead(row.keySet())));
    }

    private static Map<String, String> parameters(Route route, Matcher path) {
        Map<String, String> parameters = new HashMap<>();
        Matcher names = BRACES.matcher(route.pattern());
        for (int group = 1; names.find(); group++) {
            parameters.put(names.group(1), path.group(group));
        }
        return parameters;
    }

    private static String readable(String method) {
        return method.equals("HEAD") ? "GET" : method;
    }

    private static Set<String> withHead(Set<String> methods) {
        Set<String> all = new TreeSet<>(methods);
        if (all.contains("GET")) {
            all.add("HEAD");
        }
        return all;
    }

    private static String shape(String pattern) {
        return BRACES.matcher(pattern).replaceAll("{}");
    }

    /// Routes whose patterns differ in the names of their parameters at most.
    private record Template(Pattern regex, Map<String, Route> routes) {
        Template(String shape) {
            this(regex(shape), new HashMap<>());
        }

        private static Pattern regex(String shape) {
            StringBuilder regex = new StringBuilder();
            for (String literal : shape.split("\\{}", -1)) {
                regex.append(regex.isEmpty() ? "" : "(" + PARAMETER + ")").append(Pattern.quote(literal));
            }
            return Pattern.compile(regex.toString());
        }
    }
}
