package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The interpreter that runs on servers, on simulated ones to which everything is done that can be. A run may stop; it
 * must never break an invariant. A failure names the seed, with which the same happens again.
 */
class FaultsOnSimulationTest {

    private static final int SEEDS = Integer.getInteger("ensembler.simulation.seeds", 20);
    private static final int MOST_FAULTS = 8;

    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(500))
            .stepDeadline(Duration.ofSeconds(20))
            .deadline(Duration.ofMinutes(5))
            .build();

    private static final AtomicInteger RUNS = new AtomicInteger();

    private static List<Change> changes() {
        return Change.ALL;
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_run_may_stop_whatever_fails_and_breaks_no_invariant(Change change) {
        var within = timeWithoutFaults(change);
        var ends = new TreeMap<String, Integer>();
        var met = new EnumMap<Invariant, Integer>(Invariant.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            ends.merge(run(change, seed, within, met), 1, Integer::sum);
        }
        System.out.printf("%s ended %s; in question were %s%n", change, ends, met);
        RUNS.addAndGet(SEEDS);
        assertThat(ends).containsKey("Completed");
        assertThat(met.get(Invariant.NOTHING_LOST)).isPositive();
        assertThat(met.get(Invariant.ONE_AUTHOR)).isPositive();
    }

    @AfterAll
    static void printFigure() {
        System.out.printf("figure: simulation.faulty-runs = %d runs%n", RUNS.get());
    }

    private static Duration timeWithoutFaults(Change change) {
        var ensemble = change.start(0);
        var scaler = Change.scaler(ensemble);
        var plan = scaler.plan(change.request().apply(ensemble));
        long begun = ensemble.clock().nanoTime();
        assertThat(scaler.run(plan, OPTIONS)).isInstanceOf(RunResult.Completed.class);
        return Duration.ofNanos(ensemble.clock().nanoTime() - begun);
    }

    /** Runs one change with the faults of one seed, and returns how the run ended. */
    private static String run(Change change, long seed, Duration within, Map<Invariant, Integer> met) {
        var ensemble = change.start(seed);
        var scaler = Change.scaler(ensemble);
        var plan = scaler.plan(change.request().apply(ensemble));
        ensemble.invariants().floor(plan.floor());
        ensemble.faults().arrange(seed, 1 + (int) (seed % MOST_FAULTS), within);

        var result = scaler.run(plan, OPTIONS);
        ensemble.faults().healAll();

        assertThat(ensemble.invariants().violations())
                .as("%s with seed %d ended %s", change, seed, result)
                .isEmpty();
        assertThat(result).isNotInstanceOf(RunResult.Cancelled.class);
        for (var invariant : Invariant.values()) {
            met.merge(invariant, ensemble.invariants().met(invariant), Integer::sum);
        }
        return Change.end(result);
    }
}
