package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DataSizeTest {

    @Test
    void prints_in_the_largest_unit_it_fills_rounded_down_to_a_tenth() {
        var sizes = Stream.of(
                0L, 999L, 1_000L, 1_049L, 1_999L, 999_999L, 1_500_000L, 3_000_000_000L, 2_990_000_000L, Long.MAX_VALUE);

        assertThat(sizes.map(bytes -> DataSize.ofBytes(bytes).toString()))
                .containsExactly(
                        "0 bytes",
                        "999 bytes",
                        "1 KB",
                        "1 KB",
                        "1.9 KB",
                        "999.9 KB",
                        "1.5 MB",
                        "3 GB",
                        "2.9 GB",
                        "9.2 EB");
    }

    @Test
    void is_ordered_by_size() {
        assertThat(DataSize.ofMegabytes(999))
                .isLessThan(DataSize.ofGigabytes(1))
                .isGreaterThan(DataSize.ofBytes(998_999_999));
    }

    @Test
    void is_multiplied_up_to_the_largest_there_is() {
        assertThat(DataSize.ofGigabytes(2).times(3)).isEqualTo(DataSize.ofGigabytes(6));
        assertThat(DataSize.ofGigabytes(2).times(0)).isEqualTo(DataSize.ofBytes(0));
        assertThat(DataSize.ofBytes(Long.MAX_VALUE / 2).times(3)).isEqualTo(DataSize.ofBytes(Long.MAX_VALUE));
    }

    @Test
    void is_never_less_than_nothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSize.ofBytes(-1))
                .withMessage("a size is at least 0 bytes, not -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSize.ofBytes(7).times(-1))
                .withMessage("a size is at least 0 bytes, not -7");
    }
}
