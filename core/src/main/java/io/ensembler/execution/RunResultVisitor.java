package io.ensembler.execution;

import org.apiguardian.api.API;

/**
 * Does something for each way in which a run ends. A new way adds a method, so that nobody can forget it.
 *
 * @param <R> what it returns
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface RunResultVisitor<R> {

    /** Called for a run that completed. */
    R visitCompleted(RunResult.Completed result);

    /** Called for a run that stopped and can go on. */
    R visitStopped(RunResult.Stopped result);

    /** Called for a run that would end there again. */
    R visitFailed(RunResult.Failed result);

    /** Called for a run that was interrupted. */
    R visitCancelled(RunResult.Cancelled result);
}
