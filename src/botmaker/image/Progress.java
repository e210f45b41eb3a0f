package botmaker.image;

import botmaker.json.Json;
import botmaker.json.JsonValue;

/// How far the work is.
///
/// @param step    what is done now, in words
/// @param detail  the newest line of the engine's; may be empty
/// @param current of `total`: bytes of a fetch, steps of a build
/// @param total   0 while it is not known
record Progress(String step, String detail, long current, long total) {
    private static final int LONGEST = 500;

    /// Names and passwords in URLs, as those of proxies have.
    private static final String CREDENTIALS = "://[^/@\\s]+@";

    Progress {
        detail = printable(detail);
    }

    /// A line of a build's output, without what it might do to whoever shows it, and without what is nobody's business.
    private static String printable(String line) {
        String clean = line.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").replaceAll("\\p{Cntrl}", " ")
                .replaceAll(CREDENTIALS, "://").strip();
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "…";
    }

    JsonValue toJson() {
        return Json.object()
                .put("step", step)
                .put("detail", detail)
                .put("current", current)
                .put("total", total)
                .build();
    }
}
