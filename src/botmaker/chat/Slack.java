package botmaker.chat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.dialect.Answer;
import botmaker.dialect.Credential;
import botmaker.dialect.Credentials;
import botmaker.dialect.Refused;
import botmaker.json.Json;
import botmaker.wire.HeaderFields;
import botmaker.wire.RequestHead;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Slack (https://docs.slack.dev): the token is in `Authorization: Bearer <token>`, or in the member `token` of a form. The socket and the
/// upload of a file are authorised by a URL that a call before them answered with.
final class Slack implements ChatService {
    private static final Pattern METHOD = Pattern.compile("/api/([A-Za-z0-9._]{1,80})");
    private static final Pattern OUTLIVING = Pattern.compile("auth\\.revoke|(oauth|openid|admin|tooling|apps)\\..*");
    private static final String CONNECT = "apps.connections.open";
    private static final Set<String> PASSES = Set.of(CONNECT, "files.getuploadurlexternal");
    private static final Pattern FORM = Pattern.compile("application/x-www-form-urlencoded( *;[^,]*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern MULTIPART = Pattern.compile("multipart/form-data *;[^,]*", Pattern.CASE_INSENSITIVE);
    private static final Pattern JSON = Pattern.compile("application/json( *;[^,]*)?", Pattern.CASE_INSENSITIVE);
    /// The value of each `name` in the heads of parts. Never goes back, so that it takes one pass whatever the bot sends.
    private static final Pattern PART_NAME = Pattern.compile("name\\*?\\s*+=\\s*+([^\\r\\n;]*+)", Pattern.CASE_INSENSITIVE);
    /// The most bytes of a form, and the most members: what is sent to a method fills a fraction, and files go elsewhere.
    private static final int MOST_FORM = 1024 * 1024;
    private static final int MOST_PAIRS = 500;
    private static final int MOST_NAME = 200;

    @Override
    public String id() {
        return "slack";
    }

    @Override
    public Outgoing outgoing(RequestHead head, String base, byte[] body, Tokens tokens) throws Refused {
        String host = Requests.host(head);
        if (host.startsWith("wss-")) {
            Requests.requireNone(Requests.credentials(head));
            HeaderFields fields = Requests.handshake(head);
            requirePass(head, tokens);
            return new Outgoing(head.target(), fields, body, Kind.WEB_SOCKET);
        }
        if (host.equals("files.slack.com")) {
            return file(head, body, tokens);
        }
        Form form = Form.of(head, body);
        boolean inForm = !form.tokens.isEmpty();
        HeaderFields fields = inForm && Requests.credentials(head).isEmpty() ? Requests.fields(head) : Requests.authorized(head, "Bearer", tokens);
        byte[] sent = inForm ? form.with(only(head, form), tokens) : body;
        var method = METHOD.matcher(head.path());
        String name = method.matches() ? method.group(1).toLowerCase(Locale.ROOT) : "";
        if (name.isEmpty()) {
            throw Requests.notAllowed("anything outside the API");
        }
        if (OUTLIVING.matcher(name).matches() && !name.equals(CONNECT)) {
            tokens.requireAllowed(name);
        }
        return new Outgoing(head.target(), fields, sent, PASSES.contains(name) ? Kind.PASSES : Kind.CALL);
    }

    private static Outgoing file(RequestHead head, byte[] body, Tokens tokens) throws Refused {
        if (head.path().startsWith("/upload/")) {
            Requests.requireNone(Requests.credentials(head));
            requirePass(head, tokens);
            return new Outgoing(head.target(), Requests.fields(head), body, Kind.CALL);
        }
        HeaderFields fields = Requests.authorized(head, "Bearer", tokens);
        if (!head.method().equals("GET")) {
            throw Requests.notAllowed(head.method() + " at files.slack.com");
        }
        return new Outgoing(head.target(), fields, body, Kind.CALL);
    }

    private static void requirePass(RequestHead head, Tokens tokens) throws Refused {
        if (!tokens.isPass(head.target())) {
            throw Requests.foreign("the URL, which Slack did not give to this bot");
        }
    }

    /// Returns the placeholder in a form. Slack's own client sends it in the header as well.
    private static String only(RequestHead head, Form form) throws Refused {
        String token = form.tokens.getFirst();
        if (form.tokens.size() > 1 || !Requests.credentials(head).stream().map(Credential::value).allMatch(token::equals)) {
            throw Requests.foreign("the form");
        }
        return token;
    }

    /// The body of a request as a form.
    ///
    /// @param tokens the values of members named `token`, as they are written
    private record Form(List<String> pairs, List<String> tokens) {
        static Form of(RequestHead head, byte[] body) throws Refused {
            List<String> types = head.fields().all("content-type");
            if (types.size() > 1) {
                throw new Refused(Refused.Reason.BODY, "The request has two types of body.");
            }
            String type = types.isEmpty() ? "" : types.getFirst();
            if (body.length == 0 || JSON.matcher(type).matches()) {
                return new Form(List.of(), List.of());
            }
            boolean multipart = MULTIPART.matcher(type).matches();
            if (!multipart && !FORM.matcher(type).matches()) {
                throw new Refused(Refused.Reason.BODY, "The type of the request's body is not one that Slack's methods take.");
            }
            if (body.length > MOST_FORM) {
                throw new Refused(Refused.Reason.SIZE, "A form has more than " + MOST_FORM + " bytes.");
            }
            String form = new String(body, ISO_8859_1);
            return multipart ? ofParts(form) : ofPairs(form);
        }

        private static Form ofParts(String form) throws Refused {
            if (PART_NAME.matcher(form).results().anyMatch(part -> part.group(1).toLowerCase(Locale.ROOT).contains("token"))) {
                throw Requests.foreign("a part of the form");
            }
            return new Form(List.of(), List.of());
        }

        private static Form ofPairs(String form) throws Refused {
            List<String> pairs = List.of(form.split("&", MOST_PAIRS + 1));
            if (pairs.size() > MOST_PAIRS) {
                throw new Refused(Refused.Reason.BODY, "A form has more than " + MOST_PAIRS + " members.");
            }
            List<String> tokens = new ArrayList<>();
            for (String pair : pairs) {
                if (isToken(pair)) {
                    tokens.add(pair.contains("=") ? pair.substring(pair.indexOf('=') + 1) : "");
                }
            }
            return new Form(pairs, tokens);
        }

        /// Some servers pass over white space and what else does not belong into a name.
        private static boolean isToken(String pair) throws Refused {
            try {
                String written = pair.split("=", 2)[0];
                if (written.length() > MOST_NAME) {
                    throw new IllegalArgumentException("a long name");
                }
                String name = URLDecoder.decode(written, UTF_8);
                if (name.indexOf('\0') >= 0) { // where some servers end it
                    throw new IllegalArgumentException("a name with a zero");
                }
                return Credentials.plain(name).equals("token");
            } catch (IllegalArgumentException malformed) {
                throw new Refused(Refused.Reason.BODY, "The request's form cannot be decoded.");
            }
        }

        byte[] with(String placeholder, Tokens of) throws Refused {
            String token = of.of(placeholder);
            List<String> sent = new ArrayList<>();
            for (String pair : pairs) {
                sent.add(isToken(pair) ? "token=" + token : pair);
            }
            return String.join("&", sent).getBytes(ISO_8859_1);
        }
    }

    /// A refusal has status 200, as Slack's own, unless it passes.
    @Override
    public Answer refusal(Refused refused) {
        String error = switch (refused.reason()) {
            case CREDENTIAL -> "invalid_auth";
            case ROUTE -> "not_allowed_token_type";
            case BUSY -> "ratelimited";
            default -> "service_unavailable";
        };
        return Requests.refusal(refused, refused.retryAfter().isPresent() ? refused.reason().status() : 200, Json.object().put("ok", false)
                .put("error", error).put("botmaker", "BotMaker: " + refused.getMessage()).build());
    }
}
