package io.ensembler.testkit.fake;

import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.apiguardian.api.API;

/**
 * A clock that stands still until somebody sleeps on it or moves it. Whatever was arranged to happen by then happens on
 * the thread that moves it, in the order of its time, and what is due at one moment in the order in which it was
 * arranged: the same calls give the same course.
 *
 * <p>Thread-safe: while one thread moves the clock others wait. What happens must not move it itself.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ManualTimeSource implements TimeSource {

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private final Agenda agenda = new Agenda();
    private long nanos;
    private long happened;
    private Duration wallClockShift = Duration.ZERO;
    private boolean moving;
    private Runnable afterEach = () -> {};

    /** Creates a clock that begins in 2026 at midnight UTC, with nothing arranged. */
    public ManualTimeSource() {}

    @Override
    public synchronized Instant now() {
        return BEGINNING.plusNanos(nanos).plus(wallClockShift);
    }

    /** Returns how many nanoseconds the clock has been moved in all. */
    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    /** Moves the clock; an interruption by what happens meanwhile ends the sleep at that moment. */
    @Override
    public synchronized void sleep(Duration time) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before it slept");
        }
        long end = nanos + Math.max(0, time.toNanos());
        boolean interrupted = moveUntil(end, Thread.currentThread()::isInterrupted);
        if (interrupted) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while it slept");
        }
    }

    /** Moves the clock, whether the thread is interrupted or not. */
    public synchronized void advance(Duration time) {
        moveUntil(nanos + Math.max(0, time.toNanos()), () -> false);
    }

    /**
     * Arranges for something to happen so much later; at once, if the clock moves at all, where that is not positive.
     */
    public void after(Duration delay, Runnable what) {
        after(delay.toNanos(), what);
    }

    /** Shifts the time of day, forwards or backwards, as somebody does who sets a machine's clock. */
    public synchronized void shiftWallClock(Duration by) {
        wallClockShift = wallClockShift.plus(by);
    }

    synchronized void after(long delayNanos, Runnable what) {
        arrange(delayNanos, what);
    }

    /** {@link #after} for who holds this clock's lock, as whatever happens does: it need not take it each time. */
    void arrange(long delayNanos, Runnable what) {
        agenda.add(nanos + Math.max(0, delayNanos), what);
    }

    /** {@link #nanoTime} for who holds this clock's lock. */
    long nanos() {
        return nanos;
    }

    /** Sets what is run after each thing that happens. */
    synchronized void afterEach(Runnable what) {
        afterEach = what;
    }

    /** How many things have happened. */
    synchronized long happened() {
        return happened;
    }

    /**
     * Moves the clock until something is so, at most to a moment. Returns whether it is so; if not, that moment has
     * come.
     */
    synchronized boolean moveUntil(long end, BooleanSupplier isSo) {
        if (moving) {
            throw new IllegalStateException("the clock is moved by what happens while it moves");
        }
        moving = true;
        try {
            while (!isSo.getAsBoolean()) {
                if (agenda.isEmpty() || agenda.nextTime() > end) {
                    nanos = Math.max(nanos, end);
                    return false;
                }
                nanos = agenda.nextTime();
                happened++;
                agenda.remove().run();
                afterEach.run();
            }
            return true;
        } finally {
            moving = false;
        }
    }

    /** Returns the time of day. */
    @Override
    public String toString() {
        return now().toString();
    }
}
