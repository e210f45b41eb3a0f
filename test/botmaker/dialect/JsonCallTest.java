package botmaker.dialect;

import static botmaker.dialect.Bodies.read;
import static botmaker.dialect.Bodies.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Refused.Reason;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonObject;
import botmaker.wire.HeaderFields;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read out of a request's body, and what is changed in it.
class JsonCallTest {
    private static final String MESSAGES = "/v1/messages";
    private static final String GEMINI = "/v1beta/models/gemini-3.7-flash:streamGenerateContent";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | {'model':'claude-sonnet-5','messages':[{'role':'user','content':'x','model':'not-one'}]} | claude-sonnet-5",
        "anthropic | /v1/messages | {'m\\u006fdel':'claude-sonnet-5'} | claude-sonnet-5",
        "anthropic | /v1/messages | {'model':'a','fallbacks':'default'} | a",
        "anthropic | /v1/messages | {'model':'a','fallbacks':[{'model':'b','max_tokens':5},{'model':'c'}]} | a b c",
        "anthropic | /v1/messages | {'model':'a','fallbacks':['b']} | a b",
        "anthropic | /v1/messages | {'model':'a','tools':[{'type':'advisor_20260301','model':'b'}]} | a b",
        "anthropic | /v1/messages | {'model':'a','tools':[{'name':'t','input_schema':{'properties':{'model':{'type':'string'}}}}]} | a",
        "openai | /responses | {'model':'gpt-6-sol','input':[{'type':'message','model':'x'}]} | gpt-6-sol",
        "openai | /embeddings | {'input':'x','model':'text-embedding-3-small'} | text-embedding-3-small",
        "openrouter | /chat/completions | {'model':'openrouter/auto'} | auto",
        "openrouter | /chat/completions | {'models':['a/b','openrouter/auto'],'model':'c/d','route':'fallback'} | a/b auto c/d",
        "openrouter | /chat/completions | {'model':'a','plugins':[{'id':'web','model':'b'}]} | a b",
        "openrouter | /chat/completions | {'model':'a','tools':[{'type':'function','function':{'parameters':{'model':7}}}]} | a",
        "together | /chat/completions | {'model':'a','safety_model':'b'} | a b",
        "google | /v1beta/models/gemini-3.7-flash:generateContent | {} | gemini-3.7-flash",
        "google | /v1beta/models/e:batchEmbedContents | {'requests':[{'model':'models/e'},{'model':'models/f'}]} | e f",
        "google | /v1beta/models/m:countTokens | {'generateContentRequest':{'model':'models/n'}} | m n",
        "ollama | /api/show | {'name':'gemma4'} | gemma4",
        "ollama | /api/show | {'model':'a','name':'b'} | a b",
        "ollama | /api/chat | {'model':'gemma4','messages':[]} | gemma4",
    })
    void every_model_that_is_named_is_found(String dialect, String path, String body, String models) throws Refused {
        assertEquals(List.of(models.split(" ")), read(dialect, path, body.replace('\'', '"')).models());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | {} | MODEL",
        "anthropic | /v1/messages | {'model':null} | MODEL",
        "anthropic | /v1/messages | {'model':7} | BODY",
        "anthropic | /v1/messages | {'model':['a']} | BODY",
        "anthropic | /v1/messages | {'Model':'a'} | BODY",
        "anthropic | /v1/messages | {'MODEL':'a','model':'b'} | BODY",
        "anthropic | /v1/messages | {'model':'a','max_tokens':5,'MaxTokens':500} | BODY",
        "anthropic | /v1/messages | {'model':'a','Tools':[]} | BODY",
        "anthropic | /v1/messages | {'model':'a','stream':'true'} | BODY",
        "anthropic | /v1/messages | {'model':'a','stream':1} | BODY",
        "openai | /chat/completions | {'messages':[]} | MODEL",
        "openai | /chat/completions | {'model':'a','stream':true,'stream_options':{'include_usage':true,'include_usage':false}} | BODY",
        "openrouter | /chat/completions | {'models':'a'} | BODY",
        "openrouter | /chat/completions | {'models':[7],'model':'a'} | BODY",
        "openrouter | /chat/completions | {'model':'a','preset':'mine'} | MODEL",
        "openai | /chat/completions | {'model':'a','api_base':'https://x'} | BODY",
        "openai | /chat/completions | {'model':'a','base_url':'https://x'} | BODY",
        "openai | /chat/completions | {'model':'a','api_key':'k'} | BODY",
        "openai | /chat/completions | {'model':'a','Api_Key':'k'} | BODY",
        "openai | /chat/completions | {'model':'a','user_config':{'model_list':[]}} | BODY",
        "openai | /chat/completions | {'model':'a','extra_headers':{'x':'y'}} | BODY",
        "openai | /chat/completions | {'model':'a','custom_llm_provider':'x'} | BODY",
        "openai | /chat/completions | {'model':'a','context_window_fallbacks':[{'a':['b']}]} | BODY",
        "openai | /chat/completions | {'model':'a','fallbacks':[{'a':['b']}]} | BODY",
        "openai | /chat/completions | {'model':'a','fallbacks':[{'model':'a','api_base':'https://x'}]} | BODY",
        "anthropic | /v1/messages | {'model':'a','fallbacks':[{'a':['b']}]} | BODY",
        "anthropic | /v1/messages | {'model':'a','fallbacks':[{'model':'a','api_base':'https://x'}]} | BODY",
        "openrouter | /chat/completions | {'model':'a','plugins':[{'id':'fusion','analysis_models':['b']}]} | WAY_OUT",
        "openrouter | /chat/completions | {'model':'a','plugins':[{'id':'web','id':'fusion'}]} | WAY_OUT",
        "openrouter | /chat/completions | {'model':'a','plugins':{'id':'fusion'}} | BODY",
        "openrouter | /chat/completions | {'model':'a','tools':[{'parameters':{'model':'b'},'type':'openrouter:image_generation'}]} | WAY_OUT",
        "openai | /responses | {'model':'a','tools':[{'type':'image_generation'}]} | WAY_OUT",
        "google | /v1beta/models/m:generateContent | {'generationConfig':{'maxOutputTokens':5,'max_output_tokens':500}} | BODY",
        "google | /v1beta/models/m:generateContent | {'generationConfig':{},'generation_config':{}} | BODY",
        "ollama | /api/chat | {'options':{'num_predict':5,'num_predict':-1},'model':'a'} | BODY",
        "openai | /responses | {'model':'a','background':true} | WAY_OUT",
        "openai | /responses | {'model':'a','background':1} | WAY_OUT",
        "xai | /chat/completions | {'model':'a','deferred':true} | WAY_OUT",
        "xai | /chat/completions | {'model':'a','Deferred':true} | BODY",
        "anthropic | /v1/messages | {'model':'a','speed':'fast'} | BODY",
    })
    void what_names_no_model_or_could_be_read_in_two_ways_is_refused(String dialect, String path, String body, Reason reason) {
        assertEquals(reason, assertThrows(Refused.class, () -> read(dialect, path, body.replace('\'', '"'))).reason());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | {'tools':[{'name':'t','input_schema':{}},{'type':'custom','name':'t'}]}",
        "anthropic | /v1/messages | {'messages':[{'role':'user','content':[{'type':'image','source':{'type':'base64','data':'AA'}}]}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'type':'tool_use','input':{'source':{'type':'url','url':'http://x'}}}]}]}",
        "anthropic | /v1/messages | {'mcp_servers':[],'container':null,'tools':[{'type':'custom','input_schema':{'type':'web_search'}}]}",
        "anthropic | /v1/messages | {'tools':[{'name':'t','cache_control':{'type':'ephemeral'}}],'tool_choice':{'type':'auto'}}",
        "openai | /responses | {'tools':[{'type':'function','name':'web_search','parameters':{'properties':{'image_url':{'type':'string'}}}}]}",
        "openai | /responses | {'input':[{'content':[{'type':'input_image','image_url':'data:image/png;base64,AA'}]}],'background':false}",
        "openai | /responses | {'input':[{'content':[{'type':'output_text','annotations':[{'type':'url_citation','url':'https://x'}]}]}]}",
        "openai | /responses | {'prompt':null,'conversation':null,'context_management':[{'type':'compaction'}],'store':false}",
        "openai | /responses | {'input':[{'content':[{'type':'input_file','file_data':'data:application/pdf;base64,AA'}]}]}",
        "openai | /chat/completions | {'messages':[{'content':[{'type':'image_url','image_url':{'url':'data:image/png;base64,AA'}}]}]}",
        "openai | /chat/completions | {'messages':[{'content':'see https://x'}],'plugins':[]}",
        "google | /v1beta/models/m:generateContent | {'tools':[{'functionDeclarations':[{'name':'f','parameters':{'properties':{'url':{}}}}]}]}",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'inlineData':{'data':'AA'}},{'functionCall':{'args':{'fileUri':'x'}}}]}]}",
        "ollama | /api/chat | {'messages':[{'content':'x','images':['AA']}],'tools':[{'type':'function','function':{'parameters':{}}}]}",
    })
    void what_the_bot_does_itself_is_no_way_out(String dialect, String path, String body) throws Refused {
        assertEquals(Optional.empty(), read(dialect, path, "{\"model\":\"m\"," + body.replace('\'', '"').substring(1)).wayOut());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | {'tools':[{'type':'web_search_20260318','name':'web_search'}]}",
        "anthropic | /v1/messages | {'tools':[{'name':'t'},{'type':'web_fetch_20250910'}]}",
        "anthropic | /v1/messages | {'tools':[{'ty\\u0070e':'code_execution_20250825'}]}",
        "anthropic | /v1/messages | {'tools':[{'type':'custom','type':'web_fetch_20250910'}]}",
        "anthropic | /v1/messages | {'tools':[{'type':['web_fetch_20250910']}]}",
        "anthropic | /v1/messages | {'mcp_servers':[{'type':'url','url':'https://x'}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'type':'image','source':{'type':'url','url':'https://x'}}]}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'type':'tool_result','content':[{'source':{'url':'https://x'}}]}]}]}",
        "anthropic | /v1/messages/count_tokens | {'messages':[{'content':[{'type':'image','source':{'type':'url','url':'https://x'}}]}]}",
        "openai | /responses | {'tools':[{'type':'web_search'}]}",
        "openai | /responses | {'tools':[{'type':'mcp','server_url':'https://x'}]}",
        "openai | /responses | {'tools':[{'type':'code_interpreter','container':{'type':'auto'}}]}",
        "openai | /responses | {'input':[{'content':[{'type':'input_image','image_url':'https://x'}]}]}",
        "openai | /responses | {'input':[{'content':[{'type':'input_image','image_url':'\\u0068ttps://x'}]}]}",
        "openai | /responses | {'input':[{'content':[{'type':'input_image','image_url':' https://x'}]}]}",
        "openai | /responses | {'input':[{'content':[{'type':'input_file','file_url':'https://x'}]}]}",
        "openai | /responses/compact | {'input':[{'content':[{'type':'input_image','image_url':'https://x'}]}]}",
        "openai | /chat/completions | {'messages':[{'content':[{'type':'image_url','image_url':{'url':'https://x'}}]}]}",
        "openai | /chat/completions | {'messages':[{'content':[{'type':'image_url','image_url':{'URL':'https://x'}}]}]}",
        "openai | /chat/completions | {'messages':[{'content':[{'type':'image_url','imageUrl':{'url':'ftp://x'}}]}]}",
        "openai | /chat/completions | {'web_search_options':{}}",
        "openrouter | /chat/completions | {'plugins':[{'id':'web'}]}",
        "openrouter | /chat/completions | {'messages':[{'content':[{'type':'file','file':{'file_data':'https://x/a.pdf'}}]}]}",
        "openrouter | /chat/completions | {'messages':[{'content':[{'type':'video_url','video_url':{'url':'https://x'}}]}]}",
        "xai | /chat/completions | {'search_parameters':{'mode':'auto'}}",
        "xai | /responses | {'tools':[{'type':'x_search'}]}",
        "google | /v1beta/models/m:generateContent | {'tools':[{'googleSearch':{}}]}",
        "google | /v1beta/models/m:generateContent | {'tools':[{'google_search':{}}]}",
        "google | /v1beta/models/m:generateContent | {'tools':[{'functionDeclarations':[]},{'url_context':{}}]}",
        "google | /v1beta/models/m:generateContent | {'tools':{'urlContext':{}}}",
        "google | /v1beta/models/m:generateContent | {'tools':[{'codeExecution':{}}]}",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'fileData':{'fileUri':'https://youtu.be/x'}}]}]}",
        "google | /v1beta/models/m:generateContent | {'systemInstruction':{'parts':[{'fileData':{'fileUri':'https://x'}}]}}",
        "ollama | /api/chat | {'tools':[{'type':'web_search'}]}",
    })
    void what_the_provider_would_do_is_a_way_out(String dialect, String path, String body) throws Refused {
        Optional<String> found = read(dialect, path, "{\"model\":\"m\"," + body.replace('\'', '"').substring(1)).wayOut();
        assertFalse(found.isEmpty());
        assertTrue(found.stream().allMatch(it -> it.matches("It [a-z].*\\.")), found.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | {'model':'m','stream':true} | true",
        "anthropic | /v1/messages | {'model':'m','stream':null} | false",
        "openai | /chat/completions | {'model':'m'} | false",
        "ollama | /api/chat | {'model':'m'} | true",
        "ollama | /api/chat | {'model':'m','stream':false} | false",
        "ollama | /api/embed | {'model':'m'} | false",
        "google | /v1beta/models/m:streamGenerateContent | {} | true",
        "google | /v1beta/models/m:generateContent | {'stream':true} | false",
    })
    void whether_the_answer_comes_in_pieces(String dialect, String path, String body, boolean streams) throws Refused {
        assertEquals(streams, read(dialect, path, body.replace('\'', '"')).streams());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "openai | {'model':'m','stream':true} | {'stream_options':{'include_usage':true},'model':'m','stream':true}",
        "openai | {  'stream' : true,'model':'m'} | {'stream_options':{'include_usage':true},  'stream' : true,'model':'m'}",
        "nvidia | {'model':'m','stream':true,'stream_options':{}} | {'model':'m','stream':true,'stream_options':{'include_usage':true}}",
        "xai | {'model':'m','stream':true,'stream_options':null} | {'model':'m','stream':true,'stream_options':{'include_usage':true}}",
        "together | {'model':'m','stream':true,'stream_options':{ 'x':1}} | {'model':'m','stream':true,'stream_options':{'include_usage':true, 'x':1}}",
        "openai | {'model':'m','stream':true,'stream_options':{'include_usage':false}} | {'model':'m','stream':true,'stream_options':{'include_usage':true}}",
        "openai-compatible | {'model':'m','stream':true,'stream_options':{'include_usage' : 1 }} | {'model':'m','stream':true,'stream_options':{'include_usage' : true }}",
    })
    void a_stream_is_made_to_tell_its_usage(String dialect, String body, String sent) throws Refused {
        Call call = read(dialect, "/chat/completions", body.replace('\'', '"'));
        assertEquals(sent.replace('\'', '"'), text(call.body()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "openai | /chat/completions | {'model':'m'}",
        "openai | /chat/completions | {'model':'m','stream':false}",
        "openai | /chat/completions | {'stream_options':{'include_usage': true},'model':'m','stream':true}",
        "openrouter | /chat/completions | {'model':'m','stream':true}",
        "openai | /responses | {'model':'m','stream':true}",
        "anthropic | /v1/messages | {'model':'m','stream':true}",
        "google | /v1beta/models/m:streamGenerateContent | {}",
        "ollama | /api/chat | {'model':'m','stream':true}",
    })
    void any_other_body_is_not_even_copied(String dialect, String path, String body) throws Refused {
        byte[] bytes = body.replace('\'', '"').getBytes(UTF_8);
        assertSame(bytes, read(dialect, path, bytes).body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | {'model':'m','max_tokens':8000} | 8000 | {'model':'m','max_tokens':300}",
        "anthropic | /v1/messages | {'model':'m','max_tokens':300} | 300 | {'model':'m','max_tokens':300}",
        "anthropic | /v1/messages | {'model':'m','max_tokens': 5 } | 5 | {'model':'m','max_tokens': 5 }",
        "openai | /responses | {'model':'m'} | | {'max_output_tokens':300,'model':'m'}",
        "openai | /responses | {'model':'m','max_output_tokens':null} | | {'model':'m','max_output_tokens':300}",
        "openai | /chat/completions | {'model':'m'} | | {'max_completion_tokens':300,'model':'m'}",
        "openai | /chat/completions | {'model':'m','max_tokens':9e3} | | {'model':'m','max_tokens':300}",
        "together | /chat/completions | {'model':'m'} | | {'max_tokens':300,'model':'m'}",
        "together | /chat/completions | {'max_tokens':100,'max_completion_tokens':9000,'model':'m'} | 9000 | {'max_tokens':100,'max_completion_tokens':300,'model':'m'}",
        "google | /v1beta/models/m:generateContent | {} | | {'generationConfig':{'maxOutputTokens':300}}",
        "google | /v1beta/models/m:generateContent | {'generationConfig':{'topP':1}} | | {'generationConfig':{'maxOutputTokens':300,'topP':1}}",
        "google | /v1beta/models/m:generateContent | {'generation_config':{'max_output_tokens':900}} | 900 | {'generation_config':{'max_output_tokens':300}}",
        "ollama | /api/chat | {'model':'m','options':{'num_predict':-1}} | | {'model':'m','options':{'num_predict':300}}",
        "ollama | /api/chat | {'model':'m','options':{}} | | {'model':'m','options':{'num_predict':300}}",
        "ollama | /api/chat | {'model':'m'} | | {'options':{'num_predict':300},'model':'m'}",
        "openai | /embeddings | {'model':'m'} | | {'model':'m'}",
    })
    void the_output_limit_is_lowered_and_never_raised(String dialect, String path, String body, Long limit, String sent) throws Refused {
        Call call = read(dialect, path, body.replace('\'', '"'));
        assertEquals(limit == null ? OptionalLong.empty() : OptionalLong.of(limit), call.outputLimit());
        assertEquals(sent.replace('\'', '"'), text(call.body(300)));
    }

    @Test
    void both_edits_go_together() throws Refused {
        Call call = read("together", "/chat/completions", "{\"model\":\"m\",\"stream\":true,\"max_tokens\":9000}");
        assertEquals("{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true,\"max_tokens\":300}", text(call.body(300)));
        Call bare = read("together", "/chat/completions", "{\"model\":\"m\",\"stream\":true}");
        JsonValue sent = JsonValue.parse(bare.body(300));
        assertEquals(300, sent.get("max_tokens").integer());
        assertTrue(sent.get("stream_options").get("include_usage").bool());
    }

    /// Bodies at random, spaced and escaped at random: an edit is what the parser says it should be, and no other byte changes.
    @Test
    void an_edit_changes_one_member_and_nothing_else() throws Refused {
        Random random = new Random(8);
        for (int round = 0; round < 3000; round++) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            JsonObject noise = Bodies.object(random, 4);
            noise.members().forEach((name, value) -> {
                members.put(name, value);
                if (random.nextBoolean()) {
                    members.put("max_tokens", Json.of(random.nextInt(1, 1000)));
                }
            });
            members.put("model", Json.of("m"));
            members.put("stream", Json.of(true));
            members.put("stream_options", random.nextBoolean() ? Json.NULL : Bodies.object(random, 2));
            JsonObject asked = new JsonObject(members);
            byte[] body = Bodies.written(asked, random).getBytes(UTF_8);
            Call call = read("together", "/chat/completions", body);
            byte[] sent = call.body(300);

            Map<String, JsonValue> expected = new LinkedHashMap<>(members);
            Map<String, JsonValue> options = new LinkedHashMap<>();
            if (members.get("stream_options") instanceof JsonObject object) {
                options.putAll(object.members());
            }
            options.put("include_usage", Json.of(true));
            expected.put("stream_options", new JsonObject(options));
            expected.put("max_tokens", Json.of(members.containsKey("max_tokens") ? Math.min(300, members.get("max_tokens").integer()) : 300));
            assertEquals(new JsonObject(expected), JsonValue.parse(sent), () -> text(body));
            assertOneEdit(body, call.body());
            assertOneEdit(call.body(), sent);
        }
    }

    /// One edit leaves all bytes before it and behind it.
    private static void assertOneEdit(byte[] before, byte[] after) {
        int shorter = Math.min(before.length, after.length);
        int start = Math.max(0, Arrays.mismatch(before, after));
        int end = 0;
        while (end < shorter - start && before[before.length - 1 - end] == after[after.length - 1 - end]) {
            end++;
        }
        assertTrue(Math.abs(after.length - before.length) <= "\"stream_options\":{\"include_usage\":true},".length());
        assertTrue(shorter - start - end <= "1000".length(), () -> text(before) + "\n" + text(after));
    }

    @Test
    void the_estimate_of_the_prompt_counts_text_by_its_bytes_and_a_picture_as_one() throws Refused {
        Call words = read("openai", "/chat/completions", "{\"model\":\"m\",\"messages\":[{\"content\":\"" + "some words ".repeat(3000) + "\"}]}");
        assertEquals(11_000, words.estimatedInput(), 50);
        String picture = "iVBORw0KGgo".repeat(100_000);
        Call data = read("openai", "/chat/completions",
                "{\"model\":\"m\",\"messages\":[{\"content\":[{\"image_url\":{\"url\":\"data:image/png;base64," + picture + "\"}}]}]}");
        assertEquals(1600, data.estimatedInput(), 50);
        Call bare = read("anthropic", MESSAGES, "{\"model\":\"m\",\"messages\":[{\"content\":[{\"source\":{\"data\":\"" + picture
                + "\",\"media_type\":\"image/png\"}}]}]}");
        assertEquals(1600, bare.estimatedInput(), 50);
        Call document = read("openai", "/responses", "{\"model\":\"m\",\"input\":[{\"file_data\":\"data:application/pdf;base64," + picture + "\"}]}");
        assertEquals(110_000, document.estimatedInput(), 50);
        Call text = read("anthropic", MESSAGES,
                "{\"model\":\"m\",\"messages\":[{\"content\":[{\"source\":{\"type\":\"text\",\"data\":\"" + "so, it is. ".repeat(3000) + "\"}}]}]}");
        assertEquals(11_000, text.estimatedInput(), 50);
    }

    /// A bot that leaves before the provider tells what the prompt had is charged with this. A document of a few hundred bytes can have a
    /// thousand pages, and an encrypted thought is as long as it looks.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "openai | /responses | {'input':[{'file_data':'data:application/pdf;base64,JVBE'}]} | 258000",
        "openai | /responses | {'input':[{'file_data':'data:image/png;base64,JVBE'}]} | 258000",
        "openai | /responses | {'input':[{'content':[{'type':'input_file','file_url':'https://x.test/a.pdf'}]}]} | 258000",
        "openai | /responses | {'input':[{'encrypted_content':'LONG'}]} | 10000",
        "openai | /chat/completions | {'messages':[{'content':[{'input_audio':{'data':'AAAA','format':'mp3'}}]}]} | 1000000",
        "openai | /chat/completions | {'messages':[{'content':[{'image_url':{'url':'data:image/png;base64,LONG'}}]}]} | 1600",
        "anthropic | /v1/messages | {'messages':[{'content':[{'source':{'media_type':'application/pdf','data':'JVBE'}}]}]} | 258000",
        "anthropic | /v1/messages | {'messages':[{'content':[{'source':{'data':'JVBE','media_type':'application/pdf'}},{'source':{'type':'base64','media_type':'application/pdf','data':'LONG'}}]}]} | 516000",
        "anthropic | /v1/messages | {'messages':[{'content':[{'type':'redacted_thinking','data':'LONG'}]}]} | 10000",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'inlineData':{'mimeType':'video/mp4','data':'AAAA'}},{'inlineData':{'mimeType':'audio/ogg','data':'AAAA'}}]}]} | 1000000",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'inlineData':{'mimeType':'application/pdf; x','data':'AAAA'}}]}]} | 258000",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'text':'so'}]}]} | 0",
    })
    void what_the_provider_does_not_tell_of_a_prompt_is_taken_as_the_most_that_it_may_have(String dialect, String path, String body, long most)
            throws Refused {
        Call call = read(dialect, path, "{\"model\":\"m\"," + body.substring(1).replace('\'', '"').replace("LONG", "abcd".repeat(25_000)));
        assertEquals(most, call.meter(0).usage().tokens().input(), 100);
        assertEquals(most + 5000, call.meter(5000).usage().tokens().input(), 100);
    }

    /// Such a text was counted as a picture, so that it was reserved 1,600 tokens of a budget and cost 300,000.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | {'messages':[{'content':'LONG'}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'type':'text','text':'LONG'}]}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'type':'text','text':'data:image/png;base64,LONG'}]}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'source':{'type':'text','media_type':'text/plain','data':'LONG'}}]}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'source':{'media_type':'image/png','data':'LONG','media_type':'text/plain'}}]}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'source':{'data':'LONG','content':[{'source':{'media_type':'image/png'}}]}}]}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'input':{'source':{'media_type':'image/png','data':'LONG'}}}]}]}",
        "openai | /chat/completions | {'messages':[{'content':'LONG'}]}",
        "openai | /responses | {'input':'LONG'}",
        "openai | /responses | {'input':[{'file_data':'data:text/plain;base64,LONG'}]}",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'inlineData':{'mimeType':'text/plain','data':'LONG'}}]}]}",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'functionCall':{'args':{'inlineData':{'mimeType':'image/png','data':'LONG'}}}}]}]}",
        "ollama | /api/chat | {'messages':[{'content':'LONG'}]}",
    })
    void a_text_that_looks_like_a_picture_is_counted_as_text(String dialect, String path, String body) throws Refused {
        Call call = read(dialect, path, "{\"model\":\"m\"," + body.substring(1).replace('\'', '"').replace("LONG", "abcd".repeat(25_000)));
        assertTrue(call.estimatedInput() > 33_000, () -> call.estimatedInput() + " tokens");
    }

    @Test
    void of_two_numbers_of_answers_the_larger_counts() throws Refused {
        assertEquals(8, read("google", "/v1beta/models/m:generateContent", "{\"generationConfig\":{\"candidateCount\":8,\"candidateCount\":1}}").choices());
    }

    @Test
    void a_refusal_of_a_body_repeats_nothing_of_it() {
        Refused refused = assertThrows(Refused.class, () -> read("anthropic", MESSAGES, "{\"model\":\"m\",\"secret words\"}"));
        assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"web_search\\u0000\\n<b>", "“”"})
    void the_name_of_a_tool_is_made_harmless(String type) throws Refused {
        String words = read("openai", "/responses", "{\"model\":\"m\",\"tools\":[{\"type\":\"" + type + "\"}]}").wayOut().orElseThrow();
        assertTrue(words.matches("It uses the provider's own tool “[a-z_?]+”\\."), words);
    }

    /// What is kept of a body must not grow with it, since one bot's bodies would take the memory of all.
    @Test
    void little_is_kept_of_a_body_that_names_much() throws Refused {
        String tools = "{\"model\":\"m\",\"tools\":[" + numbered(100_000, "{\"type\":\"t%d" + "x".repeat(60) + "\"}") + "]}";
        String wayOut = read("openai", "/responses", tools).wayOut().orElseThrow();
        assertTrue(wayOut.length() < 120, wayOut);

        String most = "{\"model\":\"m\",\"models\":[\"m\"," + numbered(31, "\"m%d\"") + "]}";
        assertEquals(BodyReader.MOST_MODELS, read("openrouter", "/chat/completions", most).models().size());
        for (String many : List.of("\"models\":[" + numbered(32, "\"m%d\"") + "]", "\"tools\":[" + numbered(32, "{\"model\":\"m%d\"}") + "]",
                "\"fallbacks\":[" + numbered(32, "{\"model\":\"m%d\"}") + "]")) {
            Refused refused = assertThrows(Refused.class, () -> read("openrouter", "/chat/completions", "{\"model\":\"m\"," + many + "}"));
            assertEquals(Reason.BODY, refused.reason());
        }
    }

    /// A scan holds one of two threads that serve all bots, so what it does for a value must be next to nothing: no string, no list.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | 0",
        "openai | /chat/completions | 0",
        "anthropic | /v1/messages | {'type':'text','text':'x'}",
        "openai | /responses | {'type':'message','role':'user'}",
        "google | /v1beta/models/m:generateContent | {'text':'x','role':'user'}",
        "openai | /chat/completions | {'url':0,'model':0}",
    })
    void a_value_is_read_without_making_anything(String dialect, String path, String element) throws Refused {
        byte[] body = ("{\"model\":\"m\",\"messages\":[0" + ("," + element.replace('\'', '"')).repeat(200_000) + "]}").getBytes(UTF_8);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        read(dialect, path, body);
        long before = threads.getCurrentThreadAllocatedBytes();
        read(dialect, path, body);
        long made = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(made < 200_000, made + " bytes made for 200,000 elements");
    }

    /// Returns values with a number each, from 0, separated by commas.
    private static String numbered(int count, String format) {
        return IntStream.range(0, count).mapToObj(format::formatted).collect(Collectors.joining(","));
    }

    @Test
    void a_call_without_a_body_is_one_that_passes() throws Refused {
        Dialect dialect = Dialects.of("openai").orElseThrow();
        Call call = dialect.read(dialect.route("GET", "/models", "").orElseThrow(), "limit=5", HeaderFields.NONE, new byte[0]);
        assertEquals(List.of(), call.models());
        assertEquals(0, call.body().length);
        assertFalse(call.streams());
    }

    /// Bots with one key share the account: with an id, one could read what another keeps there. All but the last answer was allowed to
    /// bots that are not sealed.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | {'container':'container_1'}",
        "anthropic | /v1/messages | {'container':{'id':'container_1','skills':[]}}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'type':'document','source':{'type':'file','file_id':'file_1'}}]}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'type':'document','source':{'type':'file'}}]}]}",
        "anthropic | /v1/messages | {'messages':[{'content':[{'type':'container_upload','file_id':'file_1'}]}]}",
        "openai | /responses | {'input':[{'content':[{'type':'input_file','file_id':'file-1'}]}]}",
        "openai | /responses | {'input':[{'content':[{'type':'input_image','fileId':'file-1'}]}]}",
        "openai | /responses | {'tools':[{'type':'file_search','vector_store_ids':['v']}]}",
        "openai | /responses | {'tools':[{'type':'code_interpreter','container':'cntr_1'}]}",
        "openai | /responses | {'tools':[{'type':'code_interpreter','container':{'type':'auto','file_ids':['file-1']}}]}",
        "openai | /responses | {'prompt':{'id':'pmpt_1'}}",
        "openai | /responses | {'conversation':'conv_1'}",
        "openai | /responses/compact | {'conversation':{'id':'conv_1'}}",
        "openai | /responses | {'input':[{'type':'item_reference','id':'msg_1'}]}",
        "openai | /responses | {'input':[{'type':'message','role':'user','content':'x'},{'id':'msg_1'}]}",
        "openai | /responses | {'input':[{'role':null,'id':'msg_1','type':null}]}",
        "openai | /responses | {'input':[{'type':'item_reference','id':'msg_1','role':'user'}]}",
        "openai | /responses | {'input':[{'type':'message','id':'msg_1','type':'item_reference'}]}",
        "openai | /responses | {'tools':[{'type':'shell','environment':{'type':'container_reference','container_id':'cntr_1'}}]}",
        "openai | /responses | {'tools':[{'type':'shell','environment':{'type':'container_auto','skills':[{'skill_id':'skill_1'}]}}]}",
        "openai-compatible | /chat/completions | {'cached_content':'cachedContents/k3x9'}",
        "google | /v1beta/models/m:generateContent | {'tools':[{'fileSearch':{'fileSearchStoreNames':['fileSearchStores/x']}}]}",
        "google | /v1beta/models/m:generateContent | {'tools':{'file_search':{'file_search_store_names':'fileSearchStores/x'}}}",
        "openai | /chat/completions | {'messages':[{'role':'assistant','audio':{'id':'audio_1'}}]}",
        "xai | /responses | {'tools':[{'type':'collections_search','collection_ids':['c']}]}",
        "google | /v1beta/models/m:generateContent | {'cachedContent':'cachedContents/k3x9'}",
        "google | /v1beta/models/m:streamGenerateContent | {'cached_content':'cachedContents/k3x9'}",
        "google | /v1beta/models/m:countTokens | {'generateContentRequest':{'model':'models/m','cachedContent':'cachedContents/k3x9'}}",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'file_data':{'file_uri':'gs://x'}}]}]}",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'fileData':{'fileUri':'HTTPS://generativelanguage.GoogleAPIs.com/v1beta/files/x'}}]}]}",
    })
    void what_the_provider_keeps_for_the_account_is_refused_to_every_bot(String dialect, String path, String body) {
        String whole = "{\"model\":\"m\"," + body.replace('\'', '"').substring(1);
        assertEquals(Reason.KEPT, assertThrows(Refused.class, () -> read(dialect, path, whole)).reason());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | /v1/messages | {'container':null,'messages':[{'content':[{'type':'tool_use','id':'t','input':{'file_id':'x'}}]}]}",
        "openai | /responses | {'prompt':null,'conversation':null,'previous_response_id':null,'input':[{'role':'user','id':'msg_1','content':'x'}]}",
        "openai | /responses | {'input':[{'type':'reasoning','id':'rs_1','summary':[],'encrypted_content':'AA'},{'type':'function_call','id':'fc_1'}]}",
        "openai | /responses | {'input':'hello','tools':[{'type':'function','name':'f','parameters':{'properties':{'file_id':{'type':'string'}}}}]}",
        "openai | /chat/completions | {'prompt':'x','messages':[{'role':'assistant','audio':null,'tool_calls':[{'id':'call_1'}]}]}",
        "google | /v1beta/models/m:generateContent | {'cachedContent':null}",
        "google | /v1beta/models/m:generateContent | {'contents':[{'parts':[{'fileData':{'fileUri':'https://youtu.be/x'}}]}]}",
        "ollama | /api/generate | {'prompt':'x','container':'y'}",
    })
    void what_refers_to_nothing_of_the_account_is_read(String dialect, String path, String body) throws Refused {
        assertEquals(Optional.empty(), read(dialect, path, "{\"model\":\"m\"," + body.replace('\'', '"').substring(1)).continues());
    }

    @Test
    void the_answer_that_a_request_goes_on_from_is_read() throws Refused {
        assertEquals(Optional.of("resp_1"), read("openai", "/responses", "{\"model\":\"m\",\"previousResponse_id\":\"\\u0072esp_1\"}").continues());
        assertEquals(Reason.BODY, assertThrows(Refused.class, () ->
                read("openai", "/responses", "{\"model\":\"m\",\"previous_response_id\":[\"resp_1\"]}")).reason());
    }

    @Test
    void a_body_that_was_sent_is_let_go_of() throws Refused {
        Call call = read("anthropic", MESSAGES, "{\"model\": \"a\", \"max_tokens\": 5}");
        Usage before = call.meter(0).usage();
        WeakReference<byte[]> body = new WeakReference<>(call.body());
        call.sent();
        System.gc();
        assertNull(body.get());
        assertEquals(before, call.meter(0).usage());
    }
}
