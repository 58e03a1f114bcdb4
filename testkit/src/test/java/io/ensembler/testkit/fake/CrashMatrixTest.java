package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.plan.ScalingPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The process that runs a plan dies in each of its calls and at each line of its journal, before and after: another one
 * goes on from the journal and ends where the plan says, and run once more sends nothing.
 */
class CrashMatrixTest {

    private static final Duration TIME = Duration.ofSeconds(10);

    /** A run polls: what dies between two looks that show the same is the same. */
    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(500))
            .poll(Duration.ofMillis(200))
            .build();

    @Test
    void wherever_the_process_dies_another_ends_where_the_plan_says() {
        int cells = 0;
        var failures = new ArrayList<String>();
        for (var change : Change.ALL) {
            int first = callsToPlan(change) + 1;
            int last = callsToRun(change);
            for (int call = first; call <= last; call++) {
                for (var moment : CallMoment.values()) {
                    cells++;
                    failures.addAll(failures(change, call, moment));
                }
            }
        }
        System.out.printf("figure: crash-matrix.cells = %d cells%n", cells);
        System.out.printf("figure: crash-matrix.failures = %d cells%n", failures.size());
        assertThat(failures).isEmpty();
        assertThat(cells).isGreaterThan(1_000);
    }

    private static int callsToPlan(Change change) {
        var ensemble = change.start(1);
        plan(change, ensemble, ensemble.process());
        return ensemble.calls();
    }

    private static int callsToRun(Change change) {
        var ensemble = change.start(1);
        var process = ensemble.process();
        var plan = plan(change, ensemble, process);
        assertThat(scaler(ensemble, process).run(plan, OPTIONS)).isInstanceOf(RunResult.Completed.class);
        return ensemble.calls();
    }

    private static ScalingPlan plan(Change change, SimulatedEnsemble ensemble, SimulatedProcess process) {
        return scaler(ensemble, process).plan(change.request().apply(ensemble));
    }

    /** Returns what went wrong in one cell; nothing if all went well. */
    private static List<String> failures(Change change, int call, CallMoment moment) {
        var ensemble = change.start(1);
        var first = ensemble.process();
        var plan = plan(change, ensemble, first);
        ensemble.invariants().floor(plan.floor());
        ensemble.faults().dieAtCall(call, moment);
        String died;
        try {
            return List.of(change + ", call " + call + ": it did not die but "
                    + scaler(ensemble, first).run(plan, OPTIONS));
        } catch (ProcessDeath e) {
            died = change + " " + e.getMessage();
        }
        var second = ensemble.process();
        boolean begun = !second.journal().lines(TIME).isEmpty();
        var scaler = scaler(ensemble, second);
        var result = begun ? scaler.resume(second.journal(), OPTIONS) : scaler.run(plan, OPTIONS);

        var failures = new ArrayList<String>();
        if (!(result instanceof RunResult.Completed)) {
            failures.add(died + ": " + result.report());
            return failures;
        }
        if (!ensemble.awaitSettled().equals(plan.target())) {
            failures.add(died + ": the ensemble is " + ensemble.committed());
        }
        for (var server : ensemble.servers()) {
            if (ensemble.isRunning(server.id()) != plan.target().contains(server.id())) {
                failures.add(died + ": server " + server.id() + " runs: " + ensemble.isRunning(server.id()));
            }
        }
        var version = ensemble.committed().version();
        var again = scaler.resume(second.journal(), OPTIONS);
        if (!(again instanceof RunResult.Completed) || again.report().reconfigurationsSent() > 0) {
            failures.add(died + ", run again: " + again.report());
        }
        if (!ensemble.committed().version().equals(version)) {
            failures.add(died + ", run again: version " + ensemble.committed().version());
        }
        ensemble.invariants().violations().forEach(violation -> failures.add(died + ": " + violation));
        return failures;
    }

    private static EnsembleScaler scaler(SimulatedEnsemble ensemble, SimulatedProcess process) {
        return EnsembleScaler.builder(process.driver())
                .launcher(process.launcher())
                .journal(process.journal())
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();
    }
}
