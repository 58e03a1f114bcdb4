package io.ensembler.execution;

import io.ensembler.spi.TimeSource;
import java.time.Duration;

/**
 * Spaces looks at an ensemble: some may follow one another soon, and as many more as time has passed for since. What takes
 * moments is so noticed in moments, and what takes hours is not asked for twenty times a second. Not thread-safe.
 */
final class TokenBucket {

    /** A century and more, and far from what a long cannot hold. */
    private static final long MOST = Long.MAX_VALUE / 2;

    private final TimeSource time;
    private final long shortest;
    private final long interval;
    private final long full;

    /** In nanoseconds, of which a token costs the interval; below zero by what the next one is waited for. */
    private long tokens;

    private long filledAt;

    /**
     * Creates a full one.
     *
     * @param shortest the shortest pause between two looks, whatever the bucket holds
     * @param burst how many tokens it holds
     * @param interval after how long there is one more
     */
    TokenBucket(TimeSource time, Duration shortest, int burst, Duration interval) {
        this.time = time;
        this.shortest = shortest.toNanos();
        this.interval = interval.toNanos();
        this.full = Math.min(burst, MOST / this.interval) * this.interval;
        this.tokens = full;
        this.filledAt = time.nanoTime();
    }

    /** Takes a token and returns how long to pause before the look that it is for. */
    Duration take() {
        long now = time.nanoTime();
        // Nobody is made to wait longer for having looked without pausing in between.
        tokens = Math.max(-interval, Math.min(full, tokens + (now - filledAt)) - interval);
        filledAt = now;
        return Duration.ofNanos(Math.max(shortest, -tokens));
    }
}
