package botmaker.bot.host;

import botmaker.docker.Engine;
import botmaker.docker.Networks.Network;
import botmaker.docker.Networks.Network.Subnet;
import botmaker.docker.Networks;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The network that all bots of this installation share without reaching each other.
final class BotNetwork {
    private final Engine engine;
    private final String name;
    private final Map<String, String> labels;
    private volatile List<Subnet> subnets;
    private volatile Optional<Network> known = Optional.empty();
    private volatile Optional<String> problem = Optional.empty();

    BotNetwork(Engine engine, String name, Map<String, String> labels) {
        this.engine = engine;
        this.name = name;
        this.labels = labels;
        this.subnets = Networks.onHost(name); // bots may run, and be refused, while the engine cannot be asked
    }

    /// Returns the network, which is created where it is missing.
    Network ensure() {
        Network found = engine.networks().ensure(name, labels);
        subnets = found.subnets();
        known = Optional.of(found);
        return found;
    }

    /// Returns this installation's networks that no bot is in.
    ///
    /// @param inUse whether there are bots, so that theirs is none of them
    List<BotHost.Network> strays(boolean inUse) {
        return Refusal.lookup(() -> engine.networks().list(labels)).stream().filter(it -> !inUse || !it.name().equals(name))
                .map(it -> new BotHost.Network(it.id(), it.name(),
                        it.subnets().stream().map(Object::toString).collect(Collectors.joining(", "))))
                .toList();
    }

    /// Returns the network as it was last seen; empty where there is none, or it is somebody else's.
    Optional<Network> known() {
        return known;
    }

    /// Returns what was wrong with the network when it was last seen; empty if nothing was, or there was none.
    Optional<String> problem() {
        return problem;
    }

    /// Observes the network.
    void observe() {
        Optional<Network> there = Refusal.lookup(() -> engine.networks().named(name));
        known = there.filter(it -> it.labels().entrySet().containsAll(labels.entrySet()));
        problem = there.flatMap(it -> Networks.problem(it, labels));
    }

    /// Finds out the network's address ranges, unless they are known.
    void learn() {
        if (subnets.isEmpty()) {
            ensure();
        }
    }

    /// Returns whether an address is one of the bots'. A link-local one is where it came in through their bridge: its range is the
    /// same on every device.
    boolean contains(InetAddress address) {
        return subnets.stream().anyMatch(subnet -> subnet.contains(address))
                || address instanceof Inet6Address local && local.isLinkLocalAddress()
                && Networks.isBridge(name, local.getScopeId());
    }
}
