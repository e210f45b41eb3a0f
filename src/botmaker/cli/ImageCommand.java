package botmaker.cli;

import botmaker.cli.Arguments.WrongUse;
import botmaker.config.Settings;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.image.ImageSupply;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Set;

/// `image build | fresh | current | name [--config FILE]`: builds or pulls the image that bots run.
final class ImageCommand {
    static final Arguments.Form FORM = new Arguments.Form("build, fresh, current or name", Set.of(), Set.of(Arguments.CONFIG));

    private ImageCommand() { }

    /// @return whether the image exists and is current
    static boolean run(Arguments arguments, PrintStream out) throws IOException, Settings.Wrong {
        String action = arguments.operand().orElseThrow();
        if (!Set.of("build", "fresh", "current", "name").contains(action)) {
            throw new WrongUse("image takes build, fresh, current or name, not \"" + action + "\"");
        }
        Settings settings = arguments.settings();
        if (action.equals("name")) {
            out.println(settings.image());
            return true;
        }
        try (ImageSupply supply = new ImageSupply(
                new Engine(settings.dockerSocket()), settings.image(), settings.buildContext(), System.getenv())) {
            return switch (action) {
                case "current" -> supply.isCurrent();
                case "build" -> supply.isCurrent() ? print(out, settings.image() + " exists and is current") : get(supply, settings, out);
                default -> get(supply, settings, out);
            };
        } catch (EngineException e) {
            throw new Failure.Conflict("The Docker Engine refused: " + e.getMessage());
        }
    }

    private static boolean get(ImageSupply supply, Settings settings, PrintStream out) throws IOException {
        long start = System.nanoTime();
        supply.get(out::println);
        return print(out, settings.image() + " is ready after " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
    }

    private static boolean print(PrintStream out, String line) {
        out.println(line);
        return true;
    }
}
