package io.ensembler.execution;

import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** A clock that goes as far as it is told to. */
final class HandClock implements TimeSource {

    private long nanos = 42;

    void pass(Duration time) {
        nanos += time.toNanos();
    }

    void set(long newNanos) {
        nanos = newNanos;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public void sleep(Duration time) {
        pass(time);
    }
}
