package botmaker.bot.host;

import botmaker.bot.host.BotHost.CommandResult;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.host.BotHost.Warning;
import botmaker.docker.EngineInfo;
import botmaker.error.Failure;
import botmaker.openclaw.OpenClaw;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/// Checks whether this host keeps what a container's specification cannot: that bots do not reach each other, that the
/// engine's default seccomp profile is in force, that the bots' network is theirs.
///
/// Isolation is tested from inside: one running bot tries to connect to another. So it holds whatever rules the firewall has,
/// and is noticed when somebody reloads them. Bots without a network need no test of it.
public final class HostChecks {
    private static final System.Logger LOG = System.getLogger(HostChecks.class.getName());
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Set<String> DOCKERS_OWN = Set.of("default", "builtin");

    /// A refused connection has arrived just as an accepted one has; where bots are isolated, nothing comes back.
    private static final String SCRIPT = """
            if unshare --user true 2>/dev/null; then echo user-namespaces; fi
            if [ -n "$1" ]; then
                said=$(LC_ALL=C timeout 2 bash -c "exec 3<>/dev/tcp/$1/$2" 2>&1) && echo reached
                case $said in *refused*) echo reached ;; esac
            fi
            """;

    private final BotHost host;
    private final BotNetwork network;
    private final DriftDetector drift;
    private final AtomicBoolean probing = new AtomicBoolean();
    private volatile List<Warning> fromInside = List.of();
    private Set<String> probed = Set.of(); // guarded by probing
    private long probedAt = System.nanoTime() - EVERY.toNanos();

    HostChecks(BotHost host, BotNetwork network, DriftDetector drift) {
        this.host = host;
        this.network = network;
        this.drift = drift;
    }

    /// Returns everything that is known to be wrong.
    List<Warning> warnings() {
        List<Warning> all = new ArrayList<>(fromInside);
        network.problem().map(words -> new Warning("network", "The bots' network is not as BotMaker made it", words))
                .ifPresent(all::add);
        drift.engine().flatMap(HostChecks::seccomp).ifPresent(all::add);
        Set<Difference> additions = drift.additions();
        if (!additions.isEmpty()) {
            all.add(new Warning(Warning.ENGINE_DEFAULTS, "The Docker Engine adds settings of its own to every container",
                    additions.stream().map(it -> it.what() + " = " + it.found()).sorted().collect(Collectors.joining(", "))
                            + ". They come from the engine's configuration (/etc/docker/daemon.json), so Repair does not remove "
                            + "them. Nothing needs to be done if you want them."));
        }
        return List.copyOf(all);
    }

    /// Tests isolation in a thread of its own, if that was some time ago, or other bots run since.
    ///
    /// @param containers all of this installation's
    void check(Collection<Container> containers) {
        List<Container> running = running(containers);
        Set<String> ids = running.stream().map(Container::id).collect(Collectors.toSet());
        if (probing.compareAndSet(false, true)) {
            if (ids.equals(probed) && System.nanoTime() - probedAt <= EVERY.toNanos()) {
                probing.set(false);
                return;
            }
            Thread.ofVirtual().name("isolation-probe").start(() -> {
                try {
                    probe(running);
                    probed = ids;
                    probedAt = System.nanoTime();
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, "the bots' isolation could not be tested", e);
                } finally {
                    probing.set(false);
                }
            });
        }
    }

    /// Tests isolation in this thread.
    ///
    /// @return how many bots could be tested from inside: two are needed to test their isolation
    int checkNow(Collection<Container> containers) {
        List<Container> running = running(containers);
        probe(running);
        return (int) running.stream().filter(it -> it.address().isPresent()).count();
    }

    /// Returns those that run, those with an address first.
    private List<Container> running(Collection<Container> containers) {
        return containers.stream().filter(it -> it.state() == Container.State.RUNNING)
                .sorted(Comparator.comparing(it -> it.address().isEmpty())).toList();
    }

    /// Tests from inside the first bot that answers, against another.
    private void probe(List<Container> running) {
        for (Container from : running) {
            Optional<InetAddress> to = from.address().flatMap(_ -> running.stream().filter(it -> !it.id().equals(from.id()))
                    .flatMap(it -> it.address().stream()).findFirst());
            Optional<String> said = said(from, to);
            if (said.isPresent()) {
                fromInside = found(said.get());
                return;
            }
        }
        fromInside = List.of();
    }

    /// @return empty where the bot's image cannot run the script, or the bot ended meanwhile
    private Optional<String> said(Container from, Optional<InetAddress> to) {
        try {
            return host.exec(from, List.of("bash", "-c", SCRIPT, "probe", to.map(InetAddress::getHostAddress).orElse(""),
                    String.valueOf(OpenClaw.PORT)), PATIENCE).filter(CommandResult::succeeded).map(CommandResult::output);
        } catch (Failure | UncheckedIOException e) { // also where this user may not write to the data directory
            return Optional.empty();
        }
    }

    private static List<Warning> found(String said) {
        List<Warning> found = new ArrayList<>();
        if (said.contains("reached")) {
            found.add(new Warning("isolation", "Bots can reach each other over the network",
                    "The firewall rules that Docker made are missing: they were flushed (a firewall was reloaded), or Docker runs with "
                            + "\"iptables\": false. Restart Docker (systemctl restart docker), and let your firewall keep Docker's rules."));
        }
        if (said.contains("user-namespaces")) {
            found.add(new Warning("user-namespaces", "Bots can create user namespaces",
                    "Docker's default seccomp profile forbids it, so another profile is in force, which leaves bots more of the "
                            + "kernel to attack. Remove \"seccomp-profile\" from /etc/docker/daemon.json and restart Docker."));
        }
        return List.copyOf(found);
    }

    private static Optional<Warning> seccomp(EngineInfo engine) {
        if (DOCKERS_OWN.contains(engine.seccomp())) {
            return Optional.empty();
        }
        return Optional.of(new Warning("seccomp", engine.seccomp().isEmpty()
                ? "The Docker Engine runs containers without seccomp"
                : "The Docker Engine uses a seccomp profile of its own: " + engine.seccomp(),
                "BotMaker relies on Docker's default profile. Remove \"seccomp-profile\" from /etc/docker/daemon.json and restart "
                        + "Docker."));
    }
}
