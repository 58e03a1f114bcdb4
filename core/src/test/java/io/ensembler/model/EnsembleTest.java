package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnsembleTest {

    private static final Server ONE = Server.parse("server.1=zk1:2888:3888;zk1:2181");
    private static final Server TWO = Server.parse("server.2=zk2:2888:3888;zk2:2181");
    private static final Server THREE = Server.parse("server.3=zk3:2888:3888;zk3:2181");
    private static final Server OBSERVER = Server.parse("server.16=zk16:2888:3888:observer;zk16:2181");

    @Test
    void is_ordered_by_id() {
        var ensemble = Ensemble.of(OBSERVER, THREE, ONE, TWO);

        assertThat(ensemble.servers()).containsExactly(ONE, TWO, THREE, OBSERVER);
        assertThat(ensemble.ids()).containsExactly(ONE.id(), TWO.id(), THREE.id(), OBSERVER.id());
        assertThat(ensemble.participants()).containsExactly(ONE.id(), TWO.id(), THREE.id());
        assertThat(ensemble.observers()).containsExactly(OBSERVER.id());
        assertThat(ensemble).isEqualTo(Ensemble.of(ONE, TWO, THREE, OBSERVER)).hasToString("1,2,3 observers 16");
    }

    @Test
    void finds_a_server_by_its_id() {
        assertThat(Ensemble.of(ONE).server(ONE.id())).contains(ONE);
        assertThat(Ensemble.of(ONE).contains(ONE.id())).isTrue();
        assertThat(Ensemble.of(ONE).server(TWO.id())).isEmpty();
        assertThat(Ensemble.of(ONE).contains(TWO.id())).isFalse();
    }

    @Test
    void every_change_returns_another_ensemble() {
        var two = Ensemble.of(ONE, TWO);

        assertThat(two.plus(THREE)).isEqualTo(Ensemble.of(ONE, TWO, THREE));
        assertThat(two.minus(TWO.id())).isEqualTo(Ensemble.of(ONE));
        assertThat(two.minus(TWO.id()).minus(ONE.id())).isEqualTo(Ensemble.empty());
        assertThat(two).isEqualTo(Ensemble.of(ONE, TWO));
    }

    @Test
    void refuses_a_change_that_makes_no_sense_with_what_stands() {
        var two = Ensemble.of(ONE, TWO);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ensemble.of(ONE, ONE.withRole(ServerRole.OBSERVER)))
                .withMessage("two servers have id 1: server.1=zk1:2888:3888:participant;zk1:2181 and"
                        + " server.1=zk1:2888:3888:observer;zk1:2181");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.plus(TWO))
                .withMessage("server 2 is listed already: server.2=zk2:2888:3888:participant;zk2:2181");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.minus(THREE.id()))
                .withMessage("server 3 is not listed in 1,2");
    }

    @Test
    void with_groups_every_participant_is_in_one_and_leaves_it_when_removed() {
        var rule = QuorumRule.hierarchical(
                Map.of(1L, List.of(ONE.id(), TWO.id()), 2L, List.of(THREE.id())), Map.of(THREE.id(), 2L));
        var ensemble = Ensemble.of(List.of(ONE, TWO, THREE, OBSERVER), rule);

        assertThat(ensemble).hasToString("1,2,3 observers 16 groups (1,2) (3*2)");
        assertThat(ensemble.minus(THREE.id())).hasToString("1,2 observers 16 groups (1,2)");
        assertThat(ensemble.minus(ONE.id())).hasToString("2,3 observers 16 groups (2) (3*2)");
        assertThat(ensemble.minus(OBSERVER.id()).plus(OBSERVER)).isEqualTo(ensemble);
        assertThat(ensemble.quorumRule()).isEqualTo(rule);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ensemble.plus(Server.parse("server.4=zk4:2888:3888")))
                .withMessage("participant 4 is in no group");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ensemble.of(List.of(ONE, TWO), rule))
                .withMessage("a group names server 3, which is not listed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ensemble.minus(ONE.id()).minus(TWO.id()).minus(THREE.id()))
                .withMessage("server 3 is the last one in any group");
    }

    @Test
    void counts_only_its_participants_towards_quorum_and_tolerance() {
        var ensemble = Ensemble.of(ONE, TWO, THREE, OBSERVER);

        assertThat(ensemble.containsQuorum(Set.of(ONE.id(), OBSERVER.id(), ServerId.of(99))))
                .isFalse();
        assertThat(ensemble.containsQuorum(Set.of(ONE.id(), TWO.id()))).isTrue();
        assertThat(ensemble.tolerance(ensemble.ids())).isEqualTo(1);
        assertThat(ensemble.tolerance(Set.of(ONE.id(), OBSERVER.id()))).isEqualTo(-1);
    }

    @Test
    void the_empty_ensemble_tolerates_nothing() {
        assertThat(Ensemble.empty()).hasToString("none").isEqualTo(Ensemble.of());
        assertThat(Ensemble.empty().tolerance(Set.of())).isEqualTo(-1);
    }

    @Test
    void shows_nothing_that_can_be_changed() {
        var servers = new ArrayList<>(List.of(ONE, TWO));
        var ensemble = Ensemble.of(servers, QuorumRule.majority());
        servers.clear();

        assertThat(ensemble.servers()).containsExactly(ONE, TWO).isUnmodifiable();
        assertThat((Set<ServerId>) ensemble.ids()).isUnmodifiable();
        assertThat((Set<ServerId>) ensemble.participants()).isUnmodifiable();
        assertThat((Set<ServerId>) ensemble.observers()).isUnmodifiable();
    }
}
