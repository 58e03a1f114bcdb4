package io.ensembler.examples.bench;

import io.ensembler.plan.ScalingPlan;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How long the planner takes for a plan with its forecast, and how that grows with the number of observers. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PlanBenchmark {

    static final int OBSERVERS = 100;
    static final int LEAVING_OBSERVERS = 20;
    static final int GROWTH = 10;

    @Benchmark
    public ScalingPlan plan(Size size) {
        return size.planning.plan();
    }

    @Benchmark
    public ScalingPlan planInTurns(Turns turns) {
        return turns.planning.plan();
    }

    /** The size that has a goal in milliseconds. */
    @State(Scope.Benchmark)
    public static class Size {

        final PlanningCase planning = PlanningCase.of(OBSERVERS, LEAVING_OBSERVERS);
    }

    /**
     * Two sizes, one an iteration in turns: whatever else slows the machine down slows both down, and both run the same
     * compiled code.
     */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Turns {

        static final String OBSERVERS_OF_ITERATION = "observers";

        private final PlanningCase small = PlanningCase.of(OBSERVERS, LEAVING_OBSERVERS);
        private final PlanningCase large = PlanningCase.of(GROWTH * OBSERVERS, GROWTH * LEAVING_OBSERVERS);
        private PlanningCase planning = large;

        @Setup(Level.Iteration)
        public void takeTurns() {
            planning = planning.equals(large) ? small : large;
        }

        /** A counter that tells one iteration from another: how many observers it plans for. */
        public int observers() {
            return planning.observation().ensemble().observers().size();
        }
    }
}
