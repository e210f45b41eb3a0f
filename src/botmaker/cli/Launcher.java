package botmaker.cli;

import java.lang.reflect.InvocationTargetException;

/**
 * Where the jar starts. It is compiled for Java 8, the only class that is, so that an older Java prints one line that
 * says what is needed, and not a stack trace about class file versions.
 */
public final class Launcher {
    private static final int NEEDED = 25;

    private Launcher() { }

    public static void main(String[] arguments) throws Throwable {
        String version = System.getProperty("java.specification.version");
        if (feature(version) < NEEDED) {
            System.err.println("BotMaker needs Java " + NEEDED + " or newer; this is Java " + version
                    + " (" + System.getProperty("java.home") + ")");
            System.exit(1);
        }
        try {
            Class.forName("botmaker.cli.Main").getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The number that names a Java release: 8 of "1.8", 25 of "25". */
    private static int feature(String specification) {
        return Integer.parseInt(specification.startsWith("1.") ? specification.substring(2) : specification);
    }
}
