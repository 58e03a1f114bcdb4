package io.ensembler.execution;

import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.report.RunEvent.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** Holds a run between two steps: as long as somebody wants it, and until a maintenance window opens. */
final class Holding {

    /** Somebody may want it to end meanwhile. */
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(1);

    private final RunContext context;

    Holding(RunContext context) {
        this.context = context;
    }

    /** Why a run is held, and for how long at least. */
    private record Reason(Hold by, String detail, Duration atLeast) {}

    /**
     * Returns once the step may begin. The deadline of the run is as much later.
     *
     * @throws Cancellation if somebody wants the run to end
     */
    void before(PlannedStep next) throws InterruptedException {
        long begun = context.time().nanoTime();
        Optional<Hold> told = Optional.empty();
        var reason = reason(next);
        while (reason.isPresent()) {
            var by = reason.get().by();
            if (!told.equals(Optional.of(by))) {
                context.events().tell(new RunEvent.Held(next, by, reason.get().detail()));
                told = Optional.of(by);
            }
            context.time().sleep(shorter(reason.get().atLeast(), LONGEST_SLEEP));
            reason = reason(next);
        }
        if (told.isPresent()) {
            context.deadline().extend(Duration.ofNanos(context.time().nanoTime() - begun));
            context.events().tell(new RunEvent.WentOn(next, told.get()));
        }
    }

    private Optional<Reason> reason(PlannedStep next) {
        Cancellation.check(context.control());
        if (next.step() instanceof Step.ConfirmActive) {
            // A configuration that was sent is to be in force before anything is left alone.
            return Optional.empty();
        }
        return context.control().isPaused()
                ? Optional.of(new Reason(
                        Hold.PAUSE, "somebody paused it", context.options().poll()))
                : closed(context.time().now());
    }

    private Optional<Reason> closed(Instant now) {
        var windows = context.options().windows();
        var nearest = windows.stream().min(Comparator.comparing(window -> window.untilOpen(now)));
        return nearest.filter(window -> !window.isOpenAt(now))
                .map(window -> new Reason(
                        Hold.WINDOW,
                        "no maintenance window is open; the next one is " + window + ", which opens at "
                                + now.plus(window.untilOpen(now)).atZone(window.zone()),
                        window.untilOpen(now)));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
