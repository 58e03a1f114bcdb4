package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Observation;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Sight;
import io.ensembler.report.ScalingReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunResultTest {

    private static final RunResultVisitor<String> NAMES = new RunResultVisitor<>() {
        @Override
        public String visitCompleted(RunResult.Completed result) {
            return "completed";
        }

        @Override
        public String visitStopped(RunResult.Stopped result) {
            return "stopped for " + result.reason().code();
        }

        @Override
        public String visitFailed(RunResult.Failed result) {
            return "failed for " + result.reason().code();
        }

        @Override
        public String visitCancelled(RunResult.Cancelled result) {
            return "cancelled";
        }
    };

    @Test
    void a_visitor_is_called_for_the_way_in_which_a_run_ended() {
        var report = report();
        assertThat(new RunResult.Completed(report).accept(NAMES)).isEqualTo("completed");
        assertThat(new RunResult.Stopped(report, StopReason.ONE_AUTHOR, "why").accept(NAMES))
                .isEqualTo("stopped for one-author");
        assertThat(new RunResult.Failed(report, StopReason.NOT_ACCEPTED, "why").accept(NAMES))
                .isEqualTo("failed for not-accepted");
        assertThat(new RunResult.Cancelled(report).accept(NAMES)).isEqualTo("cancelled");
    }

    private static ScalingReport report() {
        Observation seen = Sight.participants(1, 2, 3).see();
        var plan = new Planner().plan(seen, ScalingRequest.change());
        var stands = seen.committed().configuration();
        return new ScalingReport(
                plan,
                Instant.EPOCH,
                Duration.ZERO,
                stands,
                stands,
                List.of(),
                Optional.empty(),
                List.of(),
                0,
                0,
                0,
                "done",
                Optional.empty());
    }
}
