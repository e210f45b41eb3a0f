package botmaker.dialect;

import botmaker.dialect.JsonScan.Path;
import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Route.Form;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Takes out of a JSON body what the broker has to know.
final class BodyReader implements JsonScan.Visitor {
    private static final int MOST_READ = 200;
    /// The most models that one request may name.
    static final int MOST_MODELS = 32;
    /// The most characters of the bot's own in a sentence for people.
    private static final int MOST_QUOTED = 60;

    /// What servers read of the outermost object, as they spell it. Another spelling is refused: a lenient server would read it, too.
    private static final Map<String, Set<String>> SPELLINGS = Stream.of("model", "models", "stream", "stream_options", "max_tokens",
                    "max_output_tokens", "max_completion_tokens", "options", "tools", "generationConfig", "generation_config", "fallbacks",
                    "mcp_servers", "prompt", "background", "conversation", "container", "plugins", "preset", "web_search_options",
                    "search_parameters", "deferred", "speed", "requests", "generateContentRequest", "generate_content_request", "name")
            .collect(Collectors.groupingBy(JsonScan::fold, Collectors.toUnmodifiableSet()));

    /// What holds JSON of the bot's own making, in which no name has a meaning to the provider: arguments and results of tools, schemas.
    private static final Map<Form, Set<String>> FREE_FORM = Map.of(
            Form.MESSAGES, Set.of("input", "inputschema"),
            Form.RESPONSES, Set.of("parameters", "schema"),
            Form.CHAT, Set.of("parameters", "schema"),
            Form.OLLAMA, Set.of("parameters", "arguments"),
            Form.GEMINI, Set.of("args", "response", "parameters", "parametersjsonschema", "responseschema", "responsejsonschema"));

    /// The members of the outermost object that hold the conversation, where `model` is not the name of one to use.
    private static final Set<String> CONVERSATION = Set.of("messages", "input", "contents", "system", "instructions");

    /// What has a gateway use another server, key or model than the operator's. Compared with folded names.
    private static final Pattern STEERING = Pattern.compile("(api|base)(base|url|key|version|type)|userconfig|extra(headers|body|query)|headers"
            + "|customllmprovider|modellist|litellm.*credential.*|organi[sz]ation|(aws|azure|vertex).+|.+fallbacks");
    /// The plugins and tools of OpenRouter that run no model of their own.
    private static final Set<String> PLUGINS = Set.of("web", "file-parser", "response-healing", "context-compression");
    private static final Set<String> TOOLS_OF_OPENROUTER = Set.of("openrouter:web_search", "openrouter:web_fetch", "openrouter:datetime");
    private static final Pattern CHOICES = Pattern.compile("[1-9][0-9]{0,2}");
    private static final Set<String> LISTS_OF_MODELS = Set.of("models", "fallbacks");
    /// What holds an address that the provider fetches.
    private static final Set<String> FETCHED = Set.of("imageurl", "videourl", "audiourl", "fileurl", "source");

    private final byte[] body;
    private final Form form;
    private final Set<String> freeForm;
    private final List<Setting> limits;
    private final Setting usage = new Setting("stream_options", "include_usage");
    private final Setting[] settings;
    private final Attachments attachments;
    private final KeptData keptData;
    private final Set<String> models = new LinkedHashSet<>();
    private Optional<String> wayOut = Optional.empty();
    private Optional<Boolean> stream = Optional.empty();
    private Optional<String> tier = Optional.empty();
    private long choices = 1;

    /// @param limits the members that limit the output
    BodyReader(byte[] body, Form form, List<Setting> limits) {
        this.body = body;
        this.form = form;
        this.attachments = new Attachments(body);
        this.keptData = new KeptData(body, form);
        this.freeForm = FREE_FORM.getOrDefault(form, Set.of());
        this.limits = limits;
        this.settings = Stream.concat(Stream.of(usage), limits.stream()).toArray(Setting[]::new);
    }

    List<Setting> limits() {
        return limits;
    }

    Setting usage() {
        return usage;
    }

    /// Returns the models named, as they are written.
    Set<String> models() {
        return models;
    }

    /// Returns the first of what leads past the broker, in a sentence for people.
    Optional<String> wayOut() {
        return wayOut;
    }

    /// Returns what `stream` says.
    boolean streams(boolean otherwise) {
        return stream.orElse(otherwise);
    }

    /// Returns how many answers are asked for.
    long choices() {
        return choices;
    }

    /// Returns the id of the answer that it goes on from.
    Optional<String> continues() {
        return keptData.continues();
    }

    /// Returns the class of service that is asked for.
    Optional<String> tier() {
        return tier;
    }

    long estimatedInput() {
        return estimatedText() + attachments.tokens();
    }

    /// Returns how many tokens the prompt may have at most, files that the provider reads from elsewhere included.
    long mostInput() {
        return estimatedText() + attachments.most() + (wayOut.isPresent() ? Attachments.MOST_OF_A_DOCUMENT : 0);
    }

    private long estimatedText() {
        return (body.length - attachments.bytes()) / 3 + 1;
    }

    @Override
    public void name(String name, String folded) throws Refused {
        Set<String> spellings = SPELLINGS.get(folded);
        if (spellings != null && !spellings.contains(name)) {
            throw new Refused(Reason.BODY, "The request spells “" + spellings.iterator().next() + "” in a way that not all servers read.");
        }
    }

    @Override
    public void value(Path path, int start, int end) throws Refused {
        if (path.depth() == 0 || path.isInFreeForm()) {
            return;
        }
        attachments.value(path, start, end);
        keptData.value(path, start, end);
        if (path.depth() <= 2) {
            settings(path, start, end);
        }
        if (path.depth() == 1) {
            member(path.last(), start, end);
        } else if (path.depth() == 2 && path.get(0).equals("generationconfig") && path.last().equals("candidatecount")) {
            choices(start, end);
        }
        if (path.depth() <= 3 && !CONVERSATION.contains(path.get(0))) {
            model(path, start, end);
        }
        if (path.depth() == 3) {
            steering(path, start, end);
        }
        if (!path.last().equals(JsonScan.ELEMENT)) {
            wayOut(path, start, end);
        }
    }

    @Override
    public boolean isFreeForm(Path path) {
        if (path.depth() < 2 || !freeForm.contains(path.last())) {
            return false;
        }
        boolean inFunctionsOnly = (form == Form.CHAT || form == Form.OLLAMA) && path.last().equals("parameters");
        return !inFunctionsOnly || path.last(1).equals("function") || path.last(2).equals("functions");
    }

    /// Refuses a fallback to a model or server that is not read as one, and plugins that run models.
    private void steering(Path path, int start, int end) throws Refused {
        String name = path.last();
        if (path.get(0).equals("fallbacks")) {
            boolean judged = form == Form.MESSAGES ? body[start] != '[' && !STEERING.matcher(name).matches() : name.equals("model");
            refuseIf(!judged, Reason.BODY, "The request has a fallback that cannot be judged.");
        } else if (path.get(0).equals("plugins") && name.equals("id")) {
            refuseIf(body[start] != '"' || !PLUGINS.contains(read(start, end)), Reason.WAY_OUT,
                    "It uses a plugin of the provider that may run any model.");
        }
    }

    private void settings(Path path, int start, int end) throws Refused {
        boolean repeated = false;
        for (Setting setting : settings) {
            repeated |= setting.isRepeatedAt(path, start, end);
        }
        refuseIf(repeated, Reason.BODY, "The request's JSON has one name twice, so it could be read in two ways.");
    }

    private void member(String name, int start, int end) throws Refused {
        boolean set = !RawValue.isNull(body, start, end);
        switch (name) {
            case "stream" -> stream = stream(start, end);
            case "n" -> choices(start, end);
            case "servicetier" -> tier = set && body[start] == '"' ? Optional.of(read(start, end)) : Optional.empty();
            case "preset" -> refuseIf(set, Reason.MODEL, "A preset of the account, which may choose any model, may not be used.");
            case "background", "deferred" -> refuseIf(set && body[start] != 'f', Reason.WAY_OUT,
                    "It asks for an answer in the background, which outlives the request and cannot be counted.");
            case "speed" -> refuseIf(set && form == Form.MESSAGES && !read(start, end).equals("standard"), Reason.BODY,
                    "It asks for a faster answer, whose price is not known.");
            case "mcpservers" -> leads(RawValue.isFilled(body, start), "It has the provider connect to MCP servers.");
            case "models" -> refuseIf(set && body[start] != '[', Reason.BODY, "The request's “models” is not a list.");
            case "plugins" -> {
                refuseIf(set && body[start] != '[', Reason.BODY, "The request's “plugins” is not a list.");
                leads(RawValue.isFilled(body, start), "It uses plugins of the provider, which may reach the web.");
            }
            case "websearchoptions", "searchparameters" -> leads(set, "It has the provider search the web.");
            default -> refuseIf(STEERING.matcher(name).matches(), Reason.BODY,
                    "The request has a gateway use another server, key or model than its operator's.");
        }
    }

    /// Reads how many answers are asked for: each is charged.
    private void choices(int start, int end) throws Refused {
        if (RawValue.isNull(body, start, end)) {
            return;
        }
        String number = new String(body, start, end - start, StandardCharsets.ISO_8859_1);
        refuseIf(!CHOICES.matcher(number).matches(), Reason.BODY, "The number of answers that the request asks for cannot be read.");
        choices = Math.max(choices, Long.parseLong(number));
    }

    private Optional<Boolean> stream(int start, int end) throws Refused {
        boolean set = !RawValue.isNull(body, start, end);
        refuseIf(set && body[start] != 't' && body[start] != 'f', Reason.BODY, "The request's “stream” is neither true nor false.");
        return set ? Optional.of(body[start] == 't') : Optional.empty();
    }

    /// Collects models from wherever a provider reads them: `model`, `safety_model`, `models`, `fallbacks[].model`, `tools[].model`.
    private void model(Path path, int start, int end) throws Refused {
        boolean one = path.last().equals("model") || path.depth() == 1 && path.last().endsWith("model") && body[start] == '"';
        boolean element = path.depth() == 2 && path.last().equals(JsonScan.ELEMENT) && LISTS_OF_MODELS.contains(path.get(0));
        boolean alias = form == Form.OLLAMA && path.depth() == 1 && path.last().equals("name");
        if (RawValue.isNull(body, start, end) || !one && !element && !alias || element && body[start] == '{') {
            return;
        }
        refuseIf(body[start] != '"' || end - start > MOST_READ, Reason.BODY, "The request names a model by something else than a name.");
        models.add(read(start, end));
        refuseIf(models.size() > MOST_MODELS, Reason.BODY, "The request names more than " + MOST_MODELS + " models.");
    }

    private void wayOut(Path path, int start, int end) throws Refused {
        boolean string = body[start] == '"';
        switch (path.last()) {
            case "type" -> type(path, start, end, string);
            case "imageurl", "videourl", "audiourl", "fileurl", "inputaudiourl" ->
                leads(string && !read(start, end).startsWith("data:"), "It has the provider fetch a file from the web.");
            case "url" -> leads(string && FETCHED.contains(path.last(1)) && !read(start, end).startsWith("data:"),
                    "It has the provider fetch a file from the web.");
            case "filedata" -> leads(string && read(start, end).contains(":") && !read(start, end).startsWith("data:"),
                    "It has the provider fetch a file from the web.");
            case "fileuri" -> leads(string, "It has the provider read a file from elsewhere.");
            default -> {
                if (form == Form.GEMINI) {
                    toolOfGemini(path);
                }
            }
        }
    }

    private void type(Path path, int start, int end, boolean string) throws Refused {
        if (path.last(1).equals("source")) {
            String type = string ? read(start, end) : "";
            leads(type.equals("url"), "It has the provider read a file from elsewhere.");
        } else if (form != Form.GEMINI && path.last(1).equals(JsonScan.ELEMENT) && path.last(2).equals("tools")
                && !RawValue.isNull(body, start, end)) {
            String type = string ? read(start, end) : "";
            refuseIf(type.contains("image_generation") || type.startsWith("openrouter:") && !TOOLS_OF_OPENROUTER.contains(type), Reason.WAY_OUT,
                    "It uses a tool of the provider that may run any model.");
            if (!type.equals("function") && !type.equals("custom")) {
                usesTool(type);
            }
        }
    }

    /// Judges what a tool of Gemini's is by its name: all but the bot's own functions run at the provider.
    private void toolOfGemini(Path path) {
        boolean ofTool = path.last(path.last(1).equals(JsonScan.ELEMENT) ? 2 : 1).equals("tools");
        if (ofTool && !path.last().equals("functiondeclarations")) {
            usesTool(path.last());
        }
    }

    private void usesTool(String name) {
        if (wayOut.isEmpty()) {
            leads(true, "It uses the provider's own tool “" + harmless(name) + "”.");
        }
    }

    /// Returns a text of the bot's own so that it can stand in a sentence.
    private static String harmless(String text) {
        return text.substring(0, Math.min(text.length(), MOST_QUOTED)).replaceAll("[^A-Za-z0-9_.:-]", "?");
    }

    private void leads(boolean out, String words) {
        if (out && wayOut.isEmpty()) {
            wayOut = Optional.of(words);
        }
    }

    private static void refuseIf(boolean wrong, Reason reason, String words) throws Refused {
        if (wrong) {
            throw new Refused(reason, words);
        }
    }

    private String read(int start, int end) {
        return JsonScan.text(body, start, end, MOST_READ);
    }
}
