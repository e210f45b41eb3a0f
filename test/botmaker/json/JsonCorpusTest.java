package botmaker.json;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The texts that `make fuzz` kept, one in base64 on each line of `corpus.txt`: together they reach all of the codec that it found.
class JsonCorpusTest {
    @Test
    void every_text_that_fuzzing_kept_is_read_or_refused_as_it_should_be() throws IOException {
        List<String> corpus;
        try (InputStream in = JsonCorpusTest.class.getResourceAsStream("corpus.txt")) {
            corpus = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
        }
        assertTrue(corpus.size() > 100, "the corpus is not there");
        for (String text : corpus) {
            JsonFuzzTarget.fuzzerTestOneInput(Base64.getDecoder().decode(text));
        }
    }
}
