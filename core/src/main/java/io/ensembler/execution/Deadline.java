package io.ensembler.execution;

import io.ensembler.spi.TimeSource;
import java.time.Duration;

/** A moment on the injected clock by which something must be done. */
final class Deadline {

    private static final Duration SHORTEST_CALL = Duration.ofSeconds(3);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(15);

    private final TimeSource time;
    private final long startNanos;
    private Duration limit;

    private Deadline(TimeSource time, Duration limit) {
        this.time = time;
        this.startNanos = time.nanoTime();
        this.limit = limit;
    }

    static Deadline in(Duration limit, TimeSource time) {
        return new Deadline(time, limit);
    }

    /** The earlier of this deadline and one {@code limit} from now. */
    Deadline atMost(Duration limit) {
        return in(shorter(left(), limit), time);
    }

    /** Moves it to a later moment. */
    void extend(Duration by) {
        limit = limit.plus(by);
    }

    Duration elapsed() {
        return Duration.ofNanos(time.nanoTime() - startNanos);
    }

    Duration left() {
        var left = limit.minus(elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The time left, or {@code limit} if that is shorter. */
    Duration left(Duration limit) {
        return shorter(left(), limit);
    }

    /**
     * The time to give one call: what is left, but never so little that a call fails for want of time alone (then the
     * reason told would be that failure, not what is waited for), and never so much that a lost one is waited out.
     */
    Duration oneCall() {
        var left = left(LONGEST_CALL);
        return left.compareTo(SHORTEST_CALL) < 0 ? SHORTEST_CALL : left;
    }

    /** The time to give a launcher: what is left, but never so little that it must fail. */
    Duration launch() {
        return left().compareTo(SHORTEST_CALL) < 0 ? SHORTEST_CALL : left();
    }

    boolean isOver() {
        return left().isZero();
    }

    Duration limit() {
        return limit;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
