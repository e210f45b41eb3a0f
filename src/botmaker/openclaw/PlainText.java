package botmaker.openclaw;

import java.util.regex.Pattern;

/// Makes a text from a bot or a service fit to be shown: one line of bounded length, without anything that looks like a token. A
/// text that may hold the bot's own secrets must be redacted first, since a cut could leave a part of a secret that is not recognized.
public final class PlainText {
    private static final int MAX_READ = 2000;
    private static final int MAX_SHOWN = 300;
    /// Long runs of letters and digits: a service's error may repeat the token that it refused.
    private static final Pattern TOKEN = Pattern.compile("(?=[^\\s/]*[0-9])[A-Za-z0-9_.:~+=\\-]{28,}");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]+");

    private PlainText() {}

    public static String of(String text) {
        String line = UNPRINTABLE.matcher(cut(text, MAX_READ)).replaceAll(" ").strip();
        return cut(TOKEN.matcher(line).replaceAll("…"), MAX_SHOWN);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }
}
