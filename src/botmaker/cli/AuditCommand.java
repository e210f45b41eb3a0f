package botmaker.cli;

import botmaker.audit.Verification;
import botmaker.bot.model.Schema;
import botmaker.cli.Arguments.WrongUse;
import botmaker.config.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// `audit verify [--head HASH] [--config FILE]`: verifies the hash chain of the audit log.
final class AuditCommand {
    private static final String HEAD = "--head";
    static final Arguments.Form FORM = new Arguments.Form("the word verify", Set.of(), Set.of(HEAD, Arguments.CONFIG));

    private AuditCommand() { }

    /// Prints the result, also while BotMaker serves.
    ///
    /// @return whether the chain is intact
    static boolean run(Arguments arguments, PrintStream out) throws IOException, Settings.Wrong {
        if (!arguments.operand().equals(Optional.of("verify"))) {
            throw new WrongUse("usage: botmaker audit verify [--head HASH]");
        }
        Optional<String> head = arguments.value(HEAD).map(AuditCommand::hash);
        Verification found = Verification.of(arguments.settings().data().resolve("botmaker.db"), Schema.MIGRATIONS.size(), head);
        out.println(found.count() + " records, head " + found.head());
        found.bad().ifPresent(seq -> out.println("FAIL  record " + seq + " does not follow from the records before it: "
                + "a record was changed, removed or added there"));
        found.noted().ifPresent(seq -> out.println(words(seq)));
        if (found.holds()) {
            out.println("ok    every record follows from the one before it");
        }
        return found.holds();
    }

    private static String words(OptionalLong seq) {
        return seq.isPresent() ? "ok    the noted hash is that of record " + seq.getAsLong()
                : "FAIL  no valid record has the noted hash: the chain was truncated before it, or rewritten";
    }

    private static String hash(String text) {
        String hash = text.toLowerCase(Locale.ROOT);
        if (!hash.matches("[0-9a-f]{64}")) {
            throw new WrongUse("--head must be followed by a hash of 64 hex digits");
        }
        return hash;
    }
}
