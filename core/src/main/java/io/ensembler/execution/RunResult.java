package io.ensembler.execution;

import io.ensembler.report.ScalingReport;
import org.apiguardian.api.API;

/**
 * How a run ended. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface RunResult {

    /** Returns what became of the run. */
    ScalingReport report();

    /** Calls the method of {@code visitor} for this way of ending and returns what it returns. */
    <R> R accept(RunResultVisitor<R> visitor);

    /**
     * The ensemble is the plan's target, its servers act on it, and whoever left is silent.
     *
     * @param report what became of the run
     */
    record Completed(ScalingReport report) implements RunResult {
        @Override
        public <R> R accept(RunResultVisitor<R> visitor) {
            return visitor.visitCompleted(this);
        }
    }

    /**
     * The run stopped at a place from which it can go on once the reason is gone.
     *
     * @param report what became of the run
     * @param reason why
     * @param message what cannot be done, the facts found and what would help
     */
    record Stopped(ScalingReport report, StopReason reason, String message) implements RunResult {
        @Override
        public <R> R accept(RunResultVisitor<R> visitor) {
            return visitor.visitStopped(this);
        }
    }

    /**
     * The run ended, and would end there again.
     *
     * @param report what became of the run
     * @param reason why
     * @param message what cannot be done, the facts found and what would help
     */
    record Failed(ScalingReport report, StopReason reason, String message) implements RunResult {
        @Override
        public <R> R accept(RunResultVisitor<R> visitor) {
            return visitor.visitFailed(this);
        }
    }

    /**
     * The run was interrupted; no reconfiguration of it is unsettled.
     *
     * @param report what became of the run
     */
    record Cancelled(ScalingReport report) implements RunResult {
        @Override
        public <R> R accept(RunResultVisitor<R> visitor) {
            return visitor.visitCancelled(this);
        }
    }
}
