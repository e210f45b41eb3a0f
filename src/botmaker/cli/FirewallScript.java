package botmaker.cli;

import java.util.List;

/// Rules for the host's firewall that keep bots from the host, the networks around it and the cloud's metadata service, and all
/// but the host from the bots, as a shell script for the operator to read and run. BotMaker itself never touches a firewall.
///
/// They name the bots' bridge device, which never changes for a data directory, so that they hold when Docker recreates the network.
/// Docker asks `DOCKER-USER` before its own rules about what passes through the host, and never empties it; what goes to the host
/// itself passes `INPUT`.
public final class FirewallScript {
    /// Link-local (clouds answer there with credentials), private networks (RFC 1918), and what providers share (RFC 6598).
    private static final List<String> BLOCKED = List.of("169.254.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10");

    private FirewallScript() { }

    /// @param bridge the bots' bridge device, at most 15 characters
    public static String of(String bridge) {
        String out = bridge + "-out";
        String in = bridge + "-in";
        StringBuilder script = new StringBuilder("""
                #!/bin/sh -eu
                # What bots may reach, and who may reach them, by iptables. It may be run again at any time; it is gone after a reboot.
                bridge=%s
                chain() { "$1" -w -N "$2" 2>/dev/null || "$1" -w -F "$2"; }
                first() { tables=$1 at=$2; shift 2; "$tables" -w -C "$at" "$@" 2>/dev/null || "$tables" -w -I "$at" "$@"; }

                # Through the host: the internet and DNS, but no private network and no metadata service.
                chain iptables %s
                iptables -w -A %2$s -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
                # A model or chat server of your own:  iptables -w -A %2$s -d 10.0.0.5 -p tcp --dport 8000 -j RETURN
                iptables -w -A %2$s -p udp --dport 53 -j RETURN
                iptables -w -A %2$s -p tcp --dport 53 -j RETURN
                """.formatted(bridge, out));
        BLOCKED.forEach(range -> script.append("iptables -w -A %s -d %s -j REJECT%n".formatted(out, range)));
        return script.append("""
                iptables -w -N DOCKER-USER 2>/dev/null || true
                first iptables DOCKER-USER -i "$bridge" -j %1$s

                # Through the host to bots: nothing but answers. The host itself does not pass here.
                first iptables DOCKER-USER ! -i "$bridge" -o "$bridge" -m conntrack ! --ctstate ESTABLISHED,RELATED -j DROP

                # To the host itself: DNS, and answers to what the host asked.
                chain iptables %2$s
                iptables -w -A %2$s -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
                # A model of your own on this host:  iptables -w -A %2$s -p tcp --dport 11434 -j RETURN
                iptables -w -A %2$s -p udp --dport 53 -j RETURN
                iptables -w -A %2$s -p tcp --dport 53 -j RETURN
                iptables -w -A %2$s -j REJECT
                first iptables INPUT -i "$bridge" -j %2$s

                # Bots have no IPv6. Should one get any, it leads nowhere (fd00::/8 included).
                if ip6tables -w -L -n >/dev/null 2>&1; then
                    chain ip6tables %2$s
                    ip6tables -w -A %2$s -j REJECT
                    first ip6tables FORWARD -i "$bridge" -j %2$s
                    first ip6tables INPUT -i "$bridge" -j %2$s
                fi
                """.formatted(out, in)).toString();
    }
}
