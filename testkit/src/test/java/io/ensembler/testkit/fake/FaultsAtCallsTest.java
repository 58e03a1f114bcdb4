package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One fault, before and after each call that a run makes: what a seed may miss, an order of all cannot. */
class FaultsAtCallsTest {

    private static final Duration LASTING = Duration.ofSeconds(3);

    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(100))
            .stepDeadline(Duration.ofSeconds(20))
            .deadline(Duration.ofMinutes(5))
            .poll(Duration.ofMillis(100))
            .build();

    /** What is done to an ensemble, and undone some time later. */
    private record Kind(String name, BiConsumer<SimulatedEnsemble, SimulatedFaults> beginning) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind("leader crashes", (ensemble, faults) -> faults.crash(SimulatedSelector.leader())),
            new Kind("leader stands still", (ensemble, faults) -> faults.pause(SimulatedSelector.leader())),
            new Kind("leader is isolated", (ensemble, faults) -> faults.isolate(SimulatedSelector.leader())),
            new Kind("leader starts twice", (ensemble, faults) -> ensemble.leader()
                    .ifPresent(ensemble::bootTwice)),
            new Kind("followers crash before activation", (ensemble, faults) -> {
                faults.crashBeforeActivation(SimulatedSelector.followers());
                ensemble.clock().after(LASTING, ensemble::startCrashed);
            }),
            new Kind(
                    "a follower stands still",
                    (ensemble, faults) ->
                            faults.pause(SimulatedSelector.followers().first())),
            new Kind("joiners crash", (ensemble, faults) -> faults.crash(SimulatedSelector.joining())),
            new Kind("the reply is lost", (ensemble, faults) -> faults.cutBeforeReply()),
            new Kind("the request is lost", (ensemble, faults) -> faults.cutBeforeRequest()),
            new Kind("a rival changes and changes back", (ensemble, faults) -> {
                var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
                faults.rivalReconfiguresAndBack(ensemble.committed().ensemble().plus(observer));
            }));

    private static List<Kind> kinds() {
        return KINDS;
    }

    private static List<Arguments> cases() {
        var cases = new ArrayList<Arguments>();
        for (var change : Change.ALL) {
            for (var kind : KINDS) {
                cases.add(Arguments.of(change, kind));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_growing_ensemble_breaks_no_invariant_at_whatever_call(Kind kind) {
        beginAtEachCall(Change.ALL.get(0), kind);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    @Tag("chaos")
    void no_change_breaks_an_invariant_at_whatever_call(Change change, Kind kind) {
        beginAtEachCall(change, kind);
    }

    private static void beginAtEachCall(Change change, Kind kind) {
        var ends = new TreeMap<String, Integer>();
        int calls = run(change, 0, CallMoment.BEFORE, kind, ends);
        assertThat(ends).containsOnlyKeys("Completed");
        for (int call = 2; call <= calls; call++) {
            for (var moment : CallMoment.values()) {
                run(change, call, moment, kind, ends);
            }
        }
        assertThat(ends.get("Completed")).isGreaterThan(1);
    }

    /** Runs a change with a fault at one of its calls, 0 for none, and returns how many calls it took. */
    private static int run(Change change, int call, CallMoment moment, Kind kind, Map<String, Integer> ends) {
        var ensemble = change.start(call);
        var scaler = Change.scaler(ensemble);
        var plan = scaler.plan(change.request().apply(ensemble));
        ensemble.invariants().floor(plan.floor());
        ensemble.faults().atCall(call, moment, () -> begin(ensemble, kind));

        var result = scaler.run(plan, OPTIONS);
        ensemble.faults().healAll();

        assertThat(ensemble.invariants().violations())
                .as("%s: %s %s call %d ended %s", change, kind, moment, call, result)
                .isEmpty();
        ends.merge(result.getClass().getSimpleName(), 1, Integer::sum);
        assertThat(result).isNotInstanceOf(RunResult.Cancelled.class);
        return ensemble.calls();
    }

    private static void begin(SimulatedEnsemble ensemble, Kind kind) {
        try {
            kind.beginning().accept(ensemble, ensemble.faults());
            ensemble.clock().after(LASTING, ensemble.faults()::healAll);
        } catch (EnsembleException e) {
            // At this call there is nobody whom it could hit.
            assertThat(e).hasMessageContaining("nobody is meant");
        }
    }
}
