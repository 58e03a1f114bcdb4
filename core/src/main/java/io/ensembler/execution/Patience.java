package io.ensembler.execution;

import io.ensembler.plan.PlannedStep;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.TimeSource;
import java.time.Duration;

/**
 * How a run waits: with a deadline, telling what for, bearing failures of a driver that pass, and only as long as
 * nobody wants it to end.
 */
final class Patience {

    private final TimeSource time;
    private final TokenBucket looks;
    private final Events events;
    private final RunControl control;

    Patience(TimeSource time, TokenBucket looks, Events events, RunControl control) {
        this.time = time;
        this.looks = looks;
        this.events = events;
        this.control = control;
    }

    /** A call of a driver. */
    @FunctionalInterface
    interface Call<T> {
        T make() throws InterruptedException;
    }

    /** Tells what is waited for and pauses; ends the run with that text if the deadline is over. */
    void await(PlannedStep step, Deadline deadline, StopReason reason, String text) throws InterruptedException {
        await(step, deadline, reason, text, Duration.ZERO);
    }

    /** The same with a pause of so long at least. */
    void await(PlannedStep step, Deadline deadline, StopReason reason, String text, Duration atLeast)
            throws InterruptedException {
        Cancellation.check(control);
        if (deadline.isOver()) {
            throw Halt.stopped(reason, text);
        }
        events.waiting(step, text);
        pause(deadline, atLeast);
    }

    /** Waits until it is time for another look, or the deadline is over. */
    void pause(Deadline deadline) throws InterruptedException {
        pause(deadline, Duration.ZERO);
    }

    private void pause(Deadline deadline, Duration atLeast) throws InterruptedException {
        var pause = looks.take();
        time.sleep(deadline.left(pause.compareTo(atLeast) < 0 ? atLeast : pause));
    }

    /** Tells what is waited for without waiting. */
    void tell(PlannedStep step, String waitingFor) {
        events.waiting(step, waitingFor);
    }

    /** Makes a call again and again while it fails for reasons that pass, until the deadline. */
    <T> T tolerant(Deadline deadline, Call<T> call) throws InterruptedException {
        while (true) {
            try {
                return call.make();
            } catch (DriverException e) {
                var text = String.valueOf(e.getMessage());
                boolean passing = isPassing(e);
                if (!passing) {
                    throw Halt.failed(StopReason.ENSEMBLE_UNREACHABLE, text);
                } else if (deadline.isOver()) {
                    throw Halt.stopped(StopReason.ENSEMBLE_UNREACHABLE, text);
                }
                Cancellation.check(control);
                pause(deadline);
            }
        }
    }

    static boolean isPassing(DriverException e) {
        return switch (e.kind()) {
            case RETRYABLE, SESSION_ENDED, OUTCOME_UNKNOWN, CONFLICT -> true;
            case REFUSED, UNSUPPORTED -> false;
        };
    }
}
