package botmaker.dialect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Refused.Reason;
import botmaker.wire.HeaderFields;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Forms with a recording.
class MultipartCallTest {
    private static final String FORM = """
            --bound
            Content-Disposition: form-data; name="model"

            gpt-4o-transcribe
            --bound
            Content-Disposition: form-data; name="file"; filename="note.ogg"
            Content-Type: audio/ogg

            OggS…
            --bound--
            """;

    private static Call read(String dialect, String path, String type, String body) throws Refused {
        Dialect it = Dialects.of(dialect).orElseThrow();
        return it.read(it.route("POST", path, "").orElseThrow(), "", HeaderFields.of("content-type", type),
                body.replace("\n", "\r\n").getBytes(ISO_8859_1));
    }

    private static Call read(String body) throws Refused {
        return read("openai", "/audio/transcriptions", "multipart/form-data; boundary=bound", body);
    }

    @Test
    void the_model_of_a_form_is_found_and_the_form_passes_as_it_came() throws Refused {
        Dialect openai = Dialects.of("openai").orElseThrow();
        byte[] body = FORM.replace("\n", "\r\n").getBytes(ISO_8859_1);
        Call call = openai.read(openai.route("POST", "/audio/transcriptions", "").orElseThrow(), "",
                HeaderFields.of("Content-Type", "multipart/form-data; boundary=\"bound\""), body);
        assertEquals(List.of("gpt-4o-transcribe"), call.models());
        assertSame(body, call.body());
        assertSame(body, call.body(300));
        assertEquals(Optional.empty(), call.wayOut());
        assertTrue(!call.streams() && call.estimatedInput() > 0);
    }

    @Test
    void a_recording_may_hold_any_bytes() throws Refused {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            StringBuilder recording = new StringBuilder();
            for (int i = random.nextInt(200); i > 0; i--) {
                recording.append("\u0000\r-bound:\u00ff".charAt(random.nextInt(10)));
            }
            boolean ambiguous = recording.indexOf("--bound") >= 0;
            String form = FORM.replace("OggS…", recording);
            if (ambiguous) {
                assertThrows(Refused.class, () -> read(form));
            } else {
                assertEquals(List.of("gpt-4o-transcribe"), read(form).models());
            }
        }
    }

    @Test
    void xais_recordings_have_no_model_and_may_not_be_fetched() throws Refused {
        String form = FORM.replace("name=\"model\"", "name=\"language\"");
        assertEquals(List.of("stt"), read("xai", "/stt", "multipart/form-data; boundary=bound", form).models());
        Call fetched = read("xai", "/stt", "multipart/form-data; boundary=bound", form.replace("language", "url"));
        assertTrue(fetched.wayOut().isPresent());
        assertEquals(Reason.MODEL, assertThrows(Refused.class, () -> read(form)).reason());
    }

    @Test
    void a_form_may_ask_for_a_stream() throws Refused {
        assertTrue(read(FORM.replace("--bound--", "--bound\nContent-Disposition: form-data; name=\"stream\"\n\ntrue\n--bound--")).streams());
    }

    @Test
    void words_in_a_recordings_place_are_a_refusal() throws Refused {
        assertEquals(400, read(FORM).instead(Reason.BUDGET, "No.").status());
    }

    /// Each could show one model to the broker and another to the provider.
    @Test
    void what_could_be_read_in_two_ways_is_refused() {
        String second = "--bound\nContent-Disposition: form-data; name=\"model\"\n\nother\n--bound--";
        List<String> forms = List.of(
                "", "--bound--", "--bound\n", "preamble\n" + FORM, FORM + "epilogue", FORM.replace("--bound--\n", ""),
                FORM.replace("--bound--", second),
                FORM.replace("--bound--", second.replace("\"model\"", "\"Model\"")),
                FORM.replace("--bound--", second.replace("\"model\"", "\"mo\\del\"")),
                FORM.replace("--bound--", second.replace("name=", "name*=utf-8''")),
                FORM.replace("--bound--", second.replace("name=\"model\"", "name=model")),
                FORM.replace("name=\"model\"", "name=\"model\"; name=\"x\""),
                FORM.replace("name=\"model\"", "name=\"x\"; charset=utf-7"),
                FORM.replace("name=\"model\"\n", "name=\"model\"\nContent-Disposition: form-data; name=\"x\"\n"),
                FORM.replace("name=\"model\"\n", "name=\"x\"\n name=\"model\"\n"),
                FORM.replace("name=\"model\"\n", "name=\"model\"\nX-Other: 1\n"),
                FORM.replace("OggS…", "x\n--bound\t\nContent-Disposition: form-data; name=\"stream\"\n\ntrue"),
                FORM.replace("OggS…", "x--bound\nContent-Disposition: form-data; name=\"stream\"\n\ntrue"),
                FORM.replace("OggS…", "x\n--boundXYContent-Disposition: form-data; name=\"stream\"\n\ntrue"),
                FORM.replace("OggS…", "--boundary"),
                FORM.replace("OggS…", "x--bound"),
                FORM.replace("gpt-4o-transcribe", "x".repeat(300)),
                FORM.replace("Content-Disposition: form-data; name=\"model\"\n\n", ""));
        for (String form : forms) {
            assertThrows(Refused.class, () -> read(form), form);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "application/json", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=bound",
        "multipart/form-data; boundary=bound; boundary=other", "multipart/form-data; charset=x; boundary=bound", "multipart/form-data; boundary=\"bo\\und\""})
    void another_type_is_refused(String type) {
        assertEquals(Reason.BODY, assertThrows(Refused.class, () -> read("openai", "/audio/transcriptions", type, FORM)).reason());
    }

    /// A parser that takes a bare line feed for the end of a line sees a part where the broker sees a recording.
    @Test
    void a_boundary_behind_a_bare_line_feed_is_refused() {
        String form = FORM.replace("\n", "\r\n").replace("OggS…", "x\n--bound\r\nContent-Disposition: form-data; name=\"stream\"\r\n\r\ntrue");
        Dialect openai = Dialects.of("openai").orElseThrow();
        assertThrows(Refused.class, () -> openai.read(openai.route("POST", "/audio/transcriptions", "").orElseThrow(), "",
                HeaderFields.of("Content-Type", "multipart/form-data; boundary=bound"), form.getBytes(ISO_8859_1)));
    }

    /// A recording of up to 16 MiB stayed in memory until its answer had ended, and counted no longer.
    @Test
    void a_body_that_was_sent_is_let_go_of() throws Refused {
        Call call = read(FORM);
        Usage before = call.meter(0).usage();
        WeakReference<byte[]> body = new WeakReference<>(call.body());
        call.sent();
        System.gc();
        assertNull(body.get());
        assertEquals(before, call.meter(0).usage());
    }
}
