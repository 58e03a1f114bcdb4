package io.ensembler.curator;

import static io.ensembler.curator.Watching.assertNoneServes;
import static io.ensembler.curator.Watching.until;
import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunListener;
import io.ensembler.execution.RunResult;
import io.ensembler.execution.StopReason;
import io.ensembler.model.Endpoints;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.testkit.Fault;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import io.ensembler.validation.ValidationException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What can be forced on servers by hand (docs/hazards.md) does not happen when a plan does what was asked for: the same
 * request, the same fault. Those that need servers in processes of their own are in {@link HazardousProcessesTest}.
 */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class HazardsTest {

    private static final Duration TIME = Duration.ofSeconds(60);

    @Test
    void after_an_exchange_those_who_missed_it_serve_nobody_beside_the_others(TestEnsemble ensemble, Ledger ledger) {
        assertNoSecondEnsemble(ensemble, ledger, leaving -> ScalingRequest.change()
                .replace(leaving, ensemble.newServers(1).get(0)));
    }

    @Test
    @Tag("chaos")
    void after_a_batch_of_two_those_who_missed_it_serve_nobody_beside_the_others(TestEnsemble ensemble, Ledger ledger) {
        assertNoSecondEnsemble(
                ensemble, ledger, leaving -> ScalingRequest.change().add(ensemble.newServers(2)));
    }

    /** Two of three acknowledge the last of two changes and end before they act by it. */
    private static void assertNoSecondEnsemble(
            TestEnsemble ensemble, Ledger before, Function<ServerId, ScalingRequest> request) {
        try (var scaling = Scaling.of(ensemble)) {
            var missing = scaling.followers();
            var scaler = scaling.scaler(
                    new TamperedDriver(scaling.driver) {
                        @Override
                        SendResult send(Sender sender, Sender.SendRequest sending, int number)
                                throws InterruptedException {
                            if (number == 2) {
                                // A write proposed behind the change would wait for those who end.
                                before.stop();
                                ensemble.faults().crashBeforeActivation(these(missing));
                            }
                            return super.send(sender, sending, number);
                        }
                    },
                    ensemble.launcher());
            var plan = scaler.plan(request.apply(missing.get(0)));

            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted().sent(2);

            until("those who miss it end", ensemble, () -> missing.stream().noneMatch(ensemble::isRunning));
            var acting = plan.target().ids().stream()
                    .filter(id -> !missing.contains(id))
                    .toList();
            var after = Scaling.load(connectString(ensemble, acting));
            after.awaitAcknowledged(100);
            after.stop();
            acting.forEach(ensemble::stop);
            missing.forEach(ensemble::bootTwice);
            assertNoneServes(ensemble, missing);
            acting.forEach(ensemble::restart);

            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
            assertThat(before.check(Scaling.clientAddresses(plan.target())))
                    .lostNothing()
                    .acknowledgedAtLeast(20);
            assertThat(after.check(Scaling.clientAddresses(plan.target())))
                    .lostNothing()
                    .acknowledgedAtLeast(100);
        }
    }

    @Test
    void an_addition_that_two_of_three_have_yet_to_act_by_is_not_gone_on_from_before_they_are_back(
            TestEnsemble ensemble, Ledger ledger) throws Exception {
        try (var scaling = Scaling.of(ensemble)) {
            var followers = scaling.followers();
            var scaler = missedByFollowers(scaling);
            var plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(2)));
            var run = CompletableFuture.supplyAsync(() -> scaler.run(plan, Scaling.QUICK));
            until("those who miss it end", ensemble, () -> followers.stream().noneMatch(ensemble::isRunning));
            assertNoneServes(ensemble, plan.target().ids());
            assertThat(run).isNotDone();
            assertThat(begun(scaling, Step.StartServer.class)).hasSize(1);

            followers.forEach(ensemble::restart);

            assertThat(result(run)).isCompleted().sent(2);
            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
            Scaling.assertLostNothing(ledger, plan.target());
        }
    }

    /** They forget it, and serve by the list they had: whoever acted by the addition is locked out. */
    @Test
    void an_addition_that_was_undone_is_not_taken_for_done(TestEnsemble ensemble, Ledger ledger) throws Exception {
        try (var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            var leader = scaling.leader();
            var followers = scaling.followers();
            var joiner = ensemble.newServers(1).get(0);
            var undone = new AtomicBoolean();
            var passDeadline = scaling.passDeadlineAt("server " + joiner.id() + " ");
            var scaler = missedByFollowers(scaling, event -> {
                if (undone.get()) {
                    passDeadline.onEvent(event);
                }
            });
            var plan = scaler.plan(ScalingRequest.change().add(joiner));
            var run = CompletableFuture.supplyAsync(() -> scaler.run(plan, Scaling.QUICK));
            until("those who miss it end", ensemble, () -> followers.stream().noneMatch(ensemble::isRunning));
            ensemble.stop(leader);
            ensemble.stop(joiner.id());
            followers.forEach(ensemble::bootTwice);
            undone.set(true);

            assertThat(result(run)).isStopped(StopReason.SYNCED_BEFORE_VOTING).sent(1);

            assertThat(run.join().report().after().ensemble()).isEqualTo(origin);
            ledger.awaitAcknowledged(100);
            ensemble.restart(leader);
            // Changes nothing but the version, which is then above that of what the old leader acts by.
            scaling.rivalReconfigures(List.of(), List.of(ServerId.of(99)));
            assertThat(ensemble.awaitSettled()).isEqualTo(origin);
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    @Test
    void no_server_is_emptied_while_another_one_has_missed_writes(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            var stale = scaling.followers().get(0);
            var emptied = scaling.followers().get(1);
            ensemble.stop(stale);
            ledger.awaitAcknowledged(100);

            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().rebuild(emptied)))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("[tolerance-floor]");

            assertThat(ensemble.isRunning(emptied)).isTrue();
            ensemble.restart(stale);
            assertThat(ensemble.awaitSettled()).isEqualTo(origin);
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    @Test
    void an_empty_directory_elects_nobody_while_its_server_is_rebuilt(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            var holder = scaling.leader();
            var other = scaling.followers().get(0);
            var emptied = scaling.followers().get(1);
            ensemble.stop(emptied);
            ensemble.wipe(emptied);
            var scaler = scaling.scaler(event -> {
                if (event instanceof RunEvent.StepEnded ended
                        && ended.report().step().step() instanceof Step.StartServer) {
                    ensemble.stop(holder);
                    assertNoneServes(ensemble, List.of(other, emptied));
                    ensemble.restart(holder);
                }
            });

            var result = scaler.run(scaler.plan(ScalingRequest.change().rebuild(emptied)), Scaling.QUICK);

            assertThat(result).isCompleted().sent(2);
            assertThat(begun(scaling, Step.StartServer.class)).hasSize(1);
            assertThat(ensemble.awaitSettled()).isEqualTo(origin);
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    @Test
    @ZooKeeperEnsemble(participants = 1)
    void no_write_waits_for_a_joiner_in_the_middle_of_its_sync(TestEnsemble ensemble, Ledger ledger) throws Exception {
        try (var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            var stalled = Stalled.in(ensemble, scaling);

            ledger.awaitAcknowledged(100);

            assertThat(ensemble.committed()).isEqualTo(origin);
            stalled.stall().heal();
            assertThat(result(stalled.run())).isCompleted().sent(1);
            assertThat(ensemble.awaitSettled()).isEqualTo(stalled.plan().target());
            Scaling.assertLostNothing(ledger, stalled.plan().target());
        }
    }

    /** A plan on another thread that waits for a joiner in the middle of its sync. */
    private record Stalled(ScalingPlan plan, Server joiner, Fault stall, CompletableFuture<RunResult> run) {

        static Stalled in(TestEnsemble ensemble, Scaling scaling) throws InterruptedException {
            var joiner = ensemble.newServers(1).get(0);
            var stall = ensemble.faults().stallSync(Selector.server(joiner.id()));
            var waits = new CountDownLatch(1);
            var scaler = scaling.scaler(waitsFor(joiner, waits));
            var plan = scaler.plan(ScalingRequest.change().add(joiner));
            var run = CompletableFuture.supplyAsync(() -> scaler.run(plan, Scaling.QUICK));
            assertThat(waits.await(TIME.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return new Stalled(plan, joiner, stall, run);
        }
    }

    @Test
    @ZooKeeperEnsemble(participants = 1)
    void the_only_participant_leads_on_when_a_joiner_ends_in_its_sync(TestEnsemble ensemble, Ledger ledger)
            throws Exception {
        try (var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            var stalled = Stalled.in(ensemble, scaling);

            ensemble.stop(stalled.joiner().id());
            ledger.awaitAcknowledged(100);

            assertThat(ensemble.committed()).isEqualTo(origin);
            stalled.stall().heal();
            // The run starts it anew.
            assertThat(result(stalled.run())).isCompleted().sent(1);
            assertThat(ensemble.awaitSettled()).isEqualTo(stalled.plan().target());
            Scaling.assertLostNothing(ledger, stalled.plan().target());
        }
    }

    @Test
    @ZooKeeperEnsemble(participants = 1)
    void the_only_participant_is_not_asked_to_move_its_quorum_port_alone(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            long version = scaling.version();
            var moved = withNewQuorumPort(ensemble, ensemble.server(ServerId.of(1)));
            var move = ScalingRequest.change().changeEndpoints(moved.id(), moved.endpoints());

            assertThatThrownBy(() -> scaling.plan(move))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("[lone-quorum-stays]");

            assertThat(scaling.version()).isEqualTo(version);
            assertThat(ensemble.awaitSettled()).isEqualTo(origin);
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    @Test
    void a_leader_that_outweighs_the_others_is_not_asked_to_move_its_quorum_port() {
        var three = ServerId.of(3);
        var heavy = QuorumRule.hierarchical(
                Map.of(1L, Set.of(ServerId.of(1), ServerId.of(2), three)),
                Map.of(ServerId.of(1), 1L, ServerId.of(2), 1L, three, 3L));
        try (var ensemble = TestEnsemble.builder().quorumRule(heavy).start();
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            assertThat(scaling.leader()).isEqualTo(three);
            var origin = ensemble.committed();
            long version = scaling.version();
            var moved = withNewQuorumPort(ensemble, ensemble.server(three));

            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().changeEndpoints(three, moved.endpoints())))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("[lone-quorum-stays]");

            assertThat(scaling.version()).isEqualTo(version);
            assertThat(ensemble.awaitSettled()).isEqualTo(origin);
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    /** A scaler whose first reconfiguration is acknowledged by the followers, who end before they act by it. */
    private static EnsembleScaler missedByFollowers(Scaling scaling, RunListener... listeners) {
        var ensemble = scaling.ensemble;
        var followers = scaling.followers();
        return scaling.scaler(
                new TamperedDriver(scaling.driver) {
                    @Override
                    SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
                        if (number == 1) {
                            ensemble.faults().crashBeforeActivation(these(followers));
                        }
                        return super.send(sender, request, number);
                    }
                },
                ensemble.launcher(),
                listeners);
    }

    private static RunListener waitsFor(Server server, CountDownLatch waits) {
        return event -> {
            if (event instanceof RunEvent.Waiting waiting
                    && waiting.waitingFor().startsWith("server " + server.id() + " answers at ")) {
                waits.countDown();
            }
        };
    }

    private static List<RunEvent> begun(Scaling scaling, Class<? extends Step> step) {
        return scaling.events.stream()
                .filter(event -> event instanceof RunEvent.StepStarted started
                        && step.isInstance(started.step().step()))
                .toList();
    }

    private static RunResult result(CompletableFuture<RunResult> run) throws Exception {
        return run.get(2 * TIME.toSeconds(), TimeUnit.SECONDS);
    }

    private static Selector these(Collection<ServerId> ids) {
        return ensemble -> Set.copyOf(ids);
    }

    private static Server withNewQuorumPort(TestEnsemble ensemble, Server server) {
        var old = server.endpoints().quorum().get(0);
        int port = ensemble.newEndpoints(server.id()).quorum().get(0).quorumPort();
        return server.withEndpoints(Endpoints.of(
                new QuorumAddress(old.host(), port, old.electionPort()),
                server.endpoints().client().orElseThrow()));
    }

    private static String connectString(TestEnsemble ensemble, Collection<ServerId> ids) {
        return ids.stream()
                .map(id ->
                        ensemble.server(id).endpoints().client().orElseThrow().toString())
                .collect(Collectors.joining(","));
    }
}
