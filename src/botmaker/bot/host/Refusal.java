package botmaker.bot.host;

import botmaker.docker.EngineException;
import botmaker.error.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Turns a refusal of the Docker Engine into a failure that says what to do.
///
/// Trying again is suggested only where that can help: the engine has no status for it, and answers 500 to a busy device as to a
/// missing runtime.
final class Refusal {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);
    private static final Pattern PASSING = Pattern.compile("timed? ?out|deadline exceeded|try again|temporarily unavailable|busy"
            + "|in progress|is restarting|marked for removal|connection (reset|refused)|context canceled");
    private static final Pattern DISK_FULL = Pattern.compile("no space left on device|disk quota exceeded");

    /// What to do about a refusal whose words match.
    private record Remedy(Pattern words, String advice) {
        private Remedy(String words, String advice) {
            this(Pattern.compile(words), advice);
        }
    }

    /// The first that matches counts.
    private static final List<Remedy> REMEDIES = List.of(
            new Remedy("port is already allocated|address already in use",
                    "Another program on this host uses the port. Stop that program, or publish the bot's Control UI anew to get another port."),
            new Remedy("no such image", "The image is gone. Build it again (make image), or upgrade the bot to the present image."),
            new Remedy("address pools? ", "Remove unused networks (docker network prune), or add a range under \"default-address-pools\" in "
                    + "/etc/docker/daemon.json and restart Docker."),
            new Remedy("seccomp", "Check \"seccomp-profile\" in /etc/docker/daemon.json, and restart Docker."),
            new Remedy("runtime", "Check \"runtimes\" and \"default-runtime\" in /etc/docker/daemon.json, and that runc is installed."),
            new Remedy("apparmor", "Check that AppArmor works on this host (aa-status), and restart Docker."),
            new Remedy("range of cpus|minimum memory|cpuset|cpu-|cgroup|not supported by your kernel",
                    "Choose limits that this host has."),
            new Remedy("is already in use by container", "Rename or remove that container."),
            new Remedy("active endpoints|in use", "Remove what uses it first."));

    private Refusal() { }

    /// Asks what the engine has no reason to refuse: one that does (a broken storage, say) is no better than one that does not answer.
    static <T> T lookup(Supplier<T> question) {
        try {
            return question.get();
        } catch (EngineException e) {
            throw new Failure.EngineDown("The Docker Engine does not work: " + e.getMessage(), e);
        }
    }

    /// Asks the engine for a change and translates its refusal.
    static <T> T asking(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (EngineException e) {
            throw of(what, e);
        }
    }

    /// Asks the engine for a change and translates its refusal.
    static void asking(String what, Runnable call) {
        asking(what, () -> {
            call.run();
            return true;
        });
    }

    /// Asks for something inside a container, which may have stopped.
    static <T> T inside(String what, Supplier<T> call) {
        return asking(what, () -> {
            try {
                return call.get();
            } catch (EngineException e) {
                throw e.notFound() || e.conflict() ? new Failure.Conflict("The bot is not running. Start it, then try again.") : e;
            }
        });
    }

    /// Returns the failure for a refusal.
    ///
    /// @param what what the engine refused to do, as in "refused to start the bot"
    static Failure of(String what, EngineException refusal) {
        String detail = "The Docker Engine refused to " + what + ": " + refusal.getMessage();
        String words = refusal.getMessage().toLowerCase(Locale.ROOT);
        if (DISK_FULL.matcher(words).find()) {
            return new Failure.DiskFull(detail + sentence(refusal) + "Free space where Docker keeps its data (docker info: Docker Root Dir).");
        }
        for (Remedy remedy : REMEDIES) {
            if (remedy.words().matcher(words).find()) {
                return new Failure.Conflict(detail + sentence(refusal) + remedy.advice());
            }
        }
        boolean changed = refusal.notFound() && words.startsWith("no such container"); // gone since it was observed
        if (changed || refusal.status() == 503 || refusal.status() >= 500 && PASSING.matcher(words).find()
                || refusal.conflict() && PASSING.matcher(words).find()) {
            return new Failure.Unavailable(detail + sentence(refusal) + "Try again.", RETRY_AFTER);
        }
        return new Failure.Conflict(detail + sentence(refusal) + (refusal.status() >= 500
                ? "Docker's log says more (journalctl -u docker)." : "Change what it names."));
    }

    private static String sentence(EngineException refusal) {
        return refusal.getMessage().endsWith(".") ? " " : ". ";
    }
}
