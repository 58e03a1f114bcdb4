package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EffectsTest {

    private static final Server ONE = Server.parse("server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181");
    private static final Server TWO = Server.parse("server.2=10.0.0.2:2888:3888:participant;10.0.0.2:2181");
    private static final Server THREE = Server.parse("server.3=10.0.0.3:2888:3888:participant;10.0.0.3:2181");
    private static final Server OBSERVER = Server.parse("server.4=10.0.0.4:2888:3888:observer;10.0.0.4:2181");
    private static final Ensemble BEFORE = Ensemble.of(ONE, TWO, THREE, OBSERVER);
    private static final Optional<ServerId> LEADER = Optional.of(ONE.id());
    private static final Set<ServerId> ALL = ids(1, 2, 3, 4);

    @Test
    void a_server_that_comes_in_is_proved_before_and_after() {
        var joiner = Server.parse("server.5=10.0.0.5:2888:3888:observer;10.0.0.5:2181");
        var effects = new Effects(BEFORE, BEFORE.plus(joiner));

        assertThat(effects.joining()).containsExactly(joiner);
        assertThat(effects.toProve()).containsExactly(joiner);
        assertThat(effects.toProveAgain(ALL, LEADER)).containsExactlyElementsOf(ids(5));
    }

    @Test
    void an_observer_that_is_to_vote_is_proved_before_and_after() {
        var voter = OBSERVER.withRole(ServerRole.PARTICIPANT);
        var effects = new Effects(BEFORE, with(voter));

        assertThat(effects.joining()).isEmpty();
        assertThat(effects.toProve()).containsExactly(voter);
        assertThat(effects.toProveAgain(ALL, LEADER)).containsExactlyElementsOf(ids(4));
    }

    @Test
    void a_follower_that_is_demoted_or_moves_is_proved_after_if_it_was_in_sync() {
        for (var changed : List.of(TWO.withRole(ServerRole.OBSERVER), moved(TWO, "2188"), moved(TWO, "2889"))) {
            var effects = new Effects(BEFORE, with(changed));

            assertThat(effects.toProve()).isEmpty();
            assertThat(effects.toProveAgain(ALL, LEADER)).containsExactlyElementsOf(ids(2));
            assertThat(effects.toProveAgain(ids(1, 3), LEADER)).isEmpty();
        }
    }

    @Test
    void all_that_were_in_sync_and_stay_are_proved_again_when_the_leader_leaves_or_is_demoted_or_moves() {
        for (var after :
                List.of(BEFORE.minus(ONE.id()), with(ONE.withRole(ServerRole.OBSERVER)), with(moved(ONE, "2889")))) {
            var effects = new Effects(BEFORE, after);

            assertThat(effects.mayMoveLeadership(LEADER)).isTrue();
            assertThat(effects.toProveAgain(ids(1, 3, 4), LEADER))
                    .containsExactlyElementsOf(after.contains(ONE.id()) ? ids(1, 3, 4) : ids(3, 4));
        }
    }

    @Test
    void a_leader_that_moves_its_client_or_election_port_stays_in_office() {
        for (var port : List.of("2188", "3889")) {
            var effects = new Effects(BEFORE, with(moved(ONE, port)));

            assertThat(effects.mayMoveLeadership(LEADER)).isFalse();
            assertThat(effects.toProveAgain(ALL, LEADER)).containsExactlyElementsOf(ids(1));
        }
    }

    @Test
    void a_server_moves_its_clients_if_their_port_changes() {
        assertThat(new Effects(BEFORE, with(moved(TWO, "2188"))).movingClients())
                .containsExactly(moved(TWO, "2188"));
        assertThat(new Effects(BEFORE, with(moved(TWO, "2889"))).movingClients())
                .isEmpty();
        assertThat(new Effects(BEFORE, BEFORE.minus(TWO.id())).movingClients()).isEmpty();
    }

    @Test
    void whoever_goes_may_move_leadership_if_nobody_is_known_to_lead() {
        var effects = new Effects(BEFORE, BEFORE.minus(TWO.id()));

        assertThat(effects.mayMoveLeadership(LEADER)).isFalse();
        assertThat(effects.mayMoveLeadership(Optional.empty())).isTrue();
        assertThat(effects.toProveAgain(ids(1, 3, 4), Optional.empty())).containsExactlyElementsOf(ids(1, 3, 4));
    }

    /** The server with another port in place of the one that differs in its last digit. */
    private static Server moved(Server server, String port) {
        return Server.parse(server.toString().replaceAll(port.substring(0, 3) + "\\d", port));
    }

    private static Ensemble with(Server changed) {
        var servers = BEFORE.servers().stream()
                .map(server -> server.id().equals(changed.id()) ? changed : server)
                .toList();
        return Ensemble.of(servers, BEFORE.quorumRule());
    }

    private static Set<ServerId> ids(long... ids) {
        var all = new TreeSet<ServerId>();
        Arrays.stream(ids).mapToObj(ServerId::of).forEach(all::add);
        return all;
    }
}
