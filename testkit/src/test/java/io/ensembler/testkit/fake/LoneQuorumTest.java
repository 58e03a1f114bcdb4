package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.TIME;
import static io.ensembler.testkit.fake.Direct.WHILE;
import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A leader that alone holds a quorum and finds itself at another quorum address has nobody to hand over to (F5). */
class LoneQuorumTest {

    private static Ensemble moved(SimulatedEnsemble ensemble, ServerId id) {
        var before = ensemble.committed().ensemble();
        var fresh = ensemble.newEndpoints(id);
        var servers = before.servers().stream()
                .map(server -> server.id().equals(id)
                        ? server.withEndpoints(
                                new Endpoints(fresh.quorum(), server.endpoints().client()))
                        : server)
                .toList();
        return Ensemble.of(servers, before.quorumRule());
    }

    @Test
    void the_only_participant_locks_up_when_it_moves_its_quorum_port_until_it_has_been_started_twice() {
        var ensemble = SimulatedEnsemble.builder().participants(1).start();
        var before = ensemble.committed();

        var request = Direct.reconfigure(ensemble, id(1), moved(ensemble, id(1)));

        assertThat(Direct.await(ensemble, request)).isEqualTo(Reply.NONE_YET);
        assertThat(ensemble.isServing(id(1))).isFalse();
        assertThat(ensemble.isRunning(id(1))).isTrue();
        ensemble.restart(id(1));
        assertThat(ensemble.awaitFor(WHILE, () -> ensemble.isServing(id(1)))).isFalse();
        ensemble.restart(id(1));
        assertThat(ensemble.awaitSettled()).isEqualTo(before.ensemble());
        assertThat(ensemble.inForce(id(1))).isEqualTo(before);
    }

    @Test
    void a_leader_that_outweighs_the_others_takes_all_three_out_of_service_when_it_moves_its_quorum_port() {
        var ids = Set.of(id(1), id(2), id(3));
        var heavy = QuorumRule.hierarchical(Map.of(1L, ids), Map.of(id(3), 3L));
        var ensemble = SimulatedEnsemble.builder().quorumRule(heavy).start();
        assertThat(ensemble.leader()).contains(id(3));

        Direct.reconfigureInBulk(ensemble, id(3), moved(ensemble, id(3)));
        ensemble.clock().advance(WHILE);

        assertThat(ensemble.awaitFor(WHILE, () -> ids.stream().anyMatch(ensemble::isServing)))
                .isFalse();
        assertThat(ensemble.exits()).isEmpty();
        ensemble.bootTwice(id(3));
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(3)))).isTrue();
    }

    @Test
    void the_only_participant_locks_up_at_a_bulk_call_that_changes_nothing_once_its_name_leads_elsewhere() {
        var ensemble = SimulatedEnsemble.builder().participants(1).hostNames().start();
        var before = ensemble.committed();
        var moved = ensemble.faults().moveNames(SimulatedSelector.servers(1));

        var request = Direct.reconfigureInBulk(ensemble, id(1), before.ensemble());

        assertThat(Direct.await(ensemble, request)).isEqualTo(Reply.NONE_YET);
        moved.heal();
        assertThat(ensemble.awaitFor(WHILE, () -> ensemble.isServing(id(1)))).isFalse();
        ensemble.restart(id(1));
        // What got no answer commits: the server has its own name resolved anew.
        assertThat(ensemble.awaitSettled()).isEqualTo(before.ensemble());
        assertThat(ensemble.committed().version()).isGreaterThan(before.version());
    }

    @Test
    void a_leader_with_others_hands_over_and_follows() {
        var ensemble =
                SimulatedEnsemble.builder().traffic(Duration.ofMillis(10)).start();

        var request = Direct.reconfigure(ensemble, id(3), moved(ensemble, id(3)));

        assertThat(Direct.await(ensemble, request)).isEqualTo(Reply.OK);
        ensemble.awaitSettled();
        assertThat(ensemble.leader()).isPresent().isNotEqualTo(Optional.of(id(3)));
        assertThat(ensemble.invariants().violations()).isEmpty();
    }
}
