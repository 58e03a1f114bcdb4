package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {

    private final Acknowledgements acknowledgements = new Acknowledgements();

    @Test
    void a_gap_counts_in_full_for_every_span_it_overlaps() {
        add(10, 20, 100, 110);

        assertThat(acknowledgements.longestGap(0, 15, 115)).isEqualTo(Duration.ofNanos(10));
        assertThat(acknowledgements.longestGap(15, 30, 115)).isEqualTo(Duration.ofNanos(80));
        assertThat(acknowledgements.longestGap(30, 90, 115)).isEqualTo(Duration.ofNanos(80));
        assertThat(acknowledgements.longestGap(105, 115, 115)).isEqualTo(Duration.ofNanos(10));
    }

    @Test
    void the_time_from_the_last_acknowledgement_to_the_end_is_a_gap() {
        add(10, 20);

        assertThat(acknowledgements.longestGap(0, 500, 500)).isEqualTo(Duration.ofNanos(480));
    }

    @Test
    void the_time_before_the_first_acknowledgement_is_none() {
        add(400, 410);

        assertThat(acknowledgements.longestGap(0, 410, 410)).isEqualTo(Duration.ofNanos(10));
    }

    @Test
    void a_clock_that_passes_its_highest_value_changes_nothing() {
        add(Long.MAX_VALUE - 5, Long.MIN_VALUE + 4);

        assertThat(acknowledgements.longestGap(Long.MAX_VALUE - 9, Long.MIN_VALUE + 9, Long.MIN_VALUE + 9))
                .isEqualTo(Duration.ofNanos(10));
    }

    private void add(long... times) {
        for (long time : times) {
            acknowledgements.add(time);
        }
    }
}
