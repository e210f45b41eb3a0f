package botmaker.server;

import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Checks whether this host has the user ids that bots get. An unprivileged LXC container has only 65,536 ids.
public final class UserIds {
    private UserIds() { }

    /// Returns the problem and what to do; empty if the ids exist, or bots get none because BotMaker is not root.
    public static Optional<String> problem(int base) throws IOException {
        return PrivateFiles.isRoot()
                ? problem(Path.of("/proc/self/uid_map"), base).or(() -> problem(Path.of("/proc/self/gid_map"), base))
                : Optional.empty();
    }

    /// @param map as `user_namespaces(7)` describes: first id inside, first id outside, count
    static Optional<String> problem(Path map, int base) {
        try {
            long end = 0;
            for (String line : Files.readAllLines(map)) {
                String[] fields = line.strip().split(" +", -1);
                long first = Long.parseLong(fields[0]);
                long past = first + Long.parseLong(fields[2]);
                if (first <= base && base + 1L < past) {
                    return Optional.empty();
                }
                end = Math.max(end, past);
            }
            return Optional.of("this host has only the user ids below " + end + " (" + map + "), and bots get those from bot.uid-base "
                    + base + " on; set bot.uid-base to a number from 100000 on that leaves room below " + end
                    + ", or give this system more ids first (with LXC: lxc.idmap)");
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Optional.of(map + " cannot be read: " + e);
        }
    }
}
