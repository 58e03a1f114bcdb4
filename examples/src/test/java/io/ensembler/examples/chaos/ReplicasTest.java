package io.ensembler.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Of three processes that run the example's automation on one ensemble the one at work is killed, and sometimes the one
 * that takes over: the plan ends once, and rightly.
 */
class ReplicasTest {

    /** The first of the seeds; those that follow draw the other kinds and parts of a run, in turn. */
    private static final long SEED = Long.getLong("replicas.seed", 20_260_600);

    private static final int TRIALS = Integer.getInteger("replicas.trials", 50);

    /** Each waits for sessions to expire for most of its time. */
    private static final int AT_ONCE = 3;

    @Test
    void the_plan_ends_once_and_rightly_in_five_trials() throws Exception {
        run(5);
    }

    @Test
    @Tag("chaos")
    void the_plan_ends_once_and_rightly_in_fifty_trials() throws Exception {
        run(TRIALS);
    }

    private static void run(int trials) throws Exception {
        var seeds = LongStream.range(SEED, SEED + trials).boxed().toList();
        var executor = Executors.newFixedThreadPool(AT_ONCE);
        var wrong = new ArrayList<String>();
        var takeovers = new ArrayList<Long>();
        try {
            List<Callable<ReplicaTrial>> tasks = seeds.stream()
                    .<Callable<ReplicaTrial>>map(seed -> () -> ReplicaTrial.run(seed))
                    .toList();
            for (var trial : executor.invokeAll(tasks)) {
                trial.get().findings().ifPresent(wrong::add);
                takeovers.addAll(trial.get().takeovers());
            }
        } finally {
            executor.shutdownNow();
        }
        System.out.printf("figure: replicas.trials = %d trials%n", trials);
        System.out.printf("figure: replicas.wrong = %d trials%n", wrong.size());
        System.out.printf(
                "figure: replicas.takeover-longest = %d ms%n",
                takeovers.stream().mapToLong(Long::longValue).max().orElse(0));
        assertThat(wrong).isEmpty();
    }
}
