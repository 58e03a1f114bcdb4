package io.ensembler.spi;

import java.time.Duration;
import java.time.Instant;
import org.apiguardian.api.API;

/**
 * Tells the time and waits: both from one hand, so that a test can hold both. Implementations are thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface TimeSource {

    /** Returns the JVM's own clock. */
    static TimeSource system() {
        return SystemTimeSource.INSTANCE;
    }

    /** Returns the time of day: for what a person reads, never for measuring. */
    Instant now();

    /** Returns nanoseconds since some fixed moment, never going back: for measuring. */
    long nanoTime();

    /**
     * Waits for {@code time}, or returns at once if it is not positive.
     *
     * @throws InterruptedException if the thread is interrupted before or while it waits; the flag is then cleared
     */
    void sleep(Duration time) throws InterruptedException;
}
