package botmaker.policy;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What an operator allows a bot beside what all bots may do, each as a word of a kind and a name, such as `model:claude-haiku-4-5`. A
/// refusal names the word that would have allowed the call.
public final class Permissions {
    private static final String MODEL = "model:";
    private static final String CALL = "call:";
    private static final Set<String> KINDS = Set.of(MODEL, CALL);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}");

    private Permissions() {}

    /// Returns the word that lets a bot use a model beside its own.
    ///
    /// @param name as the provider names it
    public static String ofModel(String name) {
        return MODEL + name;
    }

    /// Returns the word that lets a bot make a call to its chat service that outlives it.
    ///
    /// @param name as `botmaker.chat` names it
    public static String ofCall(String name) {
        return CALL + name;
    }

    /// Returns the model that a word allows; empty for words of other kinds.
    public static Optional<String> model(String word) {
        return word.startsWith(MODEL) ? Optional.of(word.substring(MODEL.length())) : Optional.empty();
    }

    /// Returns whether a text is such a word. Names that a bot made up may not be.
    public static boolean isWord(String text) {
        return KINDS.stream().anyMatch(kind -> text.startsWith(kind) && NAME.matcher(text.substring(kind.length())).matches());
    }
}
