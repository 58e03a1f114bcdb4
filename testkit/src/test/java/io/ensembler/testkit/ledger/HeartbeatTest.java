package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

    private final Heartbeat heartbeat = new Heartbeat(0);

    @Test
    void beats_that_are_little_late_are_no_stall() {
        beat(5, 10, 35, 40, 65);

        assertThat(heartbeat.stalls()).isEmpty();
    }

    @Test
    void a_stall_lasts_from_when_a_beat_was_due_until_it_came() {
        beat(5, 10, 300, 305, 331);

        assertThat(heartbeat.stalls()).containsExactly(span(15, 300), span(310, 331));
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
