package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Whatever the text, it is read as something that can be written and read again, or refused as such. */
class ConfigurationTextMutationTest {

    private static final long SEED = 20_240_229;
    private static final int TEXTS = 20_000;

    @Test
    void a_mutated_text_is_refused_or_written_as_a_text_that_means_the_same() {
        var texts = new RandomTexts(SEED);
        int read = 0;
        for (int i = 0; i < TEXTS; i++) {
            var text = texts.mutated(texts.configuration(3));
            try {
                var configuration = ConfigurationText.parse(text);
                read++;
                assertThat(ConfigurationText.parse(ConfigurationText.print(configuration)))
                        .as("text %d of seed %d: %s", i, SEED, text)
                        .isEqualTo(configuration);
            } catch (ConfigurationTextException e) {
                assertThat(e.problems())
                        .as("text %d of seed %d: %s", i, SEED, text)
                        .isNotEmpty();
            } catch (RuntimeException | StackOverflowError e) {
                fail("text " + i + " of seed " + SEED + " ended in " + e + ": " + text, e);
            }
        }
        assertThat(read).as("texts of seed %d that were read", SEED).isBetween(TEXTS / 20, TEXTS * 19 / 20);
    }

    @Test
    void the_lines_of_a_mutated_text_are_those_that_the_jdk_finds_in_it() throws IOException {
        var texts = new RandomTexts(SEED);
        for (int i = 0; i < TEXTS / 10; i++) {
            var text = texts.mutated(texts.configuration(3));
            var properties = new Properties();
            try {
                properties.load(new StringReader(text));
            } catch (IllegalArgumentException e) {
                assertThat(PropertyLine.split(text))
                        .as("text %d of seed %d: %s", i, SEED, text)
                        .anyMatch(line -> line.entry().isEmpty());
                continue;
            }
            Map<String, String> lastWins = new HashMap<>();
            PropertyLine.split(text).forEach(line -> {
                var entry = line.entry().orElseThrow();
                lastWins.put(entry.key(), entry.value());
            });
            assertThat(lastWins).as("text %d of seed %d: %s", i, SEED, text).isEqualTo(properties);
        }
    }
}
