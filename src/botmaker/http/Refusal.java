package botmaker.http;

/// A request that is refused for a reason of HTTP itself, for which no feature has a [botmaker.error.Failure].
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    Refusal(int status, String detail) {
        super(detail);
        this.problem = Problem.of(status, detail);
    }

    Problem problem() {
        return problem;
    }
}
