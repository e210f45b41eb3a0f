package botmaker.ledger;

import botmaker.policy.Policy;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;

/// Counts how often bots opened connections to hosts beside their AI and their channel, and how many bytes passed, by the day. Holds
/// what was not written yet.
///
/// A bot may reach any number of hosts: of a day it has at most [#MOST_HOSTS], and what passed to all others is counted together.
public final class Reached {
    static final int MOST_HOSTS = 200;
    /// Stands for all hosts beyond the most.
    static final String OTHERS = "";

    private final InstantSource clock;
    private Map<BotDay, Map<String, Traffic>> counted = new HashMap<>(); // this and the following: guarded by this
    private ZoneId zone = Policy.EMPTY.zone();

    record BotDay(String bot, LocalDate day) {}

    /// @param opened connections
    /// @param up     bytes that the bot sent
    /// @param down   bytes that it got
    record Traffic(long opened, long up, long down) {
        private Traffic plus(Traffic more) {
            return new Traffic(opened + more.opened, up + more.up, down + more.down);
        }
    }

    public Reached(InstantSource clock) {
        this.clock = clock;
    }

    /// Sets the zone in which days begin.
    synchronized void follow(ZoneId latest) {
        zone = latest;
    }

    /// Counts a connection that was opened.
    public void opened(String bot, String host) {
        add(bot, host, new Traffic(1, 0, 0));
    }

    /// Counts bytes that passed.
    public void passed(String bot, String host, long up, long down) {
        add(bot, host, new Traffic(0, up, down));
    }

    private synchronized void add(String bot, String host, Traffic more) {
        add(new BotDay(bot, LocalDate.ofInstant(clock.instant(), zone)), host, more);
    }

    private void add(BotDay day, String host, Traffic more) {
        Map<String, Traffic> hosts = counted.computeIfAbsent(day, _ -> new HashMap<>());
        hosts.merge(hosts.containsKey(host) || hosts.size() < MOST_HOSTS ? host : OTHERS, more, Traffic::plus);
    }

    synchronized boolean isEmpty() {
        return counted.isEmpty();
    }

    /// Returns what was counted, and begins anew.
    synchronized Map<BotDay, Map<String, Traffic>> take() {
        Map<BotDay, Map<String, Traffic>> taken = counted;
        counted = new HashMap<>();
        return taken;
    }

    /// Adds what was taken and could not be written.
    synchronized void putBack(Map<BotDay, Map<String, Traffic>> taken) {
        taken.forEach((day, hosts) -> hosts.forEach((host, traffic) -> add(day, host, traffic)));
    }
}
