package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Address;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.testkit.fake.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbePaceTest {

    private static final Address ONE = new Address("zk1", 2181);
    private static final Address TWO = new Address("zk2", 2181);

    private final ManualTimeSource time = new ManualTimeSource();
    private final long begin = time.nanoTime();
    private final ProbePace pace = new ProbePace(time, 8);

    @Test
    void half_of_the_looks_come_at_once_and_the_others_evenly() throws Exception {
        assertThat(moments(8)).containsExactly(0L, 0L, 0L, 0L, 1_250L, 2_500L, 3_750L, 5_000L);
    }

    @Test
    void when_all_looks_are_used_the_next_comes_ten_seconds_after_the_first() throws Exception {
        moments(8);

        assertThat(moments(3)).containsExactly(10_000L, 11_250L, 12_500L);
    }

    @Test
    void whoever_looks_rarely_never_waits() throws Exception {
        for (int i = 0; i < 30; i++) {
            long before = millis();
            look(ONE);
            assertThat(millis()).isEqualTo(before);
            time.sleep(Duration.ofMillis(1_250));
        }
    }

    @Test
    void an_interpreter_that_looks_four_times_a_second_never_waits() throws Exception {
        var usual = new ProbePace(time, 48);
        for (int i = 0; i < 200; i++) {
            long before = millis();
            usual.await("Cannot look", List.of(ONE), in(Duration.ofSeconds(1)));
            assertThat(millis()).isEqualTo(before);
            time.sleep(Duration.ofMillis(250));
        }
    }

    @Test
    void each_server_has_looks_of_its_own_and_a_look_at_several_waits_for_all() throws Exception {
        moments(4);
        look(TWO);
        assertThat(millis()).isZero();

        look(ONE, TWO);
        assertThat(millis()).isEqualTo(1_250);

        look(TWO);
        assertThat(millis()).isEqualTo(1_250);
    }

    @Test
    void within_any_ten_seconds_there_are_no_more_looks_than_that() throws Exception {
        var moments = new ArrayList<Long>();
        while (millis() < 60_000) {
            look(ONE);
            moments.add(millis());
            if (moments.size() % 7 == 0) {
                time.sleep(Duration.ofMillis(1_700));
            }
        }

        for (var from : moments) {
            assertThat(moments.stream().filter(at -> at >= from && at < from + 10_000))
                    .as("looks within 10 s from %s ms", from)
                    .hasSizeLessThanOrEqualTo(8);
        }
    }

    @Test
    void a_look_whose_turn_comes_too_late_is_refused_at_once_and_does_not_count() throws Exception {
        moments(4);

        assertThatThrownBy(() -> pace.await("Cannot look at server 1", List.of(ONE), in(Duration.ofMillis(200))))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRYABLE))
                .hasMessage("Cannot look at server 1: there are 8 looks at a server within ten seconds, and the next is"
                        + " 1250 ms away. Give the call more time, or call less often.");

        assertThat(millis()).isZero();
        assertThat(moments(1)).containsExactly(1_250L);
    }

    /** Looks so many times and returns when, in milliseconds since the beginning. */
    private List<Long> moments(int looks) throws InterruptedException {
        var moments = new ArrayList<Long>();
        for (int i = 0; i < looks; i++) {
            look(ONE);
            moments.add(millis());
        }
        return moments;
    }

    private void look(Address... servers) throws InterruptedException {
        pace.await("Cannot look", List.of(servers), in(Duration.ofSeconds(10)));
    }

    private Deadline in(Duration timeLeft) {
        return Deadline.in(timeLeft, time);
    }

    private long millis() {
        return (time.nanoTime() - begin) / 1_000_000;
    }
}
