package io.ensembler.testkit.fake;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.FailurePolicy;
import io.ensembler.execution.RunListener;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.execution.StopReason;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.report.StepReport;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.ServerLauncher;
import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a run that goes on, or that has lost what it relied on, must not take for granted. */
class ResumedRunsTest {

    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(500))
            .stepDeadline(Duration.ofSeconds(60))
            .deadline(Duration.ofMinutes(5))
            .poll(Duration.ofMillis(200))
            .build();
    private static final RunOptions BACK =
            OPTIONS.toBuilder().failurePolicy(FailurePolicy.ROLL_BACK).build();

    private static ServerId id(long value) {
        return ServerId.of(value);
    }

    private static SimulatedSelector only(long id) {
        return ensemble -> Set.of(id(id));
    }

    private static EnsembleScaler.Builder on(SimulatedEnsemble ensemble, SimulatedProcess process) {
        return EnsembleScaler.builder(process.driver())
                .launcher(process.launcher())
                .lock(process.lock())
                .timeSource(ensemble.clock());
    }

    private static EnsembleScaler scaler(SimulatedEnsemble ensemble, SimulatedProcess process, RunListener listener) {
        return on(ensemble, process)
                .journal(process.journal())
                .listener(listener)
                .build();
    }

    private static EnsembleScaler scaler(SimulatedEnsemble ensemble, SimulatedProcess process) {
        return scaler(ensemble, process, event -> {});
    }

    private static boolean begins(RunEvent event, Class<? extends Step> step) {
        return event instanceof RunEvent.StepStarted started
                && step.isInstance(started.step().step());
    }

    private static boolean ends(RunEvent event, Class<? extends Step> step, StepReport.Outcome outcome) {
        return event instanceof RunEvent.StepEnded ended
                && step.isInstance(ended.report().step().step())
                && ended.report().outcome() == outcome;
    }

    @Test
    void wherever_a_process_dies_as_its_journal_starts_over_the_next_finds_the_run_before_or_the_new_one() {
        var found = new TreeSet<String>();
        for (var moment : CallMoment.values()) {
            for (int call = 1; call <= 8; call++) {
                var ensemble = SimulatedEnsemble.builder().participants(5).start();
                var before = scaler(ensemble, ensemble.process());
                assertThat(before.run(before.plan(ScalingRequest.change().remove(id(5))), OPTIONS))
                        .isCompleted();
                var dying = scaler(ensemble, ensemble.process());
                var plan = dying.plan(ScalingRequest.change().remove(id(4)));
                ensemble.faults().dieAtCall(ensemble.calls() + call, moment);
                assertThatThrownBy(() -> dying.run(plan, OPTIONS)).isInstanceOf(ProcessDeath.class);
                ensemble.faults().loseLock();

                var another = ensemble.process();
                var next = scaler(ensemble, another);
                var resumed = next.resume(another.journal(), OPTIONS);

                assertThat(resumed).isCompleted();
                found.add(resumed.report().plan().equals(plan) ? "new" : "before");
                assertThat(next.run(plan, OPTIONS)).isCompleted();
                assertThat(another.journal().lines(Duration.ofSeconds(10)))
                        .filteredOn(line -> line.contains("\"run-began\""))
                        .hasSize(1);
                assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3);
            }
        }
        assertThat(found).containsExactly("before", "new");
    }

    /** Alone with a vote, the leader cannot go on without it; its directory bears the marker of the founding ensemble. */
    @Test
    void an_observer_that_crashes_as_it_is_let_vote_is_started_again_with_what_it_has() {
        var ensemble = SimulatedEnsemble.builder().participants(1).observers(1).start();
        var scaler = scaler(ensemble, ensemble.process(), event -> {
            if (event instanceof RunEvent.StepStarted started
                    && started.step().step() instanceof Step.Reconfigure change
                    && change.after().participants().contains(id(2))) {
                ensemble.faults().crashBeforeActivation(only(2));
            }
        });

        var result =
                scaler.run(scaler.plan(ScalingRequest.change().changeRole(id(2), ServerRole.PARTICIPANT)), OPTIONS);

        assertThat(result).isCompleted();
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2);
        assertThat(ensemble.history()).anyMatch(line -> line.contains("server 2: crashes before it activates"));
    }

    @Test
    void a_run_that_goes_on_reports_what_the_one_before_it_kept() {
        var ensemble = SimulatedEnsemble.builder().participants(4).start();
        var before = ensemble.committed();
        var plan = scaler(ensemble, ensemble.process())
                .plan(ScalingRequest.change().remove(id(4)));
        dieAtTheBarrier(ensemble, plan, () -> {});
        var another = ensemble.process();

        var result = scaler(ensemble, another).resume(another.journal(), OPTIONS);

        assertThat(result).isCompleted();
        assertThat(result.report().backup().orElseThrow().configuration()).isEqualTo(before);
    }

    /** Lets the process die when a change was applied, and its journal knows, once {@code then} was done. */
    private static void dieAtTheBarrier(SimulatedEnsemble ensemble, ScalingPlan plan, Runnable then) {
        var dying = scaler(ensemble, ensemble.process(), event -> {
            if (begins(event, Step.ConfirmActive.class)) {
                then.run();
                throw new ProcessDeath("before the barrier");
            }
        });
        assertThatThrownBy(() -> dying.run(plan, OPTIONS)).isInstanceOf(ProcessDeath.class);
    }

    private static ScalingPlan plan(SimulatedEnsemble ensemble, ScalingRequest request) {
        return scaler(ensemble, ensemble.process()).plan(request);
    }

    @Test
    void does_not_go_on_from_the_content_it_left_under_a_version_that_somebody_else_brought() {
        var ensemble = SimulatedEnsemble.builder().start();
        var plan = plan(ensemble, ScalingRequest.change().add(ensemble.newServers(2)));
        dieAtTheBarrier(ensemble, plan, () -> {});
        var left = ensemble.committed();
        ensemble.faults()
                .rivalReconfiguresAndBack(
                        left.ensemble().plus(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER)));
        assertThat(ensemble.awaitFor(
                        Duration.ofSeconds(10),
                        () -> ensemble.committed().ensemble().equals(left.ensemble())
                                && !ensemble.committed().equals(left)))
                .isTrue();
        var process = ensemble.process();

        assertThat(scaler(ensemble, process).resume(process.journal(), OPTIONS))
                .isStopped(StopReason.ONE_AUTHOR)
                .sent(0);
    }

    @Test
    void is_not_done_while_a_server_is_down_that_it_let_in_before_it_died() {
        var ensemble = SimulatedEnsemble.builder().start();
        var plan = plan(ensemble, ScalingRequest.change().add(ensemble.newServers(1)));
        dieAtTheBarrier(ensemble, plan, () -> ensemble.faults().crash(only(4)));
        var process = ensemble.process();
        var alone = EnsembleScaler.builder(process.driver())
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();

        var withoutLauncher = alone.resume(process.journal(), OPTIONS);
        assertThat(withoutLauncher).isStopped(StopReason.BARRIER);
        assertThat(withoutLauncher.report().outcome()).contains("server 4 came in");

        assertThat(scaler(ensemble, process).resume(process.journal(), OPTIONS))
                .isCompleted()
                .sent(0);
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
        assertThat(ensemble.invariants().violations()).isEmpty();
    }

    @Test
    void brings_back_who_is_down_before_it_plans_what_is_left_without() {
        var ensemble = SimulatedEnsemble.builder().participants(2).start();
        var joiner = ensemble.newServers(1).get(0);
        var plan =
                plan(ensemble, ScalingRequest.change().add(joiner).remove(id(2)).consentToTolerance(0));
        dieAtTheBarrier(ensemble, plan, () -> ensemble.faults().crash(only(3)));
        assertThat(ensemble.committed().ensemble()).hasParticipants(1, 2, 3);
        var process = ensemble.process();

        assertThat(scaler(ensemble, process).resume(process.journal(), OPTIONS)).isCompleted();

        assertThat(ensemble.awaitSettled()).hasParticipants(1, 3);
        assertThat(ensemble.invariants().violations()).isEmpty();
    }

    @Test
    void brings_back_all_who_are_down() {
        var ensemble = SimulatedEnsemble.builder().start();
        var plan = plan(ensemble, ScalingRequest.change().add(ensemble.newServers(2)));
        var dying = scaler(ensemble, ensemble.process(), event -> {
            if (begins(event, Step.ConfirmActive.class)
                    && ensemble.committed().ensemble().contains(id(5))) {
                ensemble.faults().crash(only(4));
                ensemble.faults().crash(only(5));
                throw new ProcessDeath("before the last barrier");
            }
        });
        assertThatThrownBy(() -> dying.run(plan, OPTIONS)).isInstanceOf(ProcessDeath.class);
        var process = ensemble.process();

        assertThat(scaler(ensemble, process).resume(process.journal(), OPTIONS)).isCompleted();

        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4, 5);
        assertThat(ensemble.invariants().violations()).isEmpty();
    }

    /** Only who was part of the ensemble when the plan began may go on with whatever data it has. */
    @Test
    void lets_no_joiner_begin_with_what_it_had_in_an_earlier_life() {
        var ensemble = SimulatedEnsemble.builder().start();
        var stranger = ensemble.newServers(1).get(0);
        ensemble.join(stranger);
        assertThat(ensemble.awaitFor(Duration.ofSeconds(10), () -> ensemble.isServing(stranger.id())))
                .isTrue();
        ensemble.stop(stranger.id());
        var process = ensemble.process();
        var other = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
        assertThat(scaler(ensemble, process)
                        .run(plan(ensemble, ScalingRequest.change().add(other)), OPTIONS))
                .isCompleted();

        var result = scaler(ensemble, process)
                .run(plan(ensemble, ScalingRequest.change().add(stranger)), OPTIONS);

        assertThat(result).isStopped(StopReason.LAUNCHER).sent(0);
        assertThat(result.report().outcome()).contains("belongs to \"id=4 ");
    }

    /** The znode of a server with {@code reconfigEnabled=false} shows what it does not act by (F7). */
    @Test
    void a_configuration_znode_seen_first_after_the_process_died_proves_nothing() {
        var ensemble = SimulatedEnsemble.builder()
                .participants(5)
                .withoutReconfiguration(3, 4)
                .start();
        var first = ensemble.process();
        var dying = EnsembleScaler.builder(new ZnodesOnly(ensemble, first.driver(), Set.of(id(3), id(4))))
                .launcher(first.launcher())
                .journal(first.journal())
                .timeSource(ensemble.clock())
                .listener(event -> {
                    if (begins(event, Step.ConfirmActive.class)) {
                        ensemble.faults().crash(only(2));
                        throw new ProcessDeath("before the barrier");
                    }
                })
                .build();
        var plan = dying.plan(ScalingRequest.change().add(ensemble.newServers(1)));
        assertThatThrownBy(() -> dying.run(plan, OPTIONS)).isInstanceOf(ProcessDeath.class);
        assertThat(ensemble.shown(id(3)).version())
                .isEqualTo(ensemble.committed().version());
        assertThat(ensemble.inForce(id(3)).version())
                .isNotEqualTo(ensemble.committed().version());
        var second = ensemble.process();

        var result = EnsembleScaler.builder(new ZnodesOnly(ensemble, second.driver(), Set.of()))
                .launcher(second.launcher())
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build()
                .resume(second.journal(), OPTIONS);

        assertThat(result).isStopped(StopReason.BARRIER).sent(0);
    }

    /**
     * A driver that may not ask servers by four-letter words, and goes by what their configuration znodes show, but for
     * some servers that it does not reach.
     */
    private static final class ZnodesOnly extends LyingDriver {

        private final SimulatedEnsemble ensemble;
        private final Set<ServerId> unreached;

        ZnodesOnly(SimulatedEnsemble ensemble, EnsembleDriver driver, Set<ServerId> unreached) {
            super(driver);
            this.ensemble = ensemble;
            this.unreached = unreached;
        }

        @Override
        public Observation observe(ObserveRequest request) throws InterruptedException {
            var seen = super.observe(request);
            var servers = new TreeMap<ServerId, ServerFacts>();
            seen.servers()
                    .forEach((id, facts) -> servers.put(
                            id,
                            new ServerFacts(
                                    id,
                                    facts.presence(),
                                    facts.mode(),
                                    facts.synced(),
                                    facts.zxid(),
                                    ensemble.isServing(id) ? znode(id) : facts.inForce(),
                                    facts.connections(),
                                    facts.details())));
            return new Observation(
                    seen.at(),
                    seen.committed(),
                    seen.leader(),
                    seen.access(),
                    servers,
                    seen.reachability(),
                    seen.names());
        }

        private Fact<ConfigurationVersion> znode(ServerId id) {
            return unreached.contains(id)
                    ? Fact.unknown("it is not reached")
                    : Fact.known(
                            ensemble.shown(id).version(),
                            Fact.Source.ZNODE,
                            ensemble.clock().now());
        }

        @Override
        public SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request)
                throws InterruptedException {
            var answers = new TreeMap<>(super.confirmActive(request));
            answers.replaceAll((id, answer) -> ensemble.isServing(id) ? znode(id) : answer);
            return answers;
        }
    }

    /** Without a journal, which would notice it as well. */
    @Test
    void neither_sends_nor_starts_nor_stops_nor_wipes_once_the_lock_is_lost() {
        for (var step :
                Set.of(Step.Reconfigure.class, Step.StartServer.class, Step.StopServer.class, Step.WipeServer.class)) {
            var ensemble = SimulatedEnsemble.builder().participants(4).start();
            var helper = ensemble.newServers(1).get(0);
            var process = ensemble.process();
            var seen = new TreeMap<String, Object>();
            var scaler = on(ensemble, process)
                    .listener(event -> {
                        if (begins(event, step)) {
                            // After the look with which the step begins.
                            ensemble.faults().atCall(ensemble.calls() + 1, CallMoment.AFTER, () -> {
                                ensemble.faults().loseLock();
                                seen.put("configuration", ensemble.committed());
                                seen.put("running", running(ensemble));
                            });
                        }
                    })
                    .build();
            var request = ScalingRequest.change().rebuild(id(1)).helper(helper);

            var result = scaler.run(scaler.plan(request), OPTIONS);

            assertThat(result).as("%s: %s", step, result).isStopped(StopReason.LOCK_LOST);
            assertThat(seen).containsEntry("configuration", ensemble.committed());
            assertThat(seen).containsEntry("running", running(ensemble));
        }
    }

    private static Set<ServerId> running(SimulatedEnsemble ensemble) {
        var running = new TreeSet<ServerId>();
        ensemble.servers().stream().map(Server::id).filter(ensemble::isRunning).forEach(running::add);
        return running;
    }

    @Test
    void a_run_that_was_refused_leaves_nothing_to_roll_back() {
        var ensemble = SimulatedEnsemble.builder().start();
        var joiner = ensemble.newServers(1).get(0);
        var process = ensemble.process();
        var plan = plan(ensemble, ScalingRequest.change().add(joiner));
        ensemble.join(joiner);
        assertThat(ensemble.awaitFor(Duration.ofSeconds(10), () -> ensemble.isServing(joiner.id())))
                .isTrue();
        try (var denied = ensemble.faults().denyReconfiguration()) {
            assertThat(scaler(ensemble, process).run(plan, BACK))
                    .as("%s", denied)
                    .isInstanceOfSatisfying(RunResult.Failed.class, failed -> assertThat(failed.reason())
                            .isEqualTo(StopReason.RULE));
        }
        assertThat(ensemble.isRunning(joiner.id())).isTrue();
        assertThat(process.journal().lines(Duration.ofSeconds(1))).isEmpty();
    }

    @Test
    void nothing_is_sent_on_the_way_back_if_the_journal_failed_at_the_end_of_the_way_forth() {
        var ensemble = SimulatedEnsemble.builder().start();
        var process = ensemble.process();
        var plan = plan(ensemble, ScalingRequest.change().add(ensemble.newServers(2)));
        var scaler = scaler(ensemble, process, event -> {
            if (begins(event, Step.AwaitSynced.class)
                    && ensemble.committed().ensemble().contains(id(4))) {
                ensemble.faults().stallSync(only(5));
            } else if (ends(event, Step.AwaitSynced.class, StepReport.Outcome.NOT_FINISHED)) {
                ensemble.faults().failJournal(CallMoment.BEFORE);
            }
        });

        var result = scaler.run(plan, BACK);

        assertThat(result).isStopped(StopReason.SYNCED_BEFORE_VOTING).sent(1);
        assertThat(((RunResult.Stopped) result).message())
                .contains("The way back ended before its end: stopped: Cannot write down what this run does");
        assertThat(ensemble.committed().ensemble()).hasParticipants(1, 2, 3, 4);
        assertThat(ensemble.isRunning(id(5))).isTrue();
    }

    @Test
    void a_way_back_that_stops_when_it_is_resumed_is_not_taken_back() {
        var ensemble = SimulatedEnsemble.builder().start();
        var first = ensemble.process();
        var plan = plan(ensemble, ScalingRequest.change().add(ensemble.newServers(2)));
        var dying = scaler(ensemble, first, event -> {
            if (begins(event, Step.AwaitSynced.class)
                    && ensemble.committed().ensemble().contains(id(4))) {
                ensemble.faults().stallSync(only(5));
            } else if (begins(event, Step.StopServer.class)
                    && ensemble.committed().ensemble().participants().size() == 3) {
                throw new ProcessDeath("on the way back");
            }
        });
        assertThatThrownBy(() -> dying.run(plan, BACK)).isInstanceOf(ProcessDeath.class);
        var second = ensemble.process();
        var stopping = on(ensemble, second).journal(second.journal()).listener(event -> {
            if (begins(event, Step.StopServer.class)) {
                ensemble.faults().failLauncher(CallMoment.BEFORE);
            }
        });

        var result = stopping.build()
                .resume(
                        second.journal(),
                        BACK.toBuilder().lockWait(Duration.ofMinutes(1)).build());

        assertThat(result).isStopped(StopReason.LAUNCHER);
        assertThat(result.report().wayBack()).isEmpty();
        assertThat(ensemble.committed().ensemble()).hasParticipants(1, 2, 3);
    }

    @Test
    void what_forbids_changes_forbids_a_rebuild_of_which_nothing_was_done_yet() {
        var ensemble = SimulatedEnsemble.builder().participants(4).start();
        var plan = plan(ensemble, ScalingRequest.change().rebuild(id(4)).consentToTolerance(0));
        assertThat(plan.target()).isEqualTo(plan.origin());
        var dying = scaler(ensemble, ensemble.process(), event -> {
            if (begins(event, Step.Reconfigure.class)) {
                throw new ProcessDeath("before anything was changed");
            }
        });
        assertThatThrownBy(() -> dying.run(plan, OPTIONS)).isInstanceOf(ProcessDeath.class);
        var second = ensemble.process();
        try (var denied = ensemble.faults().denyReconfiguration()) {
            assertThat(scaler(ensemble, second).resume(second.journal(), OPTIONS))
                    .as("%s", denied)
                    .isInstanceOfSatisfying(RunResult.Failed.class, failed -> assertThat(failed.reason())
                            .isEqualTo(StopReason.RULE));
        }
    }

    @Test
    void needs_no_launcher_that_copies_data_once_that_was_done() {
        var ensemble = SimulatedEnsemble.builder().participants(4).start();
        var first = ensemble.process();
        var launcher = first.launcher();
        var copying = on(ensemble, first)
                .launcher(new ServerLauncher() {
                    @Override
                    public void start(StartRequest request) throws InterruptedException {
                        launcher.start(request);
                    }

                    @Override
                    public void stop(StopRequest request) throws InterruptedException {
                        launcher.stop(request);
                    }

                    @Override
                    public Set<Capability> capabilities() {
                        return Set.of(Capability.BACK_UP);
                    }

                    @Override
                    public String backUp(BackUpRequest request) {
                        return "copy of server " + request.server().id();
                    }
                })
                .journal(first.journal())
                .listener(event -> {
                    if (begins(event, Step.ConfirmActive.class)) {
                        throw new ProcessDeath("before the barrier");
                    }
                })
                .build();
        var plan = plan(ensemble, ScalingRequest.change().remove(id(4)).backUpData());
        assertThatThrownBy(() -> copying.run(plan, OPTIONS)).isInstanceOf(ProcessDeath.class);
        var second = ensemble.process();

        assertThat(scaler(ensemble, second).resume(second.journal(), OPTIONS)).isCompleted();
    }
}
