package botmaker.cli;

import botmaker.broker.Broker;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.ledger.UsageReader;
import botmaker.policy.BotPolicy;
import botmaker.policy.Policy;
import botmaker.store.StoreException;
import botmaker.wire.ChannelSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Checks what bots behind the broker depend on: that it runs, what they may reach, the authority that they trust, and their sockets.
final class BrokerCheck {
    private static final Duration SOON = Duration.ofDays(90);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final String AUTHORITY = "ca.pem";

    private final Broker.Layout files;
    private final Policy policy;

    /// @throws IOException if the policy cannot be read
    BrokerCheck(Path data) throws IOException {
        this.files = new Broker.Layout(data);
        this.policy = Policy.read(files.policy());
    }

    /// Returns how many bots need the broker.
    int bots() {
        return policy.bots().size();
    }

    /// Returns what is wrong, each as a sentence without a full stop.
    List<String> problems(Instant now) throws IOException {
        List<String> found = new ArrayList<>();
        if (policy.bots().isEmpty()) {
            return found;
        }
        usage().ifPresent(found::add);
        if (!answers()) {
            found.add("it does not answer, so that " + (bots() == 1 ? "1 bot does not reach its AI. " : bots() + " bots do not reach their AI. ")
                    + "Start BotMaker, or the service botmaker-broker");
            return found;
        }
        authority(now).ifPresent(found::add);
        for (BotPolicy bot : policy.bots()) {
            Set<String> missing = new TreeSet<>(bot.originLinks());
            missing.add(AUTHORITY);
            missing.removeIf(name -> Files.exists(bot.links().resolve(name)));
            if (!missing.isEmpty()) {
                found.add("bot " + bot.id() + " does not reach its AI: " + String.join(" and ", missing) + " is missing in " + bot.links()
                        + ". Restart the broker");
            }
        }
        return found;
    }

    /// Reads what bots have spent, as the dashboard does.
    private Optional<String> usage() {
        try (UsageReader reader = new UsageReader(files.usage(), InstantSource.system(), ZoneOffset.UTC)) {
            reader.bots();
            reader.keys();
            return Optional.empty();
        } catch (StoreException | Failure e) {
            return Optional.of("what bots spend cannot be read: " + e.getMessage());
        }
    }

    private boolean answers() {
        try (ChannelSocket control = new ChannelSocket(SocketChannel.open(StandardProtocolFamily.UNIX), PATIENCE)) {
            return control.getChannel().connect(UnixDomainSocketAddress.of(files.control()));
        } catch (IOException nobody) {
            return false;
        }
    }

    private Optional<String> authority(Instant now) throws IOException {
        Path file = files.home().resolve(AUTHORITY);
        try (InputStream pem = Files.newInputStream(file)) {
            Instant end = ((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem)).getNotAfter().toInstant();
            return now.isBefore(end.minus(SOON)) ? Optional.empty() : Optional.of("the authority that bots trust, " + file + ", ends on " + end
                    + ". Remove it and ca.key beside it, restart the broker, then restart the bots");
        } catch (CertificateException e) {
            return Optional.of("the authority that bots trust cannot be read: " + IoFailures.sentence(new IOException(file + ": " + e.getMessage(), e)));
        }
    }
}
