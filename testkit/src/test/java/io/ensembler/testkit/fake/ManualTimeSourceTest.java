package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualTimeSourceTest {

    private final ManualTimeSource clock = new ManualTimeSource();

    @Test
    void stands_still_until_somebody_sleeps_and_then_moves_by_exactly_that() throws Exception {
        var before = clock.now();

        clock.sleep(Duration.ofSeconds(3));

        assertThat(clock.nanoTime()).isEqualTo(3_000_000_000L);
        assertThat(Duration.between(before, clock.now())).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void what_is_due_happens_in_the_order_of_its_time_and_then_of_its_arrangement() throws Exception {
        var seen = new ArrayList<String>();
        clock.after(Duration.ofMillis(20), () -> seen.add("late " + clock.nanoTime() / 1_000_000));
        clock.after(Duration.ofMillis(10), () -> seen.add("early"));
        clock.after(
                Duration.ofMillis(10), () -> clock.after(Duration.ofMillis(5), () -> seen.add("arranged meanwhile")));
        clock.after(Duration.ofMillis(10), () -> seen.add("early, too"));
        clock.after(Duration.ofMillis(31), () -> seen.add("never"));

        clock.sleep(Duration.ofMillis(30));

        assertThat(seen).containsExactly("early", "early, too", "arranged meanwhile", "late 20");
    }

    @Test
    void a_sleep_of_no_time_moves_nothing() throws Exception {
        clock.sleep(Duration.ZERO);
        clock.sleep(Duration.ofSeconds(-1));

        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void an_interrupted_thread_does_not_sleep_and_its_flag_is_cleared() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> clock.sleep(Duration.ofSeconds(1))).isInstanceOf(InterruptedException.class);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void an_interruption_while_it_sleeps_ends_the_sleep_at_that_moment() {
        clock.after(Duration.ofMillis(400), Thread.currentThread()::interrupt);

        assertThatThrownBy(() -> clock.sleep(Duration.ofSeconds(1))).isInstanceOf(InterruptedException.class);

        assertThat(clock.nanoTime()).isEqualTo(400_000_000L);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void the_time_of_day_can_be_shifted_and_what_measures_cannot() {
        var before = clock.now();

        clock.shiftWallClock(Duration.ofHours(-1));

        assertThat(clock.now()).isEqualTo(before.minus(Duration.ofHours(1)));
        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void what_happens_must_not_move_the_clock_itself() {
        clock.after(Duration.ofMillis(1), () -> clock.advance(Duration.ofMillis(1)));

        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the clock is moved by what happens while it moves");
        assertThat(List.of(clock.nanoTime())).containsExactly(1_000_000L);
    }
}
