package botmaker.bot.host;

import botmaker.docker.Engine;
import botmaker.docker.Network;
import botmaker.docker.Network.Subnet;
import botmaker.docker.Networks;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The network of all bots of this installation, which they share without reaching each other.
public final class BotNetwork {
    private final Engine engine;
    private final String name;
    private final Map<String, String> labels;
    private volatile List<Subnet> subnets = List.of();
    private volatile Optional<Network> known = Optional.empty();
    private volatile Optional<String> problem = Optional.empty();

    BotNetwork(Engine engine, String name, Map<String, String> labels) {
        this.engine = engine;
        this.name = name;
        this.labels = labels;
    }

    /// Returns the network, which is created where it is missing.
    Network ensure() {
        Network found = engine.networks().ensure(name, labels);
        subnets = found.subnets();
        known = Optional.of(found);
        return found;
    }

    /// Returns all networks with this installation's labels.
    public List<Network> all() {
        return BotHost.lookup(() -> engine.networks().list(labels));
    }

    /// Removes a network that no container is in.
    public void remove(String id) {
        engine.networks().remove(id);
    }

    /// Returns the network as it was last seen; empty where there is none, or it is somebody else's.
    Optional<Network> known() {
        return known;
    }

    /// Returns what was wrong with the network when it was last seen; empty if nothing was, or there was none.
    Optional<String> problem() {
        return problem;
    }

    /// Looks at the network.
    void look() {
        Optional<Network> there = BotHost.lookup(() -> engine.networks().named(name));
        known = there.filter(it -> it.labels().entrySet().containsAll(labels.entrySet()));
        problem = there.flatMap(it -> Networks.problem(it, labels));
    }

    /// Learns from this host where the bots live: they may run, and be refused, while the engine cannot be asked.
    public void recall() {
        subnets = Networks.onHost(name);
    }

    /// Learns where the bots live, unless it is known.
    public void learn() {
        if (subnets.isEmpty()) {
            ensure();
        }
    }

    /// Returns whether an address is one of the bots'. A link-local one is where it came in through their bridge: its range is the
    /// same on every device.
    public boolean contains(InetAddress address) {
        return subnets.stream().anyMatch(subnet -> subnet.contains(address))
                || address instanceof Inet6Address local && local.isLinkLocalAddress()
                && Networks.isBridge(name, local.getScopeId());
    }
}
