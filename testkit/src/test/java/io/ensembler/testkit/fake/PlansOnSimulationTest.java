package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The interpreter that runs on servers, on simulated ones on which nothing goes wrong. */
class PlansOnSimulationTest {

    private static final int SEEDS = 15;

    private static List<Change> changes() {
        return Change.ALL;
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_plan_completes_and_breaks_no_invariant_whatever_the_latencies(Change change) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            var ensemble = change.start(seed);
            var scaler = Change.scaler(ensemble);
            var plan = scaler.plan(change.request().apply(ensemble));
            ensemble.invariants().floor(plan.floor());
            ensemble.invariants().stabilization(Duration.ofSeconds(5));

            var result = scaler.run(plan, RunOptions.defaults());

            assertThat(result)
                    .as("%s with seed %d: %s%n%s", change, seed, result, String.join("\n", ensemble.history()))
                    .isInstanceOf(RunResult.Completed.class);
            assertThat(ensemble.invariants().violations()).as("seed %d", seed).isEmpty();
            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
            assertThat(ensemble.exits()).isEmpty();
            assertThat(ensemble.acknowledgedWrites()).isPositive();
        }
    }
}
