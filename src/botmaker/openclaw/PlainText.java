package botmaker.openclaw;

import java.util.regex.Pattern;

/// Makes a text that may be hostile fit to be shown: one line, of bounded length, without anything that looks like a token.
final class PlainText {
    /// How much of a text is looked at, and how much of it is shown.
    static final int MOST_READ = 2000;
    private static final int MOST_SHOWN = 300;
    /// Long runs of letters and digits: a service's error may repeat the token that it refused.
    private static final Pattern TOKEN = Pattern.compile("(?=[^\\s/]*[0-9])[A-Za-z0-9_.:~+=\\-]{28,}");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]+");

    private PlainText() {}

    static String of(String text) {
        String line = UNPRINTABLE.matcher(cut(text, MOST_READ)).replaceAll(" ").strip();
        return cut(TOKEN.matcher(line).replaceAll("…"), MOST_SHOWN);
    }

    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }
}
