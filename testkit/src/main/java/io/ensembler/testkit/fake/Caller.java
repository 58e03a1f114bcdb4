package io.ensembler.testkit.fake;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The process that runs plans: it waits on the clock for what it asked, and may die in any call. What it has opened is
 * abandoned then, as a process abandons its connections.
 */
final class Caller {

    private static final long FIRST_PAUSE = 20 * Settings.MILLI;
    private static final long LONGEST_PAUSE = 500 * Settings.MILLI;

    private final Simulation simulation;
    private final SpiCalls calls;
    private final List<Runnable> onDeath = new ArrayList<>();
    private @Nullable ProcessDeath death;

    Caller(Simulation simulation, SpiCalls calls) {
        this.simulation = simulation;
        this.calls = calls;
    }

    /** Lets something happen when the process dies. */
    void onDeath(Runnable abandoning) {
        onDeath.add(abandoning);
    }

    /** A call, with the moment by which it must return. */
    @FunctionalInterface
    interface Call<T> {
        T make(long end) throws InterruptedException;
    }

    /** Something that is safe to repeat: it fails with {@code RETRYABLE} if it may succeed later. */
    @FunctionalInterface
    interface Attempt<T> {
        T make() throws InterruptedException;
    }

    boolean isDead() {
        return death != null;
    }

    /** Makes a call of the SPI. */
    <T> T call(String name, Duration timeLeft, Call<T> call) throws InterruptedException {
        synchronized (simulation.clock()) {
            if (death != null) {
                throw death;
            }
            try {
                int number = calls.enter(name);
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted before " + name);
                }
                var result = call.make(simulation.now() + Math.max(0, timeLeft.toNanos()));
                calls.leave(number, name);
                return result;
            } catch (ProcessDeath e) {
                death = e;
                onDeath.forEach(Runnable::run);
                throw e;
            }
        }
    }

    /** Waits until something is so, at most to a moment. Returns whether it is so. */
    boolean await(BooleanSupplier isSo, long end) throws InterruptedException {
        var thread = Thread.currentThread();
        boolean came = simulation.clock().moveUntil(end, () -> isSo.getAsBoolean() || thread.isInterrupted());
        if (came && Thread.interrupted()) {
            throw new InterruptedException("interrupted while it waited for an answer");
        }
        return came;
    }

    /** Waits as long as that, at most to a moment. */
    void pause(long time, long end) throws InterruptedException {
        await(() -> false, Math.min(simulation.now() + time, end));
    }

    /** Makes attempts until one succeeds, fails for good, or the time is over; then the last failure is thrown. */
    <T> T repeat(long end, Attempt<T> attempt) throws InterruptedException {
        long pause = FIRST_PAUSE;
        while (true) {
            try {
                return attempt.make();
            } catch (DriverException e) {
                if (e.kind() != Kind.RETRYABLE || simulation.now() >= end) {
                    throw e;
                }
            }
            pause(pause, end);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
    }
}
