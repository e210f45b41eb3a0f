package botmaker.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "openclaw:2026.9.6,              false, 2026.9.6",
        "openclaw,                       false, latest",
        "somebody/openclaw:1,            false, 1",
        "registry.example/openclaw:1,    true,  1",
        "registry:5000/openclaw,         true,  latest",
        "localhost/openclaw:1,           true,  1",
        "localhost:5000/a/b:1.2,         true,  1.2",
    })
    void only_a_name_that_says_its_registry_is_pulled(String text, boolean registry, String tag) {
        assertEquals(registry, ImageSupply.namesRegistry(text));
        assertEquals(tag, ImageBuild.tag(text));
    }
}
