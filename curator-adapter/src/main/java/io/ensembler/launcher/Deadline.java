package io.ensembler.launcher;

import io.ensembler.spi.TimeSource;
import java.time.Duration;

/** The moment at which a call must have returned. Immutable. */
final class Deadline {

    private final TimeSource time;
    private final long end;

    private Deadline(TimeSource time, long end) {
        this.time = time;
        this.end = end;
    }

    static Deadline in(Duration timeLeft, TimeSource time) {
        return new Deadline(time, time.nanoTime() + Math.max(0, timeLeft.toNanos()));
    }

    /** Returns the time left, never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, end - time.nanoTime()));
    }

    boolean isOver() {
        return left().isZero();
    }

    /** Returns this deadline, or one {@code longest} from now if that is sooner. */
    Deadline atMost(Duration longest) {
        return longest.compareTo(left()) < 0 ? in(longest, time) : this;
    }

    /** Waits for so long, or until the deadline if that is sooner. */
    void pause(Duration pause) throws InterruptedException {
        time.sleep(pause.compareTo(left()) < 0 ? pause : left());
    }
}
