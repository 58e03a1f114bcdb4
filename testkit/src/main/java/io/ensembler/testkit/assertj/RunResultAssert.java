package io.ensembler.testkit.assertj;

import io.ensembler.execution.RunResult;
import io.ensembler.execution.StopReason;
import org.apiguardian.api.API;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on how a run ended. A failure prints the run's report.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RunResultAssert extends AbstractAssert<RunResultAssert, RunResult> {

    RunResultAssert(RunResult actual) {
        super(actual, RunResultAssert.class);
    }

    /** Fails unless the run completed. */
    public RunResultAssert isCompleted() {
        return ended(actual instanceof RunResult.Completed, "completed");
    }

    /** Fails unless the run stopped for {@code reason}. */
    public RunResultAssert isStopped(StopReason reason) {
        return ended(
                actual instanceof RunResult.Stopped stopped && stopped.reason() == reason,
                "stopped for " + reason.code());
    }

    /** Fails unless the run failed for {@code reason}. */
    public RunResultAssert isFailed(StopReason reason) {
        return ended(
                actual instanceof RunResult.Failed failed && failed.reason() == reason, "failed for " + reason.code());
    }

    /** Fails unless the run was cancelled. */
    public RunResultAssert isCancelled() {
        return ended(actual instanceof RunResult.Cancelled, "cancelled");
    }

    /** Fails unless leadership moved so many times by steps of the plan, and never otherwise. */
    public RunResultAssert movedLeadership(int times) {
        isNotNull();
        var report = actual.report();
        if (report.handOffs() != times || report.elections() != 0) {
            failWithMessage(
                    "Expected %s leader hand-offs and no other election, but there were %s and %s in%n%s",
                    times, report.handOffs(), report.elections(), report);
        }
        return this;
    }

    /** Fails unless so many reconfigurations were sent. */
    public RunResultAssert sent(int reconfigurations) {
        isNotNull();
        var report = actual.report();
        if (report.reconfigurationsSent() != reconfigurations) {
            failWithMessage(
                    "Expected %s reconfigurations to be sent, but there were %s in%n%s",
                    reconfigurations, report.reconfigurationsSent(), report);
        }
        return this;
    }

    private RunResultAssert ended(boolean asExpected, String expected) {
        isNotNull();
        if (!asExpected) {
            failWithMessage("Expected the run to be %s, but%n%s", expected, actual.report());
        }
        return this;
    }
}
