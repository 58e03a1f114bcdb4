package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the text, it is read as something that can be written and read again, or refused as such. */
class ConfigurationTextMutationTest {

    private static final long SEED = 20_240_229;

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_mutated_text_is_refused_or_written_as_a_text_that_means_the_same() {
        readAndWrite(100_000);
    }

    @Test
    @Tag("chaos")
    @Timeout(value = 1800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void each_of_a_million_mutated_texts_is_refused_or_written_as_a_text_that_means_the_same() {
        readAndWrite(1_000_000);
    }

    private static void readAndWrite(int count) {
        var texts = new RandomTexts(SEED);
        int read = 0;
        for (int i = 0; i < count; i++) {
            var text = texts.mutated(texts.configuration(3));
            try {
                if (isRead(text)) {
                    read++;
                }
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                fail("text " + i + " of seed " + SEED + " ended in " + e + ": " + text, e);
            }
        }
        System.out.println("figure: fuzz.config.cases = " + count + " texts");
        assertThat(read).as("texts of seed %d that were read", SEED).isBetween(count * 3 / 10, count * 9 / 10);
    }

    /** Returns whether it is read, and then written as a text that means the same; else it is refused with reasons. */
    private static boolean isRead(String text) {
        Configuration configuration;
        try {
            configuration = ConfigurationText.parse(text);
        } catch (ConfigurationTextException e) {
            assertThat(e.problems()).isNotEmpty();
            return false;
        }
        var written = ConfigurationText.print(configuration);
        assertThat(ConfigurationText.parse(written)).isEqualTo(configuration);
        return true;
    }

    @Test
    void the_lines_of_a_mutated_text_are_those_that_the_jdk_finds_in_it() throws IOException {
        var texts = new RandomTexts(SEED);
        for (int i = 0; i < 2_000; i++) {
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
