package botmaker.dialect;

import botmaker.dialect.JsonScan.Path;
import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Route.Form;
import java.util.Locale;
import java.util.Optional;

/// Refuses a request that refers by an id to what the provider keeps for the account: files, conversations, prompts, skills, caches,
/// containers. Bots that share a key share the account, so with such an id a bot could read what another has there. OpenClaw needs none of
/// them but that of its last answer, which the caller compares with those that the bot was given.
final class KeptData {
    /// More than an id has that the caller knows, so that none is cut to one that it does.
    private static final int MOST_READ = 1000;
    private static final String PART = "a part of a conversation";

    private final byte[] body;
    private final Form form;
    private Optional<String> continues = Optional.empty();
    private boolean hasId; // of the element of `input` that is being read, as the following
    private boolean hasKind;

    KeptData(byte[] body, Form form) {
        this.body = body;
        this.form = form;
    }

    /// Returns the id of the answer that the request goes on from.
    Optional<String> continues() {
        return continues;
    }

    /// Is shown each value of the body that is not of the bot's own making, an object after what is in it.
    void value(Path path, int start, int end) throws Refused {
        if (path.depth() == 1) {
            member(path.last(), start, end);
        } else if (form == Form.RESPONSES && path.get(0).equals("input")) {
            item(path, start, end);
        }
        boolean text = body[start] == '"';
        switch (path.last()) {
            case "fileid" -> refuseIf(text, "a file");
            case "fileids" -> refuseIf(RawValue.isFilled(body, start), "files");
            case "vectorstoreids", "collectionids", "filesearchstorenames" -> refuseIf(RawValue.isFilled(body, start), "a collection of files");
            case "fileuri" -> refuseIf(text && isOfAccount(read(start, end)), "a file");
            case "type" -> refuseIf(path.last(1).equals("source") && read(start, end).equals("file"), "a file");
            case "container" -> refuseIf(text && path.get(0).equals("tools"), "a container");
            case "containerid" -> refuseIf(text, "a container");
            case "skillid" -> refuseIf(text, "a skill");
            case "cachedcontent" -> refuseIf(!RawValue.isNull(body, start, end), "a cache"); // gateways pass it on to Gemini
            case "id" -> refuseIf(text && form == Form.CHAT && path.last(1).equals("audio"), "a recording");
            default -> { }
        }
    }

    private void member(String name, int start, int end) throws Refused {
        if (RawValue.isNull(body, start, end)) {
            return;
        }
        switch (name) {
            case "previousresponseid" -> {
                if (body[start] != '"') {
                    throw new Refused(Reason.BODY, "The request's “previous_response_id” is not a text.");
                }
                continues = Optional.of(read(start, end));
            }
            case "conversation" -> refuseIf(form == Form.RESPONSES, "a conversation");
            case "prompt" -> refuseIf(form == Form.RESPONSES, "a prompt");
            case "container" -> refuseIf(form == Form.MESSAGES, "a container");
            default -> { }
        }
    }

    /// Refuses an item that is nothing but the id of another one; its type may be left out.
    private void item(Path path, int start, int end) throws Refused {
        if (path.depth() == 2) {
            refuseIf(hasId && !hasKind, PART);
            hasId = false;
            hasKind = false;
        } else if (path.depth() == 3 && !RawValue.isNull(body, start, end)) {
            switch (path.last()) {
                case "id" -> hasId = true;
                case "role" -> hasKind = true;
                case "type" -> {
                    refuseIf(read(start, end).equals("item_reference"), PART);
                    hasKind = true;
                }
                default -> { }
            }
        }
    }

    /// Returns whether an address is of Google's store of files, and not of the web.
    private static boolean isOfAccount(String address) {
        String folded = address.toLowerCase(Locale.ROOT);
        return !folded.startsWith("http") || folded.contains("googleapis");
    }

    private static void refuseIf(boolean refers, String what) throws Refused {
        if (refers) {
            throw new Refused(Reason.KEPT, "It uses " + what + " that the provider keeps for every bot with this key.");
        }
    }

    private String read(int start, int end) {
        return JsonScan.text(body, start, end, MOST_READ);
    }
}
