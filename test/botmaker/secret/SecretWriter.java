package botmaker.secret;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// A process that creates the secrets of `bot1` and then replaces one; to be watched, killed, and run by other users.
final class SecretWriter {
    static final SecretName KEY = new SecretName("ai-api-key");
    static final SecretName TOKEN = new SecretName("gateway-token");

    private SecretWriter() {
    }

    /// @param arguments the store's root, uid and gid, and `delete` where that is to be done at the end
    public static void main(String[] arguments) {
        int uid = Integer.parseInt(arguments[1]);
        int gid = Integer.parseInt(arguments[2]);
        SecretStore store = new SecretStore(Path.of(arguments[0]));
        store.create("bot1", new TreeMap<>(Map.of(KEY, Secret.of("old key"), TOKEN, Secret.of("token"))), uid, gid);
        System.out.println("created");
        store.replace("bot1", KEY, Secret.of("new key"), uid, gid);
        System.out.println("replaced");
        if (arguments.length > 3) {
            store.delete("bot1");
            System.out.println("deleted");
        }
    }
}
