package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random ensembles, requests and faults: no invariant is broken at any moment; without faults every run completes; with
 * faults, once they are healed, the ensemble ends where the plan says or where it began, by resuming or going back. A
 * failure names the seed, with which {@code -Dsimulation.seed} runs the same again.
 */
class SimulationTest {

    private static final int FEW = 5_000;
    private static final int MORE = Integer.getInteger("simulation.seeds", 200_000);

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
            var replayed = new SimulatedCase(only).run();
            tally.count(only, replayed);
            replayed.ensemble().history().forEach(System.out::println);
            System.out.println(tally.ends);
            assertThat(tally.failures).isEmpty();
            return;
        }
        LongStream.range(first, first + seeds)
                .parallel()
                .filter(seed -> !tally.hasEnoughFailures())
                .forEach(seed -> tally.count(seed, new SimulatedCase(seed).run()));
        tally.print();
        assertThat(tally.failures).isEmpty();
        assertThat(tally.violations).isZero();
        assertThat(tally.completedWithoutFaults()).isEqualTo(100.0);
        assertThat(tally.converged()).isGreaterThanOrEqualTo(95.0);
    }

    /** What came of all cases, whichever thread ran them. */
    private static final class Tally {

        private final Map<SimulatedCase.End, Integer> ends = new EnumMap<>(SimulatedCase.End.class);
        private final Map<Invariant, Long> met = new EnumMap<>(Invariant.class);
        private final Map<String, Integer> results = new TreeMap<>();
        private final List<String> failures = new ArrayList<>();
        private int faultless;
        private int incompleteFaultless;
        private int violations;
        private long resumed;
        private long silenced;

        synchronized boolean hasEnoughFailures() {
            return failures.size() >= 20;
        }

        synchronized void count(long seed, SimulatedCase ran) {
            faultless += ran.end().isEmpty() ? 1 : 0;
            ran.end().ifPresent(end -> {
                ends.merge(end, 1, Integer::sum);
                results.merge(ran.lastTold().replaceFirst("(?s): .*", ""), 1, Integer::sum);
            });
            for (var finding : ran.findings()) {
                incompleteFaultless += finding.what().equals(SimulatedCase.COMPLETES) ? 1 : 0;
                violations += isInvariant(finding.what()) ? 1 : 0;
                failures.add("seed " + seed + " (again with: mvn -pl testkit -am test -Dtest=SimulationTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed=" + seed + "): "
                        + finding.facts());
            }
            resumed += ran.resumed();
            silenced += ran.silenced();
            for (var invariant : Invariant.values()) {
                met.merge(invariant, (long) ran.ensemble().invariants().met(invariant), Long::sum);
            }
        }

        private static boolean isInvariant(String what) {
            return !what.equals(SimulatedCase.COMPLETES) && !what.equals(SimulatedCase.RESUMABLE);
        }

        double completedWithoutFaults() {
            return 100.0 * (faultless - incompleteFaultless) / faultless;
        }

        double converged() {
            int all = ends.values().stream().mapToInt(Integer::intValue).sum();
            return 100.0
                    * (ends.getOrDefault(SimulatedCase.End.TARGET, 0) + ends.getOrDefault(SimulatedCase.End.ORIGIN, 0))
                    / all;
        }

        private static void printReached(String what, long times) {
            System.out.printf("figure: simulation.reached.%s = %d times%n", what, times);
        }

        void print() {
            int all = ends.values().stream().mapToInt(Integer::intValue).sum() + faultless;
            System.out.printf("figure: simulation.runs = %d runs%n", all);
            System.out.printf("figure: simulation.violations = %d violations%n", violations);
            System.out.printf("figure: simulation.completed-without-faults = %.2f %%%n", completedWithoutFaults());
            System.out.printf("figure: simulation.converged = %.2f %%%n", converged());
            for (var invariant : Invariant.values()) {
                printReached(invariant.toString(), met.getOrDefault(invariant, 0L));
            }
            // These two the case looks at itself.
            printReached(SimulatedCase.RESUMABLE, resumed);
            printReached(SimulatedCase.RETIRED_MEANS_SILENT, silenced);
            System.out.println(ends + " " + results);
        }
    }
}
