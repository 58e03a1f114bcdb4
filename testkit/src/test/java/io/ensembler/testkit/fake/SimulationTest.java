package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.model.EnsembleException;
import io.ensembler.plan.ScalingPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random ensembles, requests and faults: no invariant is broken at any moment; without faults every run completes; with
 * faults, once they are healed, the ensemble ends where the plan says or where it began, by resuming or going back. A
 * failure names the seed, with which {@code -Dsimulation.seed} runs the same again.
 */
class SimulationTest {

    private static final Duration TIME = Duration.ofSeconds(10);
    private static final int FEW = 5_000;
    private static final int MORE = Integer.getInteger("simulation.seeds", 3_000);

    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(500))
            .stepDeadline(Duration.ofSeconds(60))
            .deadline(Duration.ofMinutes(5))
            .poll(Duration.ofMillis(200))
            .lockWait(Duration.ofMinutes(1))
            .build();

    /** How a case ended, once everything was healed. */
    private enum End {
        TARGET,
        ORIGIN,
        RIVAL,
        ELSEWHERE
    }

    @Test
    void a_run_without_faults_completes_and_one_with_faults_ends_where_it_should() {
        simulate(1, FEW);
    }

    @Test
    @Tag("chaos")
    void so_do_as_many_as_one_has_time_for() {
        simulate(1 + FEW, MORE);
    }

    private static void simulate(long first, int seeds) {
        var tally = new Tally();
        var only = Long.getLong("simulation.seed");
        if (only != null) {
            var replayed = new Case(only, tally);
            replayed.run();
            replayed.ensemble.history().forEach(System.out::println);
            System.out.println(tally.ends);
            assertThat(tally.failures).isEmpty();
            return;
        }
        for (long seed = first; seed < first + seeds && tally.failures.size() < 20; seed++) {
            new Case(seed, tally).run();
        }
        tally.print();
        assertThat(tally.failures).isEmpty();
        assertThat(tally.violations).isZero();
        assertThat(tally.completedWithoutFaults()).isEqualTo(100.0);
        assertThat(tally.converged()).isGreaterThanOrEqualTo(95.0);
    }

    /** What came of all cases. */
    private static final class Tally {

        private final Map<End, Integer> ends = new EnumMap<>(End.class);
        private final Map<Invariant, Long> met = new EnumMap<>(Invariant.class);
        private final Map<String, Integer> results = new TreeMap<>();
        private final List<String> failures = new ArrayList<>();
        private int faultless;
        private int completedFaultless;
        private int violations;

        double completedWithoutFaults() {
            return 100.0 * completedFaultless / faultless;
        }

        double converged() {
            int all = ends.values().stream().mapToInt(Integer::intValue).sum();
            return 100.0 * (ends.getOrDefault(End.TARGET, 0) + ends.getOrDefault(End.ORIGIN, 0)) / all;
        }

        void print() {
            int all = ends.values().stream().mapToInt(Integer::intValue).sum() + faultless;
            System.out.printf("figure: simulation.runs = %d runs%n", all);
            System.out.printf("figure: simulation.violations = %d violations%n", violations);
            System.out.printf("figure: simulation.completed-without-faults = %.2f %%%n", completedWithoutFaults());
            System.out.printf("figure: simulation.converged = %.2f %%%n", converged());
            for (var invariant : Invariant.values()) {
                System.out.printf(
                        "figure: simulation.reached.%s = %d times%n", invariant, met.getOrDefault(invariant, 0L));
            }
            System.out.println(ends + " " + results);
        }
    }

    /** One case from its beginning to its end. */
    private static final class Case {

        private final long seed;
        private final Tally tally;
        private final RandomCase drawn;
        private final SimulatedEnsemble ensemble;
        private SimulatedProcess process;

        Case(long seed, Tally tally) {
            this.seed = seed;
            this.tally = tally;
            this.drawn = new RandomCase(seed);
            this.ensemble = drawn.ensemble();
            this.process = ensemble.process();
        }

        void run() {
            var plan = drawn.plan(scaler());
            ensemble.invariants().floor(plan.floor());
            if (drawn.isFaultless()) {
                var result = scaler().run(plan, OPTIONS);
                tally.faultless++;
                tally.completedFaultless += result instanceof RunResult.Completed ? 1 : 0;
                if (!(result instanceof RunResult.Completed)) {
                    fail("without faults: " + result.report());
                }
            } else {
                drawn.arrangeFaults(plan);
                tally.ends.merge(end(plan), 1, Integer::sum);
            }
            for (var violation : ensemble.invariants().violations()) {
                tally.violations++;
                fail(violation.toString());
            }
            for (var invariant : Invariant.values()) {
                tally.met.merge(invariant, (long) ensemble.invariants().met(invariant), Long::sum);
            }
        }

        private End end(ScalingPlan plan) {
            var told = new ArrayList<String>();
            told.add(attempt(() -> scaler().run(plan, OPTIONS)));
            // All that was arranged has begun by then, also where the run ended early.
            ensemble.clock().advance(RandomCase.LONGEST);
            ensemble.faults().healAll();
            for (int again = 0; again < 2 && !isCompleted(told); again++) {
                obey(told.get(told.size() - 1));
                ensemble.awaitFor(Duration.ofSeconds(60), ensemble::hasSettled);
                told.add(attempt(() -> goOn(plan)));
            }
            if (!isCompleted(told)) {
                told.add(attempt(() -> scaler().run(scaler().planRollback(process.journal()), OPTIONS)));
            }
            tally.results.merge(told.get(told.size() - 1), 1, Integer::sum);
            var stands = ensemble.committed().ensemble();
            if (isCompleted(told) && (stands.equals(plan.target()) || stands.equals(plan.origin()))) {
                return stands.equals(plan.target()) ? End.TARGET : End.ORIGIN;
            }
            if (ensemble.history().stream().anyMatch(line -> line.contains("somebody else"))) {
                return End.RIVAL;
            }
            fail("ended elsewhere, at " + ensemble.committed() + " of " + plan.origin() + " -> " + plan.target() + ": "
                    + told);
            return End.ELSEWHERE;
        }

        /** Does what a stop asks for where no server leads: ends joiners, which the run that resumes starts again. */
        private void obey(String told) {
            if (told.startsWith("stopped OUTCOME_UNRESOLVED")
                    && ensemble.leader().isEmpty()) {
                ensemble.servers().stream()
                        .filter(server -> !ensemble.committed().ensemble().contains(server.id()))
                        .forEach(server -> ensemble.stop(server.id()));
            }
        }

        private static boolean isCompleted(List<String> told) {
            return told.get(told.size() - 1).equals("Completed");
        }

        private RunResult goOn(ScalingPlan plan) {
            return process.journal().lines(TIME).isEmpty()
                    ? scaler().run(plan, OPTIONS)
                    : scaler().resume(process.journal(), OPTIONS);
        }

        private interface Attempt {
            RunResult make();
        }

        /** Returns how it ended, in a word or a few; a process that dies is followed by another. */
        private String attempt(Attempt attempt) {
            try {
                var result = attempt.make();
                if (result instanceof RunResult.Stopped stopped) {
                    return "stopped " + stopped.reason() + ": " + stopped.message();
                }
                return result instanceof RunResult.Failed failed
                        ? "failed " + failed.reason() + ": " + failed.message()
                        : result.getClass().getSimpleName();
            } catch (ProcessDeath e) {
                process = ensemble.process();
                return "died";
            } catch (EnsembleException e) {
                return "refused: " + e.getMessage();
            }
        }

        private EnsembleScaler scaler() {
            return Change.scaler(ensemble, process);
        }

        private void fail(String what) {
            tally.failures.add("seed " + seed + " (again with: mvn -pl testkit -am test -Dtest=SimulationTest"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed=" + seed + "): " + what);
        }
    }
}
