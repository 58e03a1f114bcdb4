package io.ensembler.plan;

import org.apiguardian.api.API;

/**
 * Does something for each kind of step. A new kind of step adds a method, so that nobody can forget it.
 *
 * @param <R> what it returns
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface StepVisitor<R> {

    /** Called for what is to be kept. */
    R visitBackUp(Step.BackUp step);

    /** Called for a server to start. */
    R visitStart(Step.StartServer step);

    /** Called for a server to wait for. */
    R visitAwaitSynced(Step.AwaitSynced step);

    /** Called for a reconfiguration. */
    R visitReconfigure(Step.Reconfigure step);

    /** Called for a barrier. */
    R visitConfirmActive(Step.ConfirmActive step);

    /** Called for a leader to stay in office. */
    R visitStabilize(Step.Stabilize step);

    /** Called for an ensemble to be verified. */
    R visitVerify(Step.Verify step);

    /** Called for a server to stop. */
    R visitStop(Step.StopServer step);

    /** Called for a server whose data is to be set aside. */
    R visitWipe(Step.WipeServer step);
}
