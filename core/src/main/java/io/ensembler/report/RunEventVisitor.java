package io.ensembler.report;

import org.apiguardian.api.API;

/**
 * Does something for each kind of event. A new kind adds a method, so that nobody can forget it.
 *
 * @param <R> what it returns
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface RunEventVisitor<R> {

    /** Called for a step that begins. */
    R visitStepStarted(RunEvent.StepStarted event);

    /** Called for something that is waited for. */
    R visitWaiting(RunEvent.Waiting event);

    /** Called for a step that ended. */
    R visitStepEnded(RunEvent.StepEnded event);

    /** Called for another server that leads. */
    R visitLeadershipMoved(RunEvent.LeadershipMoved event);

    /** Called for a run that is held before a step. */
    R visitHeld(RunEvent.Held event);

    /** Called for a run that goes on after it was held. */
    R visitWentOn(RunEvent.WentOn event);

    /** Called for a rest that was planned again. */
    R visitReplanned(RunEvent.Replanned event);
}
