package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReconfigurationCallTest {

    private static final Server ONE = Server.parse("server.1=zk1:2888:3888;zk1:2181");
    private static final Server TWO = Server.parse("server.2=zk2:2888:3888;zk2:2181");
    private static final Server THREE = Server.parse("server.3=zk3:2888:3888;zk3:2181");

    @Test
    void additions_and_removals_are_incremental() {
        assertThat(ReconfigurationCall.from(Ensemble.of(ONE), Ensemble.of(TWO, THREE)))
                .isEqualTo(new ReconfigurationCall(
                        "server.2=zk2:2888:3888:participant;zk2:2181,server.3=zk3:2888:3888:participant;zk3:2181",
                        "1",
                        null));
    }

    @Test
    void a_changed_server_joins_under_its_id() {
        assertThat(ReconfigurationCall.from(Ensemble.of(ONE, TWO), Ensemble.of(ONE, TWO.withRole(ServerRole.OBSERVER))))
                .isEqualTo(new ReconfigurationCall("server.2=zk2:2888:3888:observer;zk2:2181", null, null));
    }

    @Test
    void a_server_that_moves_joins_under_its_id() {
        var moved = Server.parse("server.2=zk2:2888:3889;zk2:2182");

        assertThat(ReconfigurationCall.from(Ensemble.of(ONE, TWO), Ensemble.of(ONE, moved)))
                .isEqualTo(new ReconfigurationCall("server.2=zk2:2888:3889:participant;zk2:2182", null, null));
    }

    @Test
    void a_change_of_weights_needs_the_whole_text() {
        var groups = Map.of(1L, List.of(ONE.id(), TWO.id()));
        var before = Ensemble.of(List.of(ONE, TWO), QuorumRule.hierarchical(groups, Map.of()));
        var after = Ensemble.of(List.of(ONE, TWO), QuorumRule.hierarchical(groups, Map.of(TWO.id(), 0L)));

        assertThat(ReconfigurationCall.from(before, after).whole())
                .isEqualTo(
                        """
                        server.1=zk1:2888:3888:participant;zk1:2181
                        server.2=zk2:2888:3888:participant;zk2:2181
                        group.1=1:2
                        weight.1=1
                        weight.2=0
                        """);
    }

    @Test
    void no_change_is_incremental_without_servers() {
        assertThat(ReconfigurationCall.from(Ensemble.of(ONE), Ensemble.of(ONE))).isEqualTo(ReconfigurationCall.NOTHING);
    }

    @Test
    void a_joining_server_without_client_address_needs_the_whole_text() {
        var bare = Server.parse("server.2=zk2:2888:3888");

        assertThat(ReconfigurationCall.from(Ensemble.of(ONE), Ensemble.of(ONE, bare)))
                .isEqualTo(new ReconfigurationCall(
                        null,
                        null,
                        "server.1=zk1:2888:3888:participant;zk1:2181\nserver.2=zk2:2888:3888:participant\n"));
    }

    @Test
    void groups_need_the_whole_text() {
        var one = ServerId.of(1);
        var two = ServerId.of(2);
        var rule = QuorumRule.hierarchical(Map.of(1L, List.of(one, two)), Map.of(two, 3L));
        var grouped = Ensemble.of(List.of(ONE, TWO), rule);

        assertThat(ReconfigurationCall.from(Ensemble.of(ONE), grouped))
                .isEqualTo(
                        new ReconfigurationCall(
                                null,
                                null,
                                """
                        server.1=zk1:2888:3888:participant;zk1:2181
                        server.2=zk2:2888:3888:participant;zk2:2181
                        group.1=1:2
                        weight.1=1
                        weight.2=3
                        """));
        assertThat(ReconfigurationCall.from(grouped, Ensemble.of(ONE)).whole())
                .isEqualTo("server.1=zk1:2888:3888:participant;zk1:2181\n");
    }
}
