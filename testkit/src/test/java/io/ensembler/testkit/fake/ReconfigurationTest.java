package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.TIME;
import static io.ensembler.testkit.fake.Direct.WHILE;
import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a leader accepts and refuses, and what servers do once it has committed. */
class ReconfigurationTest {

    private final SimulatedEnsemble ensemble =
            SimulatedEnsemble.builder().participants(4).syncLimit(100).start();
    private final Ensemble before = ensemble.committed().ensemble();

    private Reply reconfigure(Ensemble target) {
        return Direct.await(
                ensemble, Direct.reconfigure(ensemble, ensemble.leader().orElseThrow(), target));
    }

    private Server observer() {
        return ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
    }

    @Test
    void a_reconfiguration_that_changes_nothing_commits_and_brings_a_version() {
        var version = ensemble.committed().version();
        var term = ensemble.simulated(id(1)).term();

        assertThat(reconfigure(before)).isEqualTo(Reply.OK);

        assertThat(ensemble.awaitSettled()).isEqualTo(before);
        assertThat(ensemble.committed().version()).isGreaterThan(version);
        assertThat(ensemble.simulated(id(1)).term())
                .as("nobody is disconnected")
                .isEqualTo(term);
    }

    @Test
    void a_second_one_is_refused_while_one_is_pending_and_hears_so_only_once_that_one_is_committed() {
        var answers = ensemble.faults().cutOneWay(SimulatedSelector.followers(), SimulatedSelector.leader());
        var first = Direct.reconfigure(ensemble, id(4), before.plus(observer()));
        ensemble.awaitFor(TIME, () -> ensemble.hasProposal(id(1)));

        var second = Direct.reconfigure(ensemble, id(4), before.plus(observer()));

        assertThat(Direct.await(ensemble, second)).isEqualTo(Reply.NONE_YET);
        answers.heal();
        assertThat(Direct.await(ensemble, second)).isEqualTo(Reply.IN_PROGRESS);
        assertThat(first.reply()).isEqualTo(Reply.OK);
    }

    @Test
    void the_first_check_that_fails_decides() {
        var version = ensemble.committed().version().value();
        var absent = ensemble.newServers(5);
        var many = before;
        for (var each : absent) {
            many = many.plus(each);
        }
        ensemble.faults().denyReconfiguration();

        var leader = ensemble.leader().orElseThrow();
        assertThat(Direct.await(
                        ensemble, Direct.send(ensemble, leader, Reconfiguration.between(before, many, version - 1))))
                .isEqualTo(Reply.BAD_VERSION);
        assertThat(Direct.await(
                        ensemble, Direct.send(ensemble, leader, Reconfiguration.between(before, many, version))))
                .isEqualTo(Reply.NO_QUORUM);
        assertThat(Direct.await(
                        ensemble,
                        Direct.send(ensemble, leader, Reconfiguration.between(before, before.minus(id(1)), version))))
                .isEqualTo(Reply.NO_PERMISSION);
        assertThat(ensemble.committed().version().value()).isEqualTo(version);
    }

    @Test
    void servers_that_were_never_started_are_accepted_as_long_as_the_rest_is_a_quorum() {
        assertThat(reconfigure(before.plus(ensemble.newServers(1).get(0)))).isEqualTo(Reply.OK);

        assertThat(ensemble.committed().ensemble()).hasToString("1,2,3,4,5");
    }

    @Test
    void a_write_behind_a_removal_needs_the_old_quorum_for_good() {
        assertThat(ensemble.leader()).contains(id(4));
        var answers = ensemble.faults().cutOneWay(SimulatedSelector.followers(), SimulatedSelector.leader());
        var removal = Direct.reconfigure(ensemble, id(4), before.minus(id(1)));
        for (long each : new long[] {1, 2, 3}) {
            assertThat(ensemble.awaitFor(TIME, () -> ensemble.hasProposal(id(each))))
                    .isTrue();
        }
        ensemble.faults().cutOneWay(SimulatedSelector.leader(), SimulatedSelector.servers(1, 2));
        assertThat(ensemble.write(id(4), Duration.ofMillis(100))).isFalse();

        answers.heal();

        assertThat(Direct.await(ensemble, removal)).isEqualTo(Reply.OK);
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.inForce(id(3)).equals(ensemble.committed())))
                .isTrue();
        ensemble.faults().crash(SimulatedSelector.servers(1, 2));
        assertThat(ensemble.write(id(4), WHILE)).isFalse();
        assertThat(ensemble.leader()).contains(id(4));
        ensemble.restart(id(4));
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.leader().isPresent())).isTrue();
        assertThat(ensemble.write(id(3), TIME)).isTrue();
        assertThat(ensemble.invariants().violations()).isEmpty();
    }

    @Test
    void a_leader_that_is_removed_hands_over_without_an_election_and_goes_on_without_voting() {
        assertThat(reconfigure(before.minus(id(4)))).isEqualTo(Reply.OK);

        long begun = ensemble.clock().nanoTime();
        ensemble.awaitSettled();

        assertThat(Duration.ofNanos(ensemble.clock().nanoTime() - begun)).isLessThan(Duration.ofMillis(200));
        assertThat(ensemble.leader()).isNotEqualTo(Optional.of(id(4)));
        assertThat(ensemble.awaitFor(
                        TIME,
                        () -> ensemble.isServing(id(4))
                                && ensemble.simulated(id(4)).role() == Role.FOLLOWING))
                .isTrue();
        assertThat(ensemble.write(id(4), TIME)).isTrue();
    }

    @Test
    void whoever_is_to_take_over_may_be_down_and_then_the_others_elect() {
        ensemble.faults().crashBeforeActivation(SimulatedSelector.servers(1, 2));

        assertThat(reconfigure(before.minus(id(4)).plus(observer()))).isEqualTo(Reply.OK);

        assertThat(ensemble.awaitFor(TIME, () -> !ensemble.isRunning(id(1)) && !ensemble.isRunning(id(2))))
                .isTrue();
        ensemble.restart(id(1));
        ensemble.restart(id(2));
        assertThat(ensemble.awaitFor(
                        TIME,
                        () -> ensemble.leader()
                                        .filter(leader -> leader.value() < 4)
                                        .isPresent()
                                && ensemble.isServing(id(1))
                                && ensemble.isServing(id(2))))
                .isTrue();
        assertThat(ensemble.inForce(id(1)).ensemble()).hasToString("1,2,3 observers 5");
    }

    @Test
    void of_two_servers_that_swap_client_ports_in_one_call_one_is_left_without_listener() {
        var one = ensemble.server(id(1));
        var two = ensemble.server(id(2));
        var onOneHost = two.withEndpoints(
                new Endpoints(two.endpoints().quorum(), one.endpoints().client()));
        var other = one.withEndpoints(
                new Endpoints(one.endpoints().quorum(), two.endpoints().client()));
        var target = Ensemble.of(other, onOneHost, ensemble.server(id(3)), ensemble.server(id(4)));

        assertThat(reconfigure(target)).isEqualTo(Reply.OK);

        ensemble.awaitSettled();
        var listening = List.of(id(1), id(2)).stream()
                .filter(each -> {
                    var client = target.server(each).orElseThrow().endpoints().client();
                    return ensemble.simulated(each).listensAt(client.orElseThrow());
                })
                .toList();
        assertThat(listening).hasSize(1);
    }

    @Test
    void a_znode_written_directly_betrays_itself_by_its_zxid() {
        var version = ensemble.committed().version();
        var request = Request.of(Request.Kind.TAMPER, 0);
        ensemble.simulated(id(4)).submit(request);
        assertThat(ensemble.awaitFor(TIME, request::isAnswered)).isTrue();

        assertThat(ensemble.simulated(id(4)).shown().modified()).isGreaterThan(version.value());
        assertThat(ensemble.shown(id(4)).version()).isEqualTo(version);
    }
}
