package botmaker.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import botmaker.ledger.Reached;
import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import botmaker.policy.Reach;
import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import botmaker.wire.MessageReader;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The way out of a bot without a network: a proxy (CONNECT, and `http://` URLs) at one of its sockets. It leads to the bot's own
/// origins, which are served as at their own sockets, and for [Reach#WEB] to public addresses.
///
/// @param origins  serves the bot's own origins
/// @param dialer   connects to public addresses only
/// @param activity records what is refused
/// @param reached  counts what passes
record Egress(LinkConnection origins, Dialer dialer, Activity activity, Reached reached) {
    private static final Duration HEAD_TIME = Duration.ofSeconds(20);
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Set<Integer> PORTS = Set.of(443, 80);
    private static final byte[] ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(US_ASCII);

    /// Serves a connection of a bot. The caller closes the socket.
    ///
    /// @param tunnels those that the bot has opened
    void serve(Supplier<BotPolicy> bot, Tunnels tunnels, ChannelSocket socket, Deadline deadline) throws IOException {
        deadline.set(HEAD_TIME);
        MessageReader reader = new MessageReader(socket.getInputStream());
        if (!reader.fill()) {
            return;
        }
        ProxyHead asked;
        try {
            asked = ProxyHead.of(reader.head(ProxyHead.MAX_BYTES));
        } catch (ProtocolException e) {
            Refusal.send(socket, reader, deadline, 400, "malformed", "the request is malformed: " + e.getMessage());
            return;
        }
        deadline.clear();
        Predicate<Origin> own = origin -> origin.isAt(asked.host()) && origin.port() == asked.port();
        if (asked.forward().isEmpty() && bot.get().origins().stream().anyMatch(own)) {
            socket.getOutputStream().write(ESTABLISHED);
            origins.serveEither(new Entrance(bot, own), socket, reader, deadline);
        } else if (!allows(bot.get(), asked)) { // asked before a tunnel begins: it would be closed without a word
            refuseUnlisted(bot.get(), asked, socket, reader, deadline);
        } else if (!tunnels.begin(socket, asked)) {
            Refusal.send(socket, reader, deadline, 503, "busy", "this bot has too many connections open");
        } else {
            try {
                if (allows(bot.get(), asked)) {
                    open(bot.get(), asked, socket, reader, deadline);
                } else {
                    refuseUnlisted(bot.get(), asked, socket, reader, deadline);
                }
            } finally {
                tunnels.end(socket);
            }
        }
    }

    private void refuseUnlisted(BotPolicy bot, ProxyHead asked, ChannelSocket socket, MessageReader reader, Deadline deadline) throws IOException {
        boolean isPublic = !isPrivate(asked.host());
        if (bot.reach() == Reach.WEB && PORTS.contains(asked.port()) && isPublic) {
            activity.unlisted(bot.id(), asked.host());
        }
        refuse(socket, reader, deadline, bot, asked, isPublic);
    }

    /// Returns whether a bot may reach what it asks for, as far as its policy says.
    static boolean allows(BotPolicy bot, ProxyHead asked) {
        return bot.reach() == Reach.WEB && PORTS.contains(asked.port())
                && (bot.webHosts().isEmpty() || bot.webHosts().stream().anyMatch(host -> matches(host, asked.host())));
    }

    /// @param listed a host, or `*.` and the domain of many
    static boolean matches(String listed, String host) {
        return listed.startsWith("*.") ? host.endsWith(listed.substring(1)) && host.length() > listed.length() - 1 : host.equals(listed);
    }

    private void open(BotPolicy bot, ProxyHead asked, ChannelSocket socket, MessageReader reader, Deadline deadline) throws IOException {
        ChannelSocket server;
        try {
            server = dialer.dial(asked.host(), asked.port(), _ -> { });
        } catch (Dialer.NotPublic _) {
            refuse(socket, reader, deadline, bot, asked, false);
            return;
        } catch (UnknownHostException _) {
            Refusal.send(socket, reader, deadline, 502, "unreachable", asked.host() + " cannot be resolved");
            return;
        } catch (IOException _) {
            Refusal.send(socket, reader, deadline, 502, "unreachable", asked.host() + ":" + asked.port() + " does not answer");
            return;
        }
        try (server) {
            reached.opened(bot.id(), asked.host());
            if (asked.forward().isPresent()) {
                server.getOutputStream().write(asked.forward().get());
                reached.passed(bot.id(), asked.host(), asked.forward().get().length, 0);
            } else {
                socket.getOutputStream().write(ESTABLISHED);
            }
            Tunnel.run(socket, reader.takeRest(), server, IDLE,
                    up -> reached.passed(bot.id(), asked.host(), up, 0), down -> reached.passed(bot.id(), asked.host(), 0, down));
        }
    }

    /// Returns whether a host is an IP address that no bot reaches this way.
    private static boolean isPrivate(String host) {
        try {
            return DirectDialer.isLiteral(host) && !PublicAddresses.contain(DirectDialer.literal(host));
        } catch (IOException notPublic) {
            return true;
        }
    }

    private void refuse(ChannelSocket socket, MessageReader reader, Deadline deadline, BotPolicy bot, ProxyHead asked, boolean isPublic)
            throws IOException {
        String host = asked.host() + ":" + asked.port();
        String advice = !isPublic ? "That is not a public address, and no setting of this reach allows it"
                : !PORTS.contains(asked.port()) ? "Only the ports 80 and 443 can be allowed" : "Whoever runs it can change that in its settings";
        activity.refused(bot.id(), "host", host, "It may not reach " + host + ".");
        Refusal.send(socket, reader, deadline, 403, "host", "this bot may not reach " + host + " (its reach is “" + bot.reach().id() + "”). " + advice);
    }
}
