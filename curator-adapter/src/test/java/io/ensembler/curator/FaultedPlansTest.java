package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.curator.FaultedPlan.Kind;
import io.ensembler.curator.FaultedPlan.Moment;
import io.ensembler.curator.FaultedPlan.Trouble;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults strike while plans are carried out on servers in processes of their own: nothing is lost, every invariant holds
 * that can be seen from outside, and the plan comes to its end, be it by another process once the fault is healed.
 */
class FaultedPlansTest {

    private static final long SEED = Long.getLong("faults.seed", 20_260_101);

    /** One of them only, such as {@code GROW/LEADER_ISOLATED}. */
    private static final Optional<String> ONLY = Optional.ofNullable(System.getProperty("faults.plan"));

    private static final int MANY_MEGABYTES = 100;

    /** A plan, what goes wrong, and when. */
    private record Case(Kind kind, Trouble trouble, long seed, int megabytes, Function<ScalingPlan, Moment> moment) {

        static Case drawn(Kind kind, Trouble trouble, long seed) {
            return new Case(
                    kind,
                    trouble,
                    seed,
                    trouble == Trouble.JOINER_CRASHED_IN_ITS_SYNC ? MANY_MEGABYTES : 0,
                    plan -> Moment.drawn(plan, new Random(~seed)));
        }

        String name() {
            return kind + "/" + trouble;
        }
    }

    /** Of seeds whose faults are over after some three seconds, whatever the run does. */
    @Test
    @Tag("chaos")
    void three_plans_that_faults_strike_come_to_their_end_and_lose_nothing(@TempDir Path folder) throws Exception {
        run(
                folder,
                "-Pchaos ",
                2,
                List.of(
                        new Case(
                                Kind.GROW,
                                Trouble.LEADER_ISOLATED,
                                20_260_117,
                                0,
                                plan -> Moment.before("sendOnce", Step.Reconfigure.class, plan)),
                        new Case(
                                Kind.SHRINK,
                                Trouble.ONE_WAY_CUT,
                                20_260_133,
                                0,
                                plan -> Moment.before("confirmActive", Step.ConfirmActive.class, plan)),
                        new Case(
                                Kind.REPLACE,
                                Trouble.LINKS_DELAYED,
                                20_260_110,
                                0,
                                plan -> Moment.before("proveSynced", Step.AwaitSynced.class, plan))));
    }

    @Test
    @Tag("chaos")
    void fifteen_plans_that_faults_strike_at_moments_drawn_come_to_their_end_and_lose_nothing(@TempDir Path folder)
            throws Exception {
        var cases = new ArrayList<Case>();
        for (var trouble : Trouble.values()) {
            for (var kind : Kind.values()) {
                cases.add(Case.drawn(kind, trouble, SEED + cases.size()));
            }
        }
        run(folder, "-Pchaos ", 1, cases);
    }

    private static void run(Path folder, String profile, int atOnce, List<Case> cases) throws Exception {
        var chosen = cases.stream()
                .filter(one -> ONLY.isEmpty() || ONLY.get().equals(one.name()))
                .toList();
        var wrong = new ArrayList<String>();
        var executor = Executors.newFixedThreadPool(atOnce);
        try {
            List<Callable<Optional<String>>> tasks = chosen.stream()
                    .<Callable<Optional<String>>>map(one -> () -> wrong(one, folder, profile))
                    .toList();
            for (var found : executor.invokeAll(tasks)) {
                found.get().ifPresent(wrong::add);
            }
        } finally {
            executor.shutdownNow();
        }
        System.out.printf("figure: faults.plans = %d plans%n", chosen.size());
        System.out.printf("figure: faults.wrong = %d plans%n", wrong.size());
        assertThat(wrong).isEmpty();
        assertThat(chosen).isNotEmpty();
    }

    /** Returns what went wrong, and how to have it again. */
    private static Optional<String> wrong(Case one, Path folder, String profile) throws IOException {
        var own = Files.createTempDirectory(folder, one.kind() + "-" + one.trouble());
        try (var faulted = FaultedPlan.start(one.kind(), one.trouble(), one.seed(), one.megabytes(), own)) {
            try {
                faulted.carryOut(one.moment().apply(faulted.plan()));
                faulted.keep(Optional.empty());
                return Optional.empty();
            } catch (Exception | AssertionError e) {
                faulted.keep(Optional.of(e));
                throw e;
            }
        } catch (Exception | AssertionError e) {
            return Optional.of(one.name() + ", again by mvn -B " + profile
                    + "verify -pl curator-adapter -am -Dtest=FaultedPlansTest"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dfaults.plan=" + one.name() + " -Dfaults.seed=" + SEED
                    + ": " + e);
        }
    }
}
