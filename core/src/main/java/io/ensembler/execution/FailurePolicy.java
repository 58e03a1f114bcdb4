package io.ensembler.execution;

import org.apiguardian.api.API;

/**
 * What to do where a run cannot go on.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum FailurePolicy {
    /** Leave the ensemble as it stands, which is safe, so that somebody can look and resume. */
    STOP,
    /**
     * Plan the way back to where the run began, from what stands, and run that. Not where it is unknown what stands,
     * where somebody else changes the ensemble, or where the ensemble cannot be reached. The way back has as much time
     * again as the run, waits for maintenance windows as it does, and is not itself rolled back.
     */
    ROLL_BACK
}
