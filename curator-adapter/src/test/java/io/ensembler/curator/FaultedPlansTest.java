package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.curator.FaultedPlan.Kind;
import io.ensembler.curator.FaultedPlan.Moment;
import io.ensembler.curator.FaultedPlan.Trouble;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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

    /** Enough that a joiner is seen fetching it. */
    private static final int SOME_MEGABYTES = 30;

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

    @Test
    @Tag("chaos")
    void a_plan_that_a_fault_strikes_comes_to_its_end_and_loses_nothing(@TempDir Path folder) throws Exception {
        run(
                folder,
                List.of(new Case(
                        Kind.GROW,
                        Trouble.LEADER_ISOLATED,
                        SEED,
                        0,
                        plan -> Moment.before("sendOnce", Step.Reconfigure.class, plan))));
    }

    @Test
    @Tag("chaos")
    void so_do_two_others(@TempDir Path folder) throws Exception {
        run(
                folder,
                List.of(
                        new Case(
                                Kind.SHRINK,
                                Trouble.ONE_WAY_CUT,
                                SEED,
                                0,
                                plan -> Moment.before("confirmActive", Step.ConfirmActive.class, plan)),
                        new Case(
                                Kind.REPLACE,
                                Trouble.JOINER_CRASHED_IN_ITS_SYNC,
                                SEED,
                                SOME_MEGABYTES,
                                plan -> Moment.drawn(plan, new Random(~SEED)))));
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
        run(folder, cases);
    }

    private static void run(Path folder, List<Case> cases) throws Exception {
        var wrong = new ArrayList<String>();
        int plans = 0;
        for (var one : cases) {
            if (ONLY.isPresent() && !ONLY.get().equals(one.name())) {
                continue;
            }
            plans++;
            var own = Files.createTempDirectory(folder, one.kind() + "-" + one.trouble());
            try (var faulted = FaultedPlan.start(one.kind(), one.trouble(), one.seed(), one.megabytes(), own)) {
                try {
                    faulted.carryOut(one.moment().apply(faulted.plan()));
                    faulted.keep(Optional.empty());
                } catch (Exception | AssertionError e) {
                    faulted.keep(Optional.of(e));
                    throw e;
                }
            } catch (Exception | AssertionError e) {
                wrong.add(one.name() + ", again by mvn -B -Pchaos"
                        + " verify -pl curator-adapter -am -Dtest=FaultedPlansTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dfaults.plan=" + one.name()
                        + " -Dfaults.seed=" + SEED + ": " + e);
            }
        }
        System.out.printf("figure: faults.plans = %d plans%n", plans);
        System.out.printf("figure: faults.wrong = %d plans%n", wrong.size());
        assertThat(wrong).isEmpty();
        assertThat(plans).isPositive();
    }
}
