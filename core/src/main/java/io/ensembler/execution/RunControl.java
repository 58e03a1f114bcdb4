package io.ensembler.execution;

import org.apiguardian.api.API;

/**
 * Lets another thread hold a run, or end it. A run is held between two steps, but not between a reconfiguration and the
 * proof that servers act on it; it ends where none of its reconfigurations is unsettled. For one run at a time;
 * thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RunControl {

    private volatile boolean paused;
    private volatile boolean cancelled;

    private RunControl() {}

    /** Returns a control of a run that is neither held nor cancelled. */
    public static RunControl create() {
        return new RunControl();
    }

    /**
     * Holds the run before its next step, until {@link #proceed} or {@link #cancel}. Deadlines do not run meanwhile.
     */
    public void pause() {
        paused = true;
    }

    /** Lets a run go on that was held. */
    public void proceed() {
        paused = false;
    }

    /**
     * Ends the run before its next step, or while it waits in one; a reconfiguration in flight is settled first. It
     * ends as {@link RunResult.Cancelled}. Cannot be taken back.
     */
    public void cancel() {
        cancelled = true;
    }

    /** Returns whether it is to be held. */
    public boolean isPaused() {
        return paused;
    }

    /** Returns whether it is to end. */
    public boolean isCancelled() {
        return cancelled;
    }
}
