package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.MaintenanceWindow;
import io.ensembler.execution.RunControl;
import io.ensembler.execution.RunListener;
import io.ensembler.execution.RunResult;
import io.ensembler.execution.StopReason;
import io.ensembler.model.Server;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.PlanJournal;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Runs on real servers that somebody holds or ends, from another thread; the simulation has all places. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class HeldScaleTest {

    private static final long SECONDS = 60;

    /** A plan to add a server, run on a thread of its own, and what the test can do to that. */
    private static final class Held implements AutoCloseable {

        private final TestEnsemble ensemble;
        private final Scaling scaling;
        private final PlanJournal journal = DyingJournal.before(line -> false);
        private final RunControl control = RunControl.create();
        private final Server joiner;
        private final ScalingPlan plan;

        Held(TestEnsemble ensemble) {
            this.ensemble = ensemble;
            this.scaling = Scaling.of(ensemble);
            this.joiner = ensemble.newServers(1).get(0);
            this.plan = scaling.plan(ScalingRequest.change().add(joiner));
        }

        EnsembleScaler scaler(RunListener... listeners) {
            return scaling.scaler(journal, listeners);
        }

        /** Lets the joiner connect and get no further, and returns once the run waits for it. */
        FutureTask<RunResult> runUntilItWaits(AtomicReference<Thread> thread) throws Exception {
            ensemble.faults().stallSync(Selector.server(joiner.id()));
            var waits = new CountDownLatch(1);
            var scaler = scaler(event -> {
                if (event instanceof RunEvent.Waiting waiting
                        && waiting.waitingFor().startsWith("server " + joiner.id() + " answers at ")) {
                    waits.countDown();
                }
            });
            var run = new FutureTask<>(() -> {
                var result = scaler.run(plan, Scaling.QUICK, control);
                assertThat(Thread.interrupted()).isEqualTo(!control.isCancelled());
                return result;
            });
            thread.set(new Thread(run, "run"));
            thread.get().start();
            assertThat(waits.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            return run;
        }

        /** Fails unless the run ended where it began, and goes on from there to the end. */
        void assertCancelledAndResumable(FutureTask<RunResult> run) throws Exception {
            assertThat(run.get(SECONDS, TimeUnit.SECONDS)).isCancelled().sent(0);
            assertThat(ensemble.committed()).isEqualTo(plan.origin());
            ensemble.faults().healAll();
            assertResumable();
        }

        void assertResumable() {
            assertThat(scaler().resume(journal, Scaling.QUICK)).isCompleted().sent(1);
            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
        }

        @Override
        public void close() {
            scaling.close();
        }
    }

    @Test
    void one_whose_thread_is_interrupted_while_it_waits_is_cancelled_keeps_the_flag_and_can_be_resumed(
            TestEnsemble ensemble) throws Exception {
        try (var held = new Held(ensemble)) {
            var thread = new AtomicReference<Thread>();
            var run = held.runUntilItWaits(thread);

            thread.get().interrupt();

            held.assertCancelledAndResumable(run);
        }
    }

    @Test
    void one_that_is_cancelled_while_it_waits_leaves_what_stands_and_can_be_resumed(TestEnsemble ensemble)
            throws Exception {
        try (var held = new Held(ensemble)) {
            var run = held.runUntilItWaits(new AtomicReference<>());

            held.control.cancel();

            held.assertCancelledAndResumable(run);
        }
    }

    @Test
    void one_whose_time_is_over_sends_nothing_more_and_can_be_resumed_with_more(TestEnsemble ensemble) {
        try (var held = new Held(ensemble)) {
            var scaler = held.scaler(held.scaling.passRunDeadlineAtReconfiguration());

            assertThat(scaler.run(held.plan, Scaling.QUICK))
                    .isStopped(StopReason.DEADLINE)
                    .sent(0);

            assertThat(ensemble.committed()).isEqualTo(held.plan.origin());
            held.assertResumable();
        }
    }

    @Test
    void one_that_is_paused_waits_before_its_next_step_until_it_is_let(TestEnsemble ensemble) throws Exception {
        try (var held = new Held(ensemble)) {
            var isHeld = new CountDownLatch(1);
            var scaler = held.scaler(event -> {
                if (event instanceof RunEvent.StepEnded ended
                        && ended.report().step().number() == 3) {
                    held.control.pause();
                } else if (event instanceof RunEvent.Held) {
                    isHeld.countDown();
                }
            });
            var run = new FutureTask<>(() -> scaler.run(held.plan, Scaling.QUICK, held.control));
            new Thread(run, "run").start();
            assertThat(isHeld.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(run).isNotDone();
            assertThat(ensemble.committed()).isEqualTo(held.plan.origin());

            held.control.proceed();

            assertThat(run.get(SECONDS, TimeUnit.SECONDS)).isCompleted().sent(1);
            assertThat(heldAndLet(held))
                    .containsExactly(
                            "held before 4/7 reconfigure: add participant " + held.joiner.id()
                                    + " -> 1,2,3,4, tolerance 1: somebody paused it",
                            "went on");
            assertThat(ensemble.awaitSettled()).isEqualTo(held.plan.target());
        }
    }

    @Test
    void one_begins_when_a_maintenance_window_opens(TestEnsemble ensemble) {
        try (var held = new Held(ensemble)) {
            var opens = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.SECONDS);
            var time = LocalTime.ofInstant(opens, ZoneOffset.UTC);
            var window = MaintenanceWindow.daily(time, time.plusHours(1), ZoneOffset.UTC);
            var begun = new AtomicReference<Instant>();
            var scaler = held.scaler(event -> {
                if (event instanceof RunEvent.StepStarted) {
                    begun.compareAndSet(null, Instant.now());
                }
            });

            var result = scaler.run(
                    held.plan,
                    Scaling.QUICK.toBuilder().windows(List.of(window)).build());

            assertThat(result).isCompleted().sent(1);
            assertThat(begun.get()).isAfterOrEqualTo(opens);
            assertThat(heldAndLet(held)).hasSize(2).first().asString().contains("no maintenance window is open");
            assertThat(ensemble.awaitSettled()).isEqualTo(held.plan.target());
        }
    }

    private static List<String> heldAndLet(Held held) {
        return held.scaling.events.stream()
                .filter(event -> event instanceof RunEvent.Held || event instanceof RunEvent.WentOn)
                .map(event -> event instanceof RunEvent.WentOn ? "went on" : event.toString())
                .toList();
    }
}
