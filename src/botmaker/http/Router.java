package botmaker.http;

import static java.util.stream.Collectors.toCollection;

import botmaker.error.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the route for a raw path. Nothing is decoded or normalized: another spelling is another path, and has no route.
final class Router {
    /// @param route      answers the request
    /// @param parameters the path segments that its pattern names
    record Match(Route route, Map<String, String> parameters) {}

    /// A route whose pattern has parameters, which are the named groups of the regular expression.
    private record Template(Pattern path, Route route) {}

    private static final String PARAMETER = "[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}";
    private static final Pattern BRACES = Pattern.compile("\\{([a-z][A-Za-z0-9]*)}");

    private final Map<String, List<Match>> literals = new HashMap<>();
    private final List<Template> templates = new ArrayList<>();
    private final Set<String> methods;

    /// @throws IllegalArgumentException if two routes have the same method and pattern, whatever the names of its parameters
    Router(List<Route> routes) {
        Set<String> known = new HashSet<>();
        for (Route route : routes) {
            String pattern = route.pattern();
            if (!known.add(route.method() + " " + BRACES.matcher(pattern).replaceAll("{}"))) {
                throw new IllegalArgumentException("Two routes for " + route.method() + " " + pattern);
            }
            if (BRACES.matcher(pattern).find()) {
                String regex = "\\Q" + BRACES.matcher(pattern).replaceAll("\\\\E(?<$1>" + PARAMETER + ")\\\\Q") + "\\E";
                templates.add(new Template(Pattern.compile(regex), route));
            } else {
                literals.computeIfAbsent(pattern, _ -> new ArrayList<>()).add(new Match(route, Map.of()));
            }
        }
        methods = methods(routes.stream());
    }

    /// Returns every method that some route has.
    Set<String> methods() {
        return methods;
    }

    /// Returns whether this is an open route.
    boolean isOpen(String method, String path) {
        return literals.getOrDefault(path, List.of()).stream().anyMatch(match -> match.route().open() && answers(match, method));
    }

    /// @throws Failure.NotFound if no route has the path
    /// @throws HttpError        if only other methods have it
    Match find(String method, String path) {
        List<Match> matches = literals.containsKey(path) ? literals.get(path) : templates.stream().flatMap(it -> match(it, path)).toList();
        if (matches.isEmpty()) {
            throw new Failure.NotFound("There is nothing at this address.");
        }
        return matches.stream().filter(match -> answers(match, method)).findFirst()
                .orElseThrow(() -> HttpError.methodNotAllowed(methods(matches.stream().map(Match::route))));
    }

    private static Stream<Match> match(Template template, String path) {
        Matcher matcher = template.path().matcher(path);
        if (!matcher.matches()) {
            return Stream.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        matcher.namedGroups().forEach((name, group) -> parameters.put(name, matcher.group(group)));
        return Stream.of(new Match(template.route(), parameters));
    }

    private static boolean answers(Match match, String method) {
        return match.route().method().equals(method.equals("HEAD") ? "GET" : method);
    }

    private static Set<String> methods(Stream<Route> routes) {
        return routes.map(Route::method).flatMap(method -> method.equals("GET") ? Stream.of("GET", "HEAD") : Stream.of(method))
                .collect(toCollection(TreeSet::new));
    }
}
