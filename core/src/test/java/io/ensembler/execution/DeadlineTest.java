package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private final HandClock clock = new HandClock();

    @Test
    void counts_down_on_the_clock_it_was_given() {
        var deadline = Deadline.in(Duration.ofSeconds(10), clock);
        assertThat(deadline.left()).isEqualTo(Duration.ofSeconds(10));
        assertThat(deadline.elapsed()).isEqualTo(Duration.ZERO);
        clock.pass(Duration.ofSeconds(4));
        assertThat(deadline.left()).isEqualTo(Duration.ofSeconds(6));
        assertThat(deadline.elapsed()).isEqualTo(Duration.ofSeconds(4));
        assertThat(deadline.isOver()).isFalse();
    }

    @Test
    void is_over_once_its_time_has_passed_and_never_has_less_than_nothing_left() {
        var deadline = Deadline.in(Duration.ofSeconds(10), clock);
        clock.pass(Duration.ofSeconds(10));
        assertThat(deadline.isOver()).isTrue();
        clock.pass(Duration.ofSeconds(1));
        assertThat(deadline.isOver()).isTrue();
        assertThat(deadline.left()).isEqualTo(Duration.ZERO);
        assertThat(deadline.elapsed()).isEqualTo(Duration.ofSeconds(11));
    }

    @Test
    void of_no_time_at_all_is_over_at_once() {
        assertThat(Deadline.in(Duration.ZERO, clock).isOver()).isTrue();
    }

    @Test
    void lends_no_more_than_it_has() {
        var deadline = Deadline.in(Duration.ofSeconds(10), clock);
        assertThat(deadline.left(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
        clock.pass(Duration.ofSeconds(8));
        assertThat(deadline.left(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void never_ends_later_than_the_one_it_is_derived_from() {
        var whole = Deadline.in(Duration.ofSeconds(10), clock);
        clock.pass(Duration.ofSeconds(7));
        var longer = whole.atMost(Duration.ofSeconds(5));
        var shorter = whole.atMost(Duration.ofSeconds(1));
        assertThat(longer.limit()).isEqualTo(Duration.ofSeconds(3));
        assertThat(shorter.limit()).isEqualTo(Duration.ofSeconds(1));
        clock.pass(Duration.ofSeconds(3));
        assertThat(longer.isOver()).isTrue();
        assertThat(shorter.isOver()).isTrue();
    }

    @Test
    void measures_across_an_overflow_of_the_clock() {
        clock.set(Long.MAX_VALUE - 1_000_000_000L);
        var deadline = Deadline.in(Duration.ofSeconds(5), clock);
        clock.pass(Duration.ofSeconds(3));
        assertThat(deadline.left()).isEqualTo(Duration.ofSeconds(2));
    }
}
