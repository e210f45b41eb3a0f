package botmaker.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserIdsTest {
    @TempDir
    private Path temp;

    /// In an unprivileged container with 65,536 ids `doctor` said that all was well, and each creation was answered 500.
    @Test
    void a_host_without_the_ids_of_bots_is_reported_with_the_setting() throws Exception {
        Path map = Files.writeString(temp.resolve("uid_map"), "         0     100000      65536\n");
        String problem = UserIds.problem(map, 1_900_000_000).orElseThrow();
        assertTrue(problem.contains("below 65536") && problem.contains("bot.uid-base") && problem.contains("lxc.idmap"), problem);
        Files.writeString(map, "         0          0 4294967295\n");
        assertEquals(Optional.empty(), UserIds.problem(map, 1_900_000_000));
        Files.writeString(map, "0 1000 1\n1 100000 65536\n");
        assertEquals(Optional.empty(), UserIds.problem(map, 10_000));
        Files.writeString(map, "nothing\n");
        assertTrue(UserIds.problem(map, 1).orElseThrow().contains("cannot be read"));
    }
}
