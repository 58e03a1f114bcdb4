package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.TIME;
import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.EnsembleDriver.SyncRequest;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.Sender;
import io.ensembler.spi.Sender.SendRequest;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.spi.ServerLauncher.StopRequest;
import io.ensembler.spi.SyncResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What watches a simulation blames whoever breaks an invariant, and nobody else. */
class InvariantsTest {

    private final SimulatedEnsemble ensemble = SimulatedEnsemble.builder().start();
    private final EnsembleDriver driver = ensemble.driver();
    private final Ensemble before = ensemble.committed().ensemble();
    private final ConfigurationVersion version = ensemble.committed().version();

    private Server proved() throws InterruptedException {
        var joiner = Direct.join(ensemble);
        assertThat(driver.proveSynced(new SyncRequest(joiner, TIME))).isInstanceOf(SyncResult.Proved.class);
        return joiner;
    }

    private void send(Ensemble from, Ensemble target, ConfigurationVersion on) throws InterruptedException {
        try (var sender = sender()) {
            sender.sendOnce(new SendRequest(from, target, ensemble.leader(), on, TIME));
        }
    }

    private Sender sender() throws InterruptedException {
        return driver.openSender(
                new SenderRequest(before, ensemble.leader().stream().toList(), TIME));
    }

    private void assertBlamedFor(Invariant... broken) {
        assertThat(ensemble.invariants().violations())
                .extracting(InvariantViolation::invariant)
                .containsExactlyInAnyOrder(broken);
    }

    @Test
    void a_proved_joiner_added_alone_on_the_version_read_is_nobodys_fault() throws Exception {
        ensemble.invariants().floor(1);
        var joiner = proved();
        driver.observe(new ObserveRequest(List.of(), TIME));

        send(before, before.plus(joiner), version);

        assertThat(ensemble.committed().ensemble()).hasToString("1,2,3,4");
        assertBlamedFor();
        for (var met : List.of(
                Invariant.QUORUMS_MEET,
                Invariant.TOLERANCE_FLOOR,
                Invariant.SYNCED_BEFORE_VOTING,
                Invariant.ONE_AUTHOR)) {
            assertThat(ensemble.invariants().met(met)).as("%s", met).isOne();
        }
    }

    @Test
    void two_added_to_three_in_one_call_need_not_meet() throws Exception {
        var one = proved();
        var other = proved();

        send(before, before.plus(one).plus(other), version);

        assertBlamedFor(Invariant.QUORUMS_MEET);
    }

    @Test
    void who_was_never_proved_must_not_vote() throws Exception {
        send(before, before.plus(Direct.join(ensemble)), version);

        assertBlamedFor(Invariant.SYNCED_BEFORE_VOTING);
    }

    @Test
    void who_was_proved_and_went_down_before_the_last_proof_must_not_vote() throws Exception {
        var joiner = proved();
        ensemble.stop(joiner.id());
        ensemble.clock().advance(Duration.ofSeconds(1));
        driver.proveSynced(new SyncRequest(joiner, TIME));

        send(before, before.plus(joiner), version);

        assertBlamedFor(Invariant.SYNCED_BEFORE_VOTING);
    }

    @Test
    void who_has_not_served_for_the_stabilization_time_must_not_vote() throws Exception {
        ensemble.invariants().stabilization(Duration.ofMinutes(1));

        send(before, before.plus(proved()), version);

        assertBlamedFor(Invariant.SYNCED_BEFORE_VOTING);
    }

    @Test
    void what_takes_tolerance_below_the_floor_must_not_be_sent() throws Exception {
        ensemble.invariants().floor(1);
        driver.observe(new ObserveRequest(List.of(), TIME));

        send(before, before.minus(id(1)), version);

        assertBlamedFor(Invariant.TOLERANCE_FLOOR);
    }

    @Test
    void who_comes_back_after_the_last_look_may_still_be_taken_for_dead() throws Exception {
        ensemble.invariants().floor(1);
        ensemble.stop(id(1));
        ensemble.clock().advance(Duration.ofSeconds(1));
        driver.observe(new ObserveRequest(List.of(), TIME));
        ensemble.restart(id(1));
        ensemble.awaitSettled();

        send(before, before.minus(id(1)), version);

        assertBlamedFor();
    }

    @Test
    void what_builds_on_another_content_than_stood_at_its_version_must_not_be_sent() throws Exception {
        send(before.minus(id(1)), before.minus(id(1)).minus(id(2)), version);

        assertThat(ensemble.invariants().violations())
                .extracting(InvariantViolation::invariant)
                .contains(Invariant.ONE_AUTHOR);
    }

    @Test
    void what_lies_in_a_paused_server_may_be_closed_by_sending_again_and_then_anything_may_be_sent() throws Exception {
        var late = driver.openSender(new SenderRequest(before, List.of(id(1)), TIME));
        ensemble.faults().pause(SimulatedSelector.servers(1));
        var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
        late.sendOnce(
                new SendRequest(before, before.plus(observer), ensemble.leader(), version, Duration.ofSeconds(1)));

        send(before, before, version);
        assertBlamedFor();
        send(before, before.minus(id(1)), ensemble.committed().version());

        // The second closed what was sent: of the two only one could ever be committed.
        assertBlamedFor();
        assertThat(ensemble.invariants().met(Invariant.NO_BLIND_RETRY)).isEqualTo(3);
    }

    @Test
    void something_else_must_not_be_sent_on_the_same_version_while_what_was_sent_before_may_still_come()
            throws Exception {
        var late = driver.openSender(new SenderRequest(before, List.of(id(1)), TIME));
        ensemble.faults().pause(SimulatedSelector.servers(1));
        var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
        late.sendOnce(
                new SendRequest(before, before.plus(observer), ensemble.leader(), version, Duration.ofSeconds(1)));

        send(before, before.minus(id(1)), version);

        assertBlamedFor(Invariant.NO_BLIND_RETRY);
    }

    @Test
    void nothing_further_must_be_sent_while_a_quorum_of_the_old_participants_does_not_act_by_the_last_change()
            throws Exception {
        var joiner = proved();
        ensemble.faults().crashBeforeActivation(SimulatedSelector.followers());
        try (var next = sender()) {
            send(before, before.plus(joiner), version);
            var grown = ensemble.committed();
            assertThat(grown.ensemble()).hasToString("1,2,3,4");
            ensemble.clock().advance(Duration.ofMillis(5));

            next.sendOnce(new SendRequest(
                    grown.ensemble(), grown.ensemble(), ensemble.leader(), grown.version(), Duration.ofMillis(1)));
        }

        assertBlamedFor(Invariant.BARRIER);
    }

    @Test
    void a_listed_server_must_not_be_stopped() throws Exception {
        ensemble.launcher().stop(new StopRequest(ensemble.server(id(1)), new FencingToken(0, version), TIME));

        assertBlamedFor(Invariant.ACTIVE_BEFORE_STOP);
    }

    @Test
    void a_listed_server_must_not_start_on_an_empty_directory_as_whatever() throws Exception {
        ensemble.stop(id(1));
        ensemble.wipe(id(1));
        var files = "server.1=10.0.0.1:2888:3888:observer;10.0.0.1:2181\n"
                + before.server(id(2)).orElseThrow() + "\n";
        var seed = new JoinerSeed(ensemble.server(id(1)), files, "id=1\nincarnation=7\n");

        ensemble.launcher().start(new StartRequest(seed, new FencingToken(0, version), TIME));

        assertBlamedFor(Invariant.JOINER_CANNOT_ELECT);
    }

    @Test
    void a_leader_that_alone_is_a_quorum_must_not_be_moved() {
        var alone = SimulatedEnsemble.builder().participants(1).start();
        var stands = alone.committed();
        var moved = Ensemble.of(alone.server(id(1)).withEndpoints(alone.newEndpoints(id(1))));
        var request = Request.toReconfigure(
                0, Reconfiguration.between(stands.ensemble(), moved, Reconfiguration.UNCONDITIONAL));
        alone.invariants()
                .sent(request, new SendRequest(stands.ensemble(), moved, alone.leader(), stands.version(), TIME));

        alone.simulated(id(1)).submit(request);

        assertThat(alone.invariants().violations())
                .extracting(InvariantViolation::invariant)
                .containsExactly(Invariant.LONE_QUORUM_STAYS);
    }

    @Test
    void a_violation_tells_when_it_was_and_what_had_happened() throws Exception {
        ensemble.launcher().stop(new StopRequest(ensemble.server(id(1)), new FencingToken(0, version), TIME));

        assertThat(ensemble.invariants().violations().get(0).toString())
                .startsWith("active-before-stop at ")
                .contains(" ms: server 1 is stopped while 1,2,3 version 100000000 stands\n")
                .contains("server 3: leads in epoch 0x1");
    }
}
