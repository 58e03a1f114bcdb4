package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

    private final Heartbeat heartbeat = new Heartbeat();

    @Test
    void a_thread_that_has_to_wait_for_a_core_is_no_stall() {
        beat(5, 10, 35, 110, 205);

        assertThat(heartbeat.stalls()).isEmpty();
    }

    @Test
    void a_stall_lasts_from_when_a_sign_of_life_was_due_until_one_came() {
        beat(5, 10, 300, 305, 406);

        assertThat(heartbeat.stalls()).containsExactly(span(20, 300), span(315, 406));
    }

    @Test
    void an_answer_to_a_client_in_between_shows_that_nothing_stood_still() {
        beat(10, 90, 170, 250, 330);
        assertThat(heartbeat.stalls()).isEmpty();

        beat(320, 325);
        assertThat(heartbeat.stalls()).isEmpty();
    }

    @Test
    void nothing_is_noted_after_its_end() throws Exception {
        heartbeat.start();
        heartbeat.end();

        beat(TimeUnit.HOURS.toMillis(1));

        assertThat(heartbeat.stalls()).isEmpty();
    }

    private void beat(long... millis) {
        for (long time : millis) {
            heartbeat.beat(TimeUnit.MILLISECONDS.toNanos(time));
        }
    }

    private static Span span(long fromMillis, long toMillis) {
        return new Span(TimeUnit.MILLISECONDS.toNanos(fromMillis), TimeUnit.MILLISECONDS.toNanos(toMillis));
    }
}
