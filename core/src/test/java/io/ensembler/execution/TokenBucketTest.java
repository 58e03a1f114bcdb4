package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private final HandClock clock = new HandClock();
    private final TokenBucket looks = new TokenBucket(clock, Duration.ofMillis(50), 3, Duration.ofMillis(250));

    @Test
    void gives_so_many_shortest_pauses_as_it_holds_and_then_one_an_interval() {
        // The third short pause is over before the token after it has come back.
        assertThat(pauses(6)).containsExactly(50L, 50L, 50L, 100L, 250L, 250L);
    }

    @Test
    void lets_no_more_looks_through_in_any_time_than_it_holds_and_what_came_back_meanwhile() {
        int looked = 0;
        for (long passed = 0; passed < 10_000; looked++) {
            passed += pauses(1).get(0);
        }
        assertThat(looked).isEqualTo(3 + 10_000 / 250);
    }

    @Test
    void holds_no_more_than_it_was_made_for_however_long_nobody_looks() {
        pauses(6);
        clock.pass(Duration.ofHours(1));
        assertThat(pauses(5)).containsExactly(50L, 50L, 50L, 100L, 250L);
    }

    @Test
    void is_owed_no_more_than_one_token_by_whoever_does_not_pause() {
        for (int look = 0; look < 100; look++) {
            looks.take();
        }
        assertThat(looks.take()).isEqualTo(Duration.ofMillis(250));
        clock.pass(Duration.ofMillis(500));
        assertThat(looks.take()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void never_gives_less_than_the_shortest_pause() {
        var rarely = new TokenBucket(clock, Duration.ofSeconds(2), 3, Duration.ofMillis(250));
        for (int look = 0; look < 20; look++) {
            assertThat(rarely.take()).isEqualTo(Duration.ofSeconds(2));
            clock.pass(Duration.ofSeconds(2));
        }
    }

    @Test
    void however_much_it_is_made_to_hold_it_counts() {
        var endless = new TokenBucket(clock, Duration.ofMillis(50), Integer.MAX_VALUE, Duration.ofDays(100));
        clock.pass(Duration.ofDays(10_000));
        assertThat(endless.take()).isEqualTo(Duration.ofMillis(50));
        assertThat(endless.take()).isEqualTo(Duration.ofMillis(50));
    }

    /** What it gives to somebody who looks after each pause, in milliseconds. */
    private List<Long> pauses(int times) {
        var pauses = new ArrayList<Long>();
        for (int look = 0; look < times; look++) {
            var pause = looks.take();
            clock.pass(pause);
            pauses.add(pause.toMillis());
        }
        return pauses;
    }
}
