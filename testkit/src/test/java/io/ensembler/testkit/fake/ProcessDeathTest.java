package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.model.EnsembleException;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our own process dies, in whatever call of a run. */
class ProcessDeathTest {

    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(200))
            .stepDeadline(Duration.ofSeconds(20))
            .deadline(Duration.ofMinutes(3))
            .build();

    private static final int SEEDS = Integer.getInteger("ensembler.simulation.seeds", 10);
    private static final int FAULTS = 4;
    private static final int LATEST_CALL = 40;
    private static final int ATTEMPTS = 2;
    private static final Duration WITHIN = Duration.ofSeconds(2);

    @Test
    void a_process_that_died_leaves_a_session_that_ends_by_itself_and_does_nothing_more() throws Exception {
        var ensemble = SimulatedEnsemble.builder().start();
        var stands = ensemble.committed().ensemble();
        var time = Duration.ofSeconds(10);
        var driver = ensemble.driver();
        var left = driver.openSender(new SenderRequest(stands, List.of(), time));
        ensemble.faults().dieAtCall(ensemble.calls() + 1, CallMoment.AFTER);

        assertThatThrownBy(() -> left.readCommitted(time))
                .isInstanceOf(ProcessDeath.class)
                .hasMessage("the process dies after readCommitted, call 2");

        assertThatThrownBy(() -> driver.observe(new ObserveRequest(List.of(), time)))
                .isInstanceOf(ProcessDeath.class);
        left.close();
        var other = ensemble.driver().openSender(new SenderRequest(stands, List.of(), time));
        assertThat(other.isGone(left.id(), time)).isFalse();
        ensemble.clock().advance(Duration.ofSeconds(45));
        assertThat(other.isGone(left.id(), time)).isTrue();
    }

    @Test
    void whichever_call_a_run_dies_in_another_process_may_ask_for_the_same_and_breaks_no_invariant() {
        var ends = new TreeMap<String, Integer>();
        int calls = callsOf();
        for (int call = 2; call <= calls; call++) {
            for (var moment : CallMoment.values()) {
                ends.merge(dieAndAskAgain(call, moment), 1, Integer::sum);
            }
        }
        assertThat(ends).containsKey("Completed");
    }

    private static List<Change> changes() {
        return Change.ALL;
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whoever_takes_over_from_a_process_that_died_among_other_faults_breaks_no_invariant(Change change) {
        int died = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            died += dieAmongFaults(change, seed) ? 1 : 0;
        }
        assertThat(died).isPositive();
    }

    /** Returns whether the process died before its run had ended. */
    private static boolean dieAmongFaults(Change change, long seed) {
        var ensemble = change.start(seed);
        var scaler = Change.scaler(ensemble);
        var plan = scaler.plan(change.request().apply(ensemble));
        ensemble.invariants().floor(plan.floor());
        ensemble.faults().arrange(seed, FAULTS, WITHIN);
        int call = ensemble.calls() + 1 + (int) (seed * 7 % LATEST_CALL);
        ensemble.faults().dieAtCall(call, seed % 2 == 0 ? CallMoment.BEFORE : CallMoment.AFTER);
        boolean died = catchThrowable(() -> scaler.run(plan, OPTIONS)) instanceof ProcessDeath;
        for (int attempt = 0; died && attempt < ATTEMPTS; attempt++) {
            try {
                var again = Change.scaler(ensemble);
                var rest =
                        again.plan(ScalingRequest.change().reach(plan.target()).consentToTolerance(plan.floor()));
                again.run(rest, OPTIONS);
            } catch (EnsembleException e) {
                // As long as a fault lasts nobody may be there to ask, or too few to change anything.
                ensemble.clock().advance(WITHIN);
            }
        }
        assertThat(ensemble.invariants().violations())
                .as("%s with seed %d, died: %s", change, seed, died)
                .isEmpty();
        return died;
    }

    private static int callsOf() {
        var ensemble = SimulatedEnsemble.builder().start();
        var scaler = Change.scaler(ensemble);
        scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), OPTIONS);
        return ensemble.calls();
    }

    /** Lets a run die in one of its calls, and plans and runs again what it was to reach. Returns how that ended. */
    private static String dieAndAskAgain(int call, CallMoment moment) {
        var ensemble = SimulatedEnsemble.builder().start();
        var scaler = Change.scaler(ensemble);
        var plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(1)));
        ensemble.faults().dieAtCall(call, moment);
        assertThatThrownBy(() -> scaler.run(plan, OPTIONS)).isInstanceOf(ProcessDeath.class);

        var again = Change.scaler(ensemble);
        var result = again.run(again.plan(ScalingRequest.change().reach(plan.target())), OPTIONS);

        assertThat(ensemble.invariants().violations())
                .as("died %s call %d, then %s", moment, call, result)
                .isEmpty();
        if (result instanceof RunResult.Completed) {
            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
        }
        return Change.end(result);
    }
}
