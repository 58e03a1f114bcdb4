package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServerVersionTest {

    @Test
    void is_read_as_servers_print_it() {
        var texts = Stream.of(
                "3.9.5",
                "3.9.5-1cbf39a1, built on 2025-01-01 00:00 UTC",
                " 3.10.0-SNAPSHOT\n",
                "3.5.4-beta",
                "3.8.4+1");

        assertThat(texts.map(text -> ServerVersion.parse(text).toString()))
                .containsExactly("3.9.5", "3.9.5", "3.10.0", "3.5.4", "3.8.4");
    }

    @Test
    void is_ordered_by_age() {
        assertThat(Stream.of("3.10.0", "3.9.5", "4.0.0", "3.9.10")
                        .map(ServerVersion::parse)
                        .sorted())
                .extracting(ServerVersion::toString)
                .containsExactly("3.9.5", "3.9.10", "3.10.0", "4.0.0");
        assertThat(ServerVersion.parse("3.9.3").isBefore(ServerVersion.parse("3.9.4")))
                .isTrue();
        assertThat(ServerVersion.parse("3.9.4").isBefore(ServerVersion.parse("3.9.4")))
                .isFalse();
    }

    @Test
    void begins_with_three_numbers() {
        for (var text : new String[] {"", "3.9", "v3.9.5", "3.9.x", "3..5", "99999999999.1.1"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ServerVersion.parse(text))
                    .withMessage("'" + text + "' is no version, which begins with three numbers");
        }
    }
}
