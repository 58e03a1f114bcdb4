package io.ensembler.testkit.fake;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.FailurePolicy;
import io.ensembler.execution.MaintenanceWindow;
import io.ensembler.execution.RunControl;
import io.ensembler.execution.RunListener;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.execution.StopReason;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.EventStamp;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.DriverException;
import io.ensembler.validation.Rule;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Runs that somebody holds, ends, or has to wait for, on a clock that moves by itself. */
class HeldRunsTest {

    private static final Duration TIME = Duration.ofSeconds(10);
    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(500))
            .stepDeadline(Duration.ofSeconds(60))
            .deadline(Duration.ofMinutes(5))
            .poll(Duration.ofMillis(200))
            .build();

    private final SimulatedEnsemble ensemble = SimulatedEnsemble.builder().start();
    private final SimulatedProcess process = ensemble.process();
    private final RunControl control = RunControl.create();
    private final List<RunEvent> events = new ArrayList<>();

    private EnsembleScaler scaler(SimulatedProcess of, RunListener listener) {
        return EnsembleScaler.builder(of.driver())
                .launcher(of.launcher())
                .journal(of.journal())
                .lock(of.lock())
                .timeSource(ensemble.clock())
                .listener(events::add)
                .listener(listener)
                .build();
    }

    private EnsembleScaler scaler(RunListener listener) {
        return scaler(process, listener);
    }

    private ScalingPlan planToAdd(List<Server> servers) {
        return scaler(event -> {}).plan(ScalingRequest.change().add(servers));
    }

    private static boolean begins(RunEvent event, Class<? extends Step> step) {
        return event instanceof RunEvent.StepStarted started
                && step.isInstance(started.step().step());
    }

    private void assertNoViolation() {
        assertThat(ensemble.invariants().violations()).isEmpty();
    }

    @Test
    void one_that_is_paused_goes_on_when_it_is_let_and_has_all_its_time_then() {
        var plan = planToAdd(ensemble.newServers(1));
        var scaler = scaler(event -> {
            if (event instanceof RunEvent.StepEnded ended
                    && ended.report().step().number() == 3) {
                control.pause();
                ensemble.clock().after(Duration.ofHours(9), control::proceed);
            }
        });
        long begun = ensemble.clock().nanoTime();

        assertThat(scaler.run(plan, OPTIONS, control)).isCompleted().sent(1);

        assertThat(Duration.ofNanos(ensemble.clock().nanoTime() - begun)).isGreaterThan(Duration.ofHours(9));
        assertThat(events)
                .filteredOn(RunEvent.Held.class::isInstance)
                .hasSize(1)
                .allSatisfy(event -> assertThat(event)
                        .hasToString("held before 4/7 reconfigure: add participant 4 -> 1,2,3,4, tolerance 1:"
                                + " somebody paused it"));
        assertThat(events).filteredOn(RunEvent.WentOn.class::isInstance).hasSize(1);
        assertNoViolation();
    }

    @Test
    void one_that_is_paused_once_something_was_sent_waits_until_servers_act_by_it_first() {
        var scaler = scaler(event -> {
            if (event instanceof RunEvent.StepEnded ended
                    && ended.report().step().step() instanceof Step.Reconfigure) {
                control.pause();
                ensemble.clock().after(Duration.ofHours(1), control::proceed);
            }
        });

        assertThat(scaler.run(planToAdd(ensemble.newServers(1)), OPTIONS, control))
                .isCompleted();

        assertThat(events.stream()
                        .filter(RunEvent.Held.class::isInstance)
                        .map(event -> ((RunEvent.Held) event).next().step()))
                .containsExactly(new Step.Stabilize());
    }

    @Test
    void one_that_is_cancelled_while_it_waits_leaves_what_stands_and_can_be_resumed() {
        var joiner = ensemble.newServers(1);
        var plan = planToAdd(joiner);
        var scaler = scaler(event -> {
            if (begins(event, Step.AwaitSynced.class)) {
                ensemble.faults().stallSync(it -> Set.of(joiner.get(0).id()));
                ensemble.clock().after(Duration.ofSeconds(5), control::cancel);
            }
        });

        assertThat(scaler.run(plan, OPTIONS, control)).isInstanceOf(RunResult.Cancelled.class);
        assertThat(ensemble.committed().ensemble()).isEqualTo(plan.origin());

        ensemble.faults().healAll();
        assertThat(scaler(event -> {}).resume(process.journal(), OPTIONS))
                .isCompleted()
                .sent(1);
        assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
        assertNoViolation();
    }

    @Test
    void one_whose_thread_is_interrupted_is_cancelled_and_keeps_the_flag() {
        var plan = planToAdd(ensemble.newServers(1));
        var scaler = scaler(event -> {
            if (begins(event, Step.Reconfigure.class)) {
                Thread.currentThread().interrupt();
            }
        });

        var result = scaler.run(plan, OPTIONS);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result).isInstanceOf(RunResult.Cancelled.class);
        assertThat(scaler(event -> {}).resume(process.journal(), OPTIONS)).isCompleted();
        assertNoViolation();
    }

    @Test
    void one_begins_when_a_maintenance_window_opens_and_brings_to_an_end_what_it_sent_when_that_closes() {
        var plan = planToAdd(ensemble.newServers(2));
        // The simulated day begins at midnight. Each window is too short for the whole of the plan.
        var windows = List.of(window(10, 11), window(30, 31), window(50, 59));
        var options = OPTIONS.toBuilder().windows(windows).build();

        assertThat(scaler(event -> {}).run(plan, options)).isCompleted().sent(2);

        var held = events.stream()
                .filter(event -> event instanceof RunEvent.Held || event instanceof RunEvent.WentOn)
                .toList();
        assertThat(held).hasSizeGreaterThanOrEqualTo(4);
        assertThat(held.get(0).toString())
                .contains("no maintenance window is open; the next one is 00:00:10 to 00:00:11 Z daily");
        assertThat(events.stream()
                        .filter(RunEvent.Held.class::isInstance)
                        .map(event -> ((RunEvent.Held) event).next().step()))
                .noneMatch(Step.ConfirmActive.class::isInstance);
        assertThat(ensemble.clock().now().atZone(ZoneOffset.UTC).toLocalTime()).isAfter(LocalTime.of(0, 0, 30));
        assertNoViolation();
    }

    private static MaintenanceWindow window(int opens, int closes) {
        return MaintenanceWindow.daily(LocalTime.of(0, 0, opens), LocalTime.of(0, 0, closes), ZoneOffset.UTC);
    }

    @Test
    void one_that_cannot_go_on_goes_back_where_it_was_told_to() {
        var joiners = ensemble.newServers(2);
        var plan = planToAdd(joiners);
        var scaler = scaler(event -> {
            if (event instanceof RunEvent.StepStarted started && started.step().number() == 7) {
                ensemble.faults().stallSync(it -> Set.of(joiners.get(1).id()));
            }
        });

        var result = scaler.run(
                plan, OPTIONS.toBuilder().failurePolicy(FailurePolicy.ROLL_BACK).build());

        assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
            assertThat(stopped.reason()).isEqualTo(StopReason.SYNCED_BEFORE_VOTING);
            assertThat(stopped.message()).endsWith(" It was rolled back: the ensemble is 1,2,3 again.");
            assertThat(stopped.report().wayBack()).isPresent();
        });
        assertThat(ensemble.committed().ensemble()).isEqualTo(plan.origin());
        joiners.forEach(joiner -> assertThat(ensemble.isRunning(joiner.id())).isFalse());
        assertNoViolation();
    }

    /** What goes wrong on the way back goes on from the journal as well, wherever it was. */
    @Test
    void one_that_goes_back_and_dies_in_any_of_its_calls_is_resumed() {
        int cells = 0;
        for (int call = 1; diesOnTheWayBack(call); call += 4) {
            cells++;
        }
        assertThat(cells).isGreaterThan(15);
    }

    /**
     * Removes a server and is stopped for want of a joiner; returns whether the way back had so many calls to die in.
     */
    private static boolean diesOnTheWayBack(int call) {
        var ensemble = SimulatedEnsemble.builder().participants(4).start();
        var first = ensemble.process();
        var joiner = ensemble.newServers(1).get(0);
        var plan = Change.scaler(ensemble, first)
                .plan(ScalingRequest.change().remove(ServerId.of(3)).add(joiner));
        ensemble.faults()
                .stallSync(it -> ensemble.isRunning(joiner.id()) ? Set.of(joiner.id()) : Set.of(ServerId.of(3)));
        Change.scaler(ensemble, first).run(plan, OPTIONS);
        ensemble.faults().healAll();
        var back = Change.scaler(ensemble, first).planRollback(first.journal());
        assertThat(back.toString()).contains("set the data of server 3 aside");
        ensemble.faults().dieAtCall(ensemble.calls() + call, CallMoment.AFTER);
        try {
            Change.scaler(ensemble, first).run(back, OPTIONS);
            return false;
        } catch (ProcessDeath e) {
            var second = ensemble.process();
            // What the dead process held is free once its session has ended.
            var patient = OPTIONS.toBuilder().lockWait(Duration.ofMinutes(1)).build();
            var result = Change.scaler(ensemble, second).resume(second.journal(), patient);

            assertThat(result).as(e.getMessage()).isCompleted();
            // If it died before the way back was written down, the way forth goes on.
            assertThat(ensemble.awaitSettled()).as(e.getMessage()).isIn(plan.origin(), plan.target());
            assertThat(ensemble.invariants().violations()).as(e.getMessage()).isEmpty();
            return true;
        }
    }

    /** A process that stood still while another one took its lock and went on must not spoil their journal. */
    @Test
    void one_that_was_overtaken_adds_nothing_to_the_journal_of_its_successor() {
        for (var step : List.of(
                Step.StartServer.class, Step.AwaitSynced.class, Step.Reconfigure.class, Step.ConfirmActive.class)) {
            var overtaken = SimulatedEnsemble.builder().start();
            var first = overtaken.process();
            var second = overtaken.process();
            var scaler = EnsembleScaler.builder(first.driver())
                    .launcher(first.launcher())
                    .journal(first.journal())
                    .lock(first.lock())
                    .timeSource(overtaken.clock())
                    .listener(event -> {
                        if (begins(event, step)) {
                            overtaken.faults().loseLock();
                            assertThat(Change.scaler(overtaken, second).resume(second.journal(), OPTIONS))
                                    .isCompleted();
                        }
                    })
                    .build();
            var plan = scaler.plan(ScalingRequest.change().add(overtaken.newServers(1)));

            assertThat(scaler.run(plan, OPTIONS)).as("overtaken at %s", step).isInstanceOf(RunResult.Stopped.class);

            assertThat(Change.scaler(overtaken, second).resume(second.journal(), OPTIONS))
                    .isCompleted()
                    .sent(0);
            assertThat(overtaken.awaitSettled()).isEqualTo(plan.target());
            assertThat(overtaken.invariants().violations()).isEmpty();
        }
    }

    @Test
    void one_does_nothing_while_another_process_holds_the_lock() throws Exception {
        var plan = planToAdd(ensemble.newServers(1));
        var version = ensemble.committed().version();
        try (var held = ensemble.process().lock().acquire(TIME)) {
            assertThat(held.isHeld()).isTrue();
            int calls = ensemble.calls();
            assertThatThrownBy(() -> scaler(event -> {}).run(plan, OPTIONS))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.CONFLICT));
            assertThat(ensemble.calls()).isEqualTo(calls + 1);
        }
        assertThat(ensemble.committed().version()).isEqualTo(version);
        assertThat(scaler(event -> {}).run(plan, OPTIONS)).isCompleted();
    }

    @Test
    void one_that_loses_the_lock_sends_nothing_more() {
        var plan = planToAdd(ensemble.newServers(1));
        var scaler = scaler(event -> {
            if (begins(event, Step.Reconfigure.class)) {
                ensemble.faults().loseLock();
            }
        });

        assertThat(scaler.run(plan, OPTIONS)).isStopped(StopReason.LOCK_LOST).sent(0);
        assertThat(ensemble.committed().ensemble()).isEqualTo(plan.origin());
        assertThat(scaler(event -> {}).resume(process.journal(), OPTIONS))
                .isCompleted()
                .sent(1);
        assertNoViolation();
    }

    @Test
    void one_whose_intent_cannot_be_written_down_sends_nothing_whether_it_was_kept_or_not() {
        for (var moment : CallMoment.values()) {
            var before = ensemble.committed();
            var plan = planToAdd(ensemble.newServers(1));
            var scaler = scaler(event -> {
                if (begins(event, Step.Reconfigure.class)) {
                    ensemble.faults().failJournal(moment);
                }
            });
            assertThat(scaler.run(plan, OPTIONS)).isStopped(StopReason.JOURNAL).sent(0);
            assertThat(ensemble.committed()).isEqualTo(before);
            assertThat(scaler(ensemble.process(), event -> {}).resume(process.journal(), OPTIONS))
                    .isCompleted()
                    .sent(1);
        }
        assertNoViolation();
    }

    @Test
    void a_check_says_what_stands_in_the_way_and_sends_nothing() {
        var plan = planToAdd(ensemble.newServers(1));
        var version = ensemble.committed().version();
        assertThat(scaler(event -> {}).check(plan).isAdmissible()).isTrue();

        try (var denied = ensemble.faults().denyReconfiguration()) {
            assertThat(scaler(event -> {}).check(plan).errors())
                    .as("%s", denied)
                    .anySatisfy(error -> assertThat(error.rule()).isEqualTo(Rule.PERMISSION_MISSING));
        }
        assertThat(ensemble.committed().version()).isEqualTo(version);

        assertThat(scaler(event -> {}).run(plan, OPTIONS)).isCompleted();
        assertThat(scaler(event -> {}).check(plan).isAdmissible()).isTrue();
        var other = planToAdd(ensemble.newServers(1));
        assertThat(scaler(event -> {}).run(other, OPTIONS)).isCompleted();
        assertThat(scaler(event -> {}).check(plan).errors())
                .anySatisfy(error -> assertThat(error.rule()).isEqualTo(Rule.PLAN_STALE));
    }

    @Test
    void events_are_numbered_throughout_and_tell_how_long_the_run_may_still_take() {
        var stamps = new ArrayList<EventStamp>();
        var scaler = scaler(new RunListener() {
            @Override
            public void onEvent(RunEvent event) {
                throw new AssertionError("events come with their number");
            }

            @Override
            public void onEvent(RunEvent event, EventStamp stamp) {
                stamps.add(stamp);
            }
        });

        assertThat(scaler.run(planToAdd(ensemble.newServers(1)), OPTIONS)).isCompleted();

        assertThat(stamps).extracting(EventStamp::sequence).containsExactlyElementsOf(numbers(stamps.size()));
        assertThat(stamps).isSortedAccordingTo(Comparator.comparing(EventStamp::at));
        assertThat(stamps)
                .isSortedAccordingTo(Comparator.comparing(EventStamp::timeLeft).reversed())
                .allSatisfy(stamp -> assertThat(stamp.timeLeft()).isLessThanOrEqualTo(OPTIONS.deadline()));
    }

    private static List<Long> numbers(int last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
