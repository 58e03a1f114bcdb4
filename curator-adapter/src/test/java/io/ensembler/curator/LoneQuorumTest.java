package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.spi.Sender.SendRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoneQuorumTest {

    private static final Server NAMED = Server.parse("server.1=zk1:2888:3888;zk1:2181");
    private static final Server LITERAL = Server.parse("server.1=10.0.0.1:2888:3888;10.0.0.1:2181");
    private static final Server MOVED = Server.parse("server.1=10.0.0.1:2889:3888;10.0.0.1:2181");
    private static final Server TWO = Server.parse("server.2=10.0.0.2:2888:3888;10.0.0.2:2181");
    private static final Server THREE = Server.parse("server.3=10.0.0.3:2888:3888;10.0.0.3:2181");
    private static final Optional<ServerId> ONE_LEADS = Optional.of(ServerId.of(1));

    @Test
    void a_leader_that_alone_holds_a_quorum_must_not_move_its_quorum_address() {
        var danger =
                "server 1, alone a quorum of the target, would move its quorum address with nobody to take over. Let"
                        + " another server hold a part of the quorum first";
        assertThat(endangered(Ensemble.of(LITERAL), Ensemble.of(MOVED), ONE_LEADS))
                .contains(danger);
        assertThat(endangered(weighted(LITERAL, 3), weighted(MOVED, 3), ONE_LEADS))
                .contains(danger);
        assertThat(endangered(weighted(LITERAL, 1), weighted(MOVED, 1), ONE_LEADS))
                .isEmpty();
        assertThat(endangered(Ensemble.of(LITERAL, TWO), Ensemble.of(MOVED, TWO), ONE_LEADS))
                .isEmpty();
    }

    @Test
    void a_leader_that_alone_holds_a_quorum_must_not_be_named_in_a_call_with_the_whole_text() {
        assertThat(endangered(weighted(NAMED, 2), weighted(NAMED, 3), ONE_LEADS))
                .contains(
                        "server 1, alone a quorum of the target, is listed by host name, which a call with the whole text"
                                + " makes it resolve anew. List it by its address first");
        assertThat(endangered(weighted(NAMED, 2), weighted(NAMED, 1), ONE_LEADS))
                .isEmpty();
        assertThat(endangered(weighted(LITERAL, 2), weighted(LITERAL, 3), ONE_LEADS))
                .isEmpty();
        assertThat(endangered(Ensemble.of(NAMED), Ensemble.of(NAMED, TWO, THREE), ONE_LEADS))
                .isEmpty();
    }

    @Test
    void whoever_alone_holds_a_quorum_is_taken_for_the_leader_if_nobody_is_known_to_lead() {
        var twoLeads = Optional.of(ServerId.of(2));
        assertThat(endangered(weighted(NAMED, 2), weighted(NAMED, 3), twoLeads)).isEmpty();
        assertThat(endangered(weighted(NAMED, 2), weighted(NAMED, 3), Optional.empty()))
                .isPresent();
    }

    private static Optional<String> endangered(Ensemble before, Ensemble target, Optional<ServerId> leader) {
        var request = new SendRequest(before, target, leader, ConfigurationVersion.NONE, Duration.ofSeconds(1));
        return LoneQuorum.endangered(request, ReconfigurationCall.from(before, target));
    }

    private static Ensemble weighted(Server first, long weight) {
        var servers = List.of(first, TWO, THREE);
        var group = Map.of(1L, servers.stream().map(Server::id).toList());
        return Ensemble.of(servers, QuorumRule.hierarchical(group, Map.of(first.id(), weight)));
    }
}
