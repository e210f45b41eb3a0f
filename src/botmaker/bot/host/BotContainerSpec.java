package botmaker.bot.host;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.Limits;
import botmaker.docker.ContainerSpec.Mount;
import botmaker.docker.ContainerSpec.Port;
import botmaker.docker.ContainerSpec.Resources;
import botmaker.docker.ContainerSpec;
import botmaker.openclaw.AiOrigin;
import botmaker.openclaw.ChannelOrigin;
import botmaker.openclaw.Link;
import botmaker.openclaw.OpenClaw;
import botmaker.policy.Reach;
import botmaker.secret.SecretStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Specifies a bot's container: the only place that does, for creating it and for comparing it afterwards.
///
/// @param environment variables of every bot in addition to OpenClaw's own: time zone, proxy; nothing secret
public record BotContainerSpec(String installation, BotFiles files, SecretStore secrets, Map<String, String> environment,
        Duration stopTimeout) {
    public static final String BOT = "botmaker.bot-id";
    private static final String MANAGED = "botmaker.managed";
    private static final String INSTALLATION = "botmaker.installation";
    private static final Set<String> PROXIES = Set.of("HTTP_PROXY", "HTTPS_PROXY");
    /// For curl and others that take `http_proxy` in small letters only, since a web server sets `HTTP_PROXY` by a header.
    static final String PLAIN_PROXY = "http_proxy";
    private static final String NO_PROXY = "NO_PROXY";

    public BotContainerSpec {
        environment = Map.copyOf(environment);
    }

    /// Returns the labels of every container of this installation.
    public Map<String, String> labels() {
        return labels(installation);
    }

    public static Map<String, String> labels(String installation) {
        return Map.of(MANAGED, "true", INSTALLATION, installation);
    }

    public Map<String, String> labels(BotId id) {
        Map<String, String> labels = new HashMap<>(labels());
        labels.put(BOT, id.value());
        return labels;
    }

    /// Returns the name of a bot's container, unless somebody renames it.
    public static String containerName(BotId id) {
        return "botmaker-" + id;
    }

    /// Returns the name of a container that is to replace a bot's own.
    static String replacementName(BotId id) {
        return containerName(id) + "-next";
    }

    /// Returns the name of the network that all bots of this installation share without reaching each other.
    public String networkName() {
        return "botmaker-" + installation;
    }

    /// Returns the bot that labels name; empty where they name none of this installation's.
    Optional<BotId> bot(Map<String, String> labels) {
        return labels.entrySet().containsAll(labels().entrySet())
                ? BotId.of(labels.getOrDefault(BotContainerSpec.BOT, "")) : Optional.empty();
    }

    /// Returns a container as the engine describes it.
    Container container(botmaker.docker.Container it) {
        Optional<BotId> bot = bot(it.labels());
        boolean replacement = bot.filter(id -> it.name().equals(replacementName(id))).isPresent();
        return new Container(it.id(), it.name(), bot, replacement, it.imageId(), Container.State.valueOf(it.state().name()),
                it.exitCode(), it.oomKilled(), it.error(), it.createdAt(), it.startedAt(), it.finishedAt(), it.restartCount(),
                Optional.ofNullable(it.addresses().get(networkName())), it.raw());
    }

    /// Returns the specification of a bot's container.
    ///
    /// @param image   by name or digest
    /// @param network the bots' network by id; asked for a bot that has one
    ContainerSpec spec(BotRecord row, String image, Supplier<String> network) {
        Owner owner = row.owner();
        Limits limits = row.spec().limits();
        Reach reach = row.spec().reach();
        Optional<AiOrigin> ai = Optional.of(row.spec().ai()).filter(_ -> reach.isBrokered()).map(AiOrigin::of);
        Map<String, String> variables = new HashMap<>(environment);
        variables.putAll(OpenClaw.ENVIRONMENT);
        ai.ifPresent(origin -> link(variables, reach, origin, row.spec().channelOrigins()));
        List<Mount> mounts = new ArrayList<>(List.of(
                new Mount(files.config(row.id()), OpenClaw.CONFIG, true),
                new Mount(files.state(row.id()), OpenClaw.STATE, false),
                new Mount(secrets.directory(row.id().value()), OpenClaw.SECRETS, true)));
        if (reach.isBrokered()) {
            mounts.add(new Mount(files.link(row.id()), OpenClaw.LINK, true));
        }
        Map<String, String> tmpfs = new HashMap<>();
        OpenClaw.TMPFS.forEach((path, size) -> tmpfs.put(path, "rw,nosuid,nodev,size=%d,mode=0700,uid=%d,gid=%d"
                .formatted(size, owner.uid(), owner.gid())));
        return new ContainerSpec(
                image,
                List.of(),
                owner.uid() + ":" + owner.gid(),
                "bot-" + row.id(),
                variables,
                labels(row.id()),
                mounts,
                tmpfs,
                new Resources(limits.memory(), limits.cpus() * 1_000_000, Math.toIntExact(limits.pids())),
                reach.hasNetwork() ? Optional.of(network.get()) : Optional.empty(),
                ai.map(origin -> names(origin, row.spec().channelOrigins()).collect(Collectors.toSet())).orElse(Set.of()),
                row.spec().controlUi().port().stream().filter(_ -> !reach.isBrokered())
                        .mapToObj(port -> new Port(OpenClaw.PORT, port)).toList(),
                ContainerSpec.Restart.UNLESS_STOPPED,
                stopTimeout);
    }

    /// Returns the names of servers that mean 127.0.0.1 inside.
    private static Stream<String> names(AiOrigin ai, List<ChannelOrigin> channel) {
        return Stream.concat(Stream.of(ai.host()), channel.stream().filter(ChannelOrigin::isByName).map(ChannelOrigin::host)).distinct().sorted();
    }

    /// Sets the variables of a bot that reaches its AI, and perhaps its channel, through the broker. The host's proxy is for bots with a
    /// network, and not for what they reach through the broker.
    private static void link(Map<String, String> variables, Reach reach, AiOrigin ai, List<ChannelOrigin> channel) {
        boolean web = reach == Reach.WEB;
        Set<String> links = new LinkedHashSet<>(List.of(ai.links(web || !channel.stream().allMatch(ChannelOrigin::isByName)).split(" ")));
        channel.stream().filter(ChannelOrigin::isByName).map(it -> it.port() + "=" + it.link()).forEach(links::add);
        variables.put("BOTMAKER_LINKS", String.join(" ", links));
        variables.put("NODE_EXTRA_CA_CERTS", OpenClaw.LINK + "/ca.pem");
        if (!reach.hasNetwork()) {
            variables.keySet().removeAll(PROXIES);
            variables.remove(NO_PROXY);
        } else if (PROXIES.stream().anyMatch(variables::containsKey)) {
            names(ai, channel).forEach(name -> variables.merge(NO_PROXY, name, (hosts, host) -> hosts + "," + host));
        }
        if (web) {
            PROXIES.forEach(name -> variables.put(name, Link.PROXY));
            variables.put(PLAIN_PROXY, Link.PROXY);
            variables.put(NO_PROXY, "127.0.0.1,localhost");
        }
    }
}
