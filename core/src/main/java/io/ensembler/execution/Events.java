package io.ensembler.execution;

import io.ensembler.plan.PlannedStep;
import io.ensembler.report.RunEvent;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners of one run what happens. */
final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(PlanRunner.class);

    private final List<RunListener> listeners;
    private String lastWait = "";

    Events(List<RunListener> listeners) {
        this.listeners = new ArrayList<>(listeners);
    }

    void tell(RunEvent event) {
        for (var listener : List.copyOf(listeners)) {
            try {
                listener.onEvent(event);
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
