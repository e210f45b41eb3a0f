package botmaker.broker;

import botmaker.file.IoFailures;
import botmaker.ledger.Reached;
import botmaker.policy.BotPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/// The sockets of all bots, as the policy wants them.
///
/// What cannot be opened is tried again every two seconds, and what somebody removed is made anew: a bot that was restored has a new
/// directory.
final class Links implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Links.class.getName());
    private static final int MOST_CONNECTIONS = 1000;
    private static final int BODY_BYTES = 64 * 1024 * 1024; // of a heap of 192 MiB
    private static final int BODY_PATIENCE_MS = 5000;
    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TEND_EVERY = Duration.ofSeconds(2);

    private final byte[] authority;
    private final SSLContext tls;
    private final Handler handler;
    private final Dialer dialer;
    private final Activity activity;
    private final Reached reached;
    private final BodyMemory memory = new BodyMemory(BODY_BYTES, BODY_PATIENCE_MS);
    private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);
    private final Map<String, BotLinks> bots = new HashMap<>(); // guarded by this
    private final Map<String, String> failures = new HashMap<>(); // guarded by this; by bot, to log each once
    private final Thread tending = Thread.ofVirtual().name("links").unstarted(this::tend);
    private List<BotPolicy> wanted = List.of(); // guarded by this
    private boolean stopped; // guarded by this

    /// @param handler  answers every request to an origin
    /// @param dialer   connects to what bots of [botmaker.policy.Reach#WEB] may reach, such as [#toTheWeb]
    /// @param activity records the hosts that are refused
    /// @param reached  counts what passes to those that are not
    Links(Authority authority, Handler handler, Dialer dialer, Activity activity, Reached reached) throws IOException {
        this.authority = authority.pem();
        this.tls = authority.serverContext();
        this.handler = handler;
        this.dialer = dialer;
        this.activity = activity;
        this.reached = reached;
        tending.start();
    }

    /// Connects to public addresses, directly.
    static Dialer toTheWeb(Resolver resolver) {
        return new DirectDialer(resolver, PublicAddresses::contain, CONNECT_TIME, PATIENCE);
    }

    /// Connects to the proxy of that name directly, and through it to public hosts. The proxy resolves their names, so that only literal
    /// addresses can be checked.
    static Dialer throughProxy(Resolver resolver, String host, int port) {
        Dialer toProxy = new DirectDialer(resolver, _ -> true, CONNECT_TIME, PATIENCE);
        return new ProxyDialer(toProxy, host, port, PublicAddresses::contain, CONNECT_TIME);
    }

    /// Opens and closes sockets so that each bot has those of its policy. Requests on open connections obey the new policy, too. A
    /// bot that is gone is broken off.
    synchronized void follow(List<BotPolicy> policies) {
        if (stopped) {
            return;
        }
        wanted = List.copyOf(policies);
        Set<String> ids = policies.stream().map(BotPolicy::id).collect(Collectors.toSet());
        for (Map.Entry<String, BotLinks> present : Map.copyOf(bots).entrySet()) {
            if (!ids.contains(present.getKey())) {
                bots.remove(present.getKey());
                failures.remove(present.getKey());
                present.getValue().close();
            }
        }
        for (BotPolicy policy : policies) {
            follow(policy);
        }
    }

    private void follow(BotPolicy policy) {
        try {
            bots.computeIfAbsent(policy.id(), _ -> links(policy)).follow(policy, authority);
            failures.remove(policy.id());
        } catch (IOException e) {
            String sentence = IoFailures.sentence(e);
            if (!sentence.equals(failures.put(policy.id(), sentence))) {
                LOG.log(System.Logger.Level.WARNING, "bot {0} cannot reach its AI: {1}", policy.id(), sentence);
            }
        }
    }

    private BotLinks links(BotPolicy policy) {
        Pace pace = new Pace(System::nanoTime);
        LinkConnection origins = new LinkConnection(tls, handler, memory.shareOfBot(), pace);
        return new BotLinks(policy, origins, new Egress(origins, dialer, activity, reached), pace, connections);
    }

    /// Returns why a bot's sockets could not be opened, by its id.
    synchronized Map<String, String> failures() {
        return Map.copyOf(failures);
    }

    /// Returns how many connections are open.
    int connections() {
        return MOST_CONNECTIONS - connections.availablePermits();
    }

    private void tend() {
        try {
            while (true) {
                Thread.sleep(TEND_EVERY);
                tendNow();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private synchronized void tendNow() {
        try {
            follow(wanted);
        } catch (RuntimeException | Error e) { // the next time may succeed
            LOG.log(System.Logger.Level.ERROR, "the sockets of bots could not be tended", e);
        }
    }

    /// Accepts no more connections, for good; those that are open go on.
    synchronized void stopAccepting() {
        stopped = true;
        tending.interrupt();
        bots.values().forEach(BotLinks::closeSockets);
    }

    /// Closes all sockets and breaks off every connection.
    @Override
    public synchronized void close() {
        stopped = true;
        tending.interrupt();
        bots.values().forEach(BotLinks::close);
        bots.clear();
    }
}
