package io.ensembler.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.ExclusiveLock;
import java.time.Duration;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/**
 * What an {@link ExclusiveLock} promises. A lock is tested by a class that extends this one and says how to begin it, as
 * {@link PlanJournalContract} shows. Each test has a lock of its own, which nobody holds.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public abstract class ExclusiveLockContract {

    private static final Duration TIME = Duration.ofSeconds(20);

    /** For subclasses. */
    protected ExclusiveLockContract() {}

    /** Begins a lock and returns it. */
    protected abstract LockUnderTest start();

    @Test
    void is_held_from_when_it_is_taken_until_it_is_given_back() throws InterruptedException {
        try (var subject = start()) {
            var held = subject.lock().acquire(TIME);
            assertThat(held.isHeld()).isTrue();
            assertThat(held.epoch()).isPositive();

            held.close();

            assertThat(held.isHeld()).isFalse();
        }
    }

    @Test
    void is_refused_to_all_others_while_somebody_holds_it() throws InterruptedException {
        try (var subject = start();
                var held = subject.lock().acquire(Duration.ZERO)) {
            assertRefused(subject.beside());
            assertRefused(subject.lock());
            assertThatThrownBy(() -> subject.beside().acquire(Duration.ofMillis(100)))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));

            assertThat(held.isHeld()).isTrue();
        }
    }

    @Test
    void can_be_taken_again_once_it_was_given_back_and_the_epoch_grows() throws InterruptedException {
        try (var subject = start()) {
            long last = 0;
            for (int i = 0; i < 5; i++) {
                var lock = i % 2 == 0 ? subject.lock() : subject.beside();
                try (var held = lock.acquire(TIME)) {
                    assertThat(held.isHeld()).isTrue();
                    assertThat(held.epoch()).isGreaterThan(last);
                    last = held.epoch();
                }
            }
        }
    }

    @Test
    void what_was_given_back_takes_nothing_from_whoever_has_it_now() throws InterruptedException {
        try (var subject = start()) {
            var earlier = subject.lock().acquire(TIME);
            earlier.close();
            try (var held = subject.beside().acquire(TIME)) {
                earlier.close();

                assertThat(held.isHeld()).isTrue();
                assertThat(earlier.isHeld()).isFalse();
                assertRefused(subject.lock());
            }
        }
    }

    @Test
    void whoever_loses_it_learns_of_it_and_takes_nothing_from_the_next() throws InterruptedException {
        try (var subject = start()) {
            var lost = subject.lock().acquire(TIME);

            subject.takeAway();

            assertThat(subject.awaitFor(() -> !lost.isHeld())).isTrue();
            try (var held = subject.beside().acquire(TIME)) {
                assertThat(held.epoch()).isGreaterThan(lost.epoch());
                lost.close();
                assertThat(held.isHeld()).isTrue();
                assertThat(lost.isHeld()).isFalse();
            }
        }
    }

    private static void assertRefused(ExclusiveLock lock) {
        assertThatThrownBy(() -> lock.acquire(Duration.ZERO))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
    }
}
