package botmaker.docker;

/// A TCP port of the container that is reachable on 127.0.0.1 of the host, and nowhere else.
public record PublishedPort(int containerPort, int hostPort) {
    public PublishedPort {
        if (containerPort < 1 || containerPort > 65535 || hostPort < 1 || hostPort > 65535) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535");
        }
    }
}
