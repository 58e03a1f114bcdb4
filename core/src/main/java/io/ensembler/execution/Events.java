package io.ensembler.execution;

import io.ensembler.plan.PlannedStep;
import io.ensembler.report.EventStamp;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners of one run, and of the way back from it, what happens. */
final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(PlanRunner.class);

    private final List<RunListener> listeners;
    private final TimeSource time;
    private Deadline deadline;
    private String lastWait = "";
    private long told;

    Events(List<RunListener> listeners, TimeSource time, Deadline deadline) {
        this.listeners = new ArrayList<>(listeners);
        this.time = time;
        this.deadline = deadline;
    }

    /** From here on another run is told of, which has until then. */
    void until(Deadline other) {
        deadline = other;
    }

    void tell(RunEvent event) {
        told++;
        var stamp = new EventStamp(told, time.now(), deadline.left());
        for (var listener : List.copyOf(listeners)) {
            try {
                listener.onEvent(event, stamp);
            } catch (RuntimeException e) {
                listeners.remove(listener);
                LOG.warn("A listener failed at \"{}\" and is not told the rest of this run", event, e);
            }
        }
    }

    /** Tells what is waited for, unless that was the last thing told. */
    void waiting(PlannedStep step, String waitingFor) {
        var wait = step.number() + waitingFor;
        if (!wait.equals(lastWait)) {
            lastWait = wait;
            tell(new RunEvent.Waiting(step, waitingFor));
        }
    }
}
