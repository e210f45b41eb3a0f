package botmaker;

import botmaker.audit.Verification;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// `audit verify [--head HASH] [--config FILE]`: whether the record of who did what is as it was written.
final class AuditCommand {
    private AuditCommand() { }

    /// Prints what the chain says of itself; it may be read while BotMaker serves.
    ///
    /// @return whether all is well
    static boolean run(List<String> options, PrintStream out) throws Settings.Wrong {
        if (options.isEmpty() || !options.getFirst().equals("verify")) {
            throw new Main.WrongUse("after audit stands verify");
        }
        List<String> rest = new ArrayList<>(options.subList(1, options.size()));
        Optional<String> head = head(rest);
        Verification found = Verification.of(Main.source(rest).load().data().resolve("botmaker.db"), head);
        out.println(found.count() + " records, head " + found.head());
        found.bad().ifPresent(seq -> out.println("FAIL  record " + seq + " does not follow from what stands before it: "
                + "a record was changed, removed or added there"));
        found.noted().ifPresent(seq -> out.println(words(seq)));
        if (found.holds()) {
            out.println("ok    every record follows from the one before it");
        }
        return found.holds();
    }

    private static String words(OptionalLong seq) {
        return seq.isPresent() ? "ok    the noted hash is that of record " + seq.getAsLong()
                : "FAIL  no sound record has the noted hash: the chain was cut off before it, or made anew";
    }

    private static Optional<String> head(List<String> options) {
        int at = options.indexOf("--head");
        if (at < 0) {
            return Optional.empty();
        }
        if (at + 1 == options.size() || !options.get(at + 1).toLowerCase(Locale.ROOT).matches("[0-9a-f]{64}")) {
            throw new Main.WrongUse("after --head stands a hash of 64 hex digits");
        }
        String head = options.get(at + 1).toLowerCase(Locale.ROOT);
        options.subList(at, at + 2).clear();
        return Optional.of(head);
    }
}
