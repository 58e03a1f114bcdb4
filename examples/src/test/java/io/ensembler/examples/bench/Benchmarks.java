package io.ensembler.examples.bench;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks and prints their figures; {@code mvn -Pbench verify} starts it. */
final class Benchmarks {

    private Benchmarks() {}

    /** Exits with status 1 if a goal is missed and {@code bench.strict} is set. */
    public static void main(String[] args) throws Exception {
        var length = Length.asked();
        var figures = new ArrayList<>(List.of(plan(length), growth(length)));
        figures.addAll(CheckBenchmark.figures(length));
        figures.add(SimulationBenchmark.figure(length));
        figures.addAll(TestkitBenchmark.figures(length));
        figures.addAll(OverheadBenchmark.figures(length));
        figures.addAll(SightBenchmark.figures(length));
        figures.forEach(System.out::println);
        if (Boolean.getBoolean("bench.strict") && !figures.stream().allMatch(Figure::meetsGoal)) {
            System.exit(1);
        }
    }

    private static Figure plan(Length length) throws RunnerException {
        var times = new ArrayList<Double>();
        for (var fork :
                run("plan", length.of(1, 2, 5), length.of(2, 10, 20), length).getBenchmarkResults()) {
            fork.getIterationResults().forEach(iteration -> times.add(milliseconds(iteration)));
        }
        return new Figure("plan.7p100o", "ms", Goal.atMost(1), times);
    }

    private static Figure growth(Length length) throws RunnerException {
        var ratios = new ArrayList<Double>();
        for (var fork : run("planInTurns", length.of(1, 1, 5), length.of(4, 20, 40), length)
                .getBenchmarkResults()) {
            var turns = List.copyOf(fork.getIterationResults());
            for (int turn = 0; turn < turns.size(); turn += 2) {
                ratios.add(ratio(turns.get(turn), turns.get(turn + 1)));
            }
        }
        return new Figure("plan.growth-x10", "ratio", Goal.atMost(15), ratios);
    }

    private static double ratio(IterationResult small, IterationResult large) {
        if (observers(large) != PlanBenchmark.GROWTH * observers(small)) {
            throw new IllegalStateException("iterations of " + observers(small) + " and " + observers(large)
                    + " observers cannot be compared: the sizes must take turns, the smaller first");
        }
        return milliseconds(large) / milliseconds(small);
    }

    private static double milliseconds(IterationResult iteration) {
        return iteration.getPrimaryResult().getScore();
    }

    private static double observers(IterationResult iteration) {
        return iteration
                .getSecondaryResults()
                .get(PlanBenchmark.Turns.OBSERVERS_OF_ITERATION)
                .getScore();
    }

    /**
     * Iterations come in even numbers, so that every fork measures both sizes of a benchmark that takes turns. The
     * planner is compiled for good after about 13 000 plans, which took 14 s here; before, a plan takes up to twice as
     * long.
     */
    private static RunResult run(String benchmark, int forks, int iterations, Length length) throws RunnerException {
        var options = new OptionsBuilder()
                .include("^" + PlanBenchmark.class.getName().replace(".", "\\.") + "\\." + benchmark + "$")
                .forks(forks)
                .warmupIterations(length.of(4, 30, 30))
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.milliseconds(length.of(500, 500, 1_000)))
                .shouldFailOnError(true)
                .build();
        return new Runner(options).runSingle();
    }
}
