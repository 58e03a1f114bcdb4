package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.StopReason;
import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Servers of a real ensemble that move to other ports where they run. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class MoveScaleTest {

    @Test
    void moves_the_client_port_of_a_follower(TestEnsemble ensemble, Ledger ledger) {
        assertMoves(ensemble, ledger, followerOf(ensemble), Port.CLIENT, 0);
    }

    @Test
    void moves_the_election_port_of_a_follower(TestEnsemble ensemble, Ledger ledger) {
        assertMoves(ensemble, ledger, followerOf(ensemble), Port.ELECTION, 0);
    }

    @Test
    void moves_the_quorum_port_of_a_follower(TestEnsemble ensemble, Ledger ledger) {
        assertMoves(ensemble, ledger, followerOf(ensemble), Port.QUORUM, 0);
    }

    @Test
    void moves_the_client_port_of_the_leader_which_stays_in_office(TestEnsemble ensemble, Ledger ledger) {
        assertMoves(ensemble, ledger, leaderOf(ensemble), Port.CLIENT, 0);
    }

    @Test
    void moves_the_quorum_port_of_the_leader_which_hands_over(TestEnsemble ensemble, Ledger ledger) {
        assertMoves(ensemble, ledger, leaderOf(ensemble), Port.QUORUM, 1);
    }

    @Test
    void swaps_the_client_ports_of_two_followers_by_way_of_a_third(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var one = ensemble.server(scaling.followers().get(0));
            var other = ensemble.server(scaling.followers().get(1));
            var oneThere = moved(one, other.endpoints(), Port.CLIENT);
            var otherThere = moved(other, one.endpoints(), Port.CLIENT);

            var result = scaling.run(ScalingRequest.change()
                    .changeEndpoints(one.id(), oneThere)
                    .changeEndpoints(other.id(), otherThere));

            assertThat(result).isCompleted().movedLeadership(0).sent(3);
            var settled = ensemble.awaitSettled();
            assertThat(settled.server(one.id())).contains(one.withEndpoints(oneThere));
            assertThat(settled.server(other.id())).contains(other.withEndpoints(otherThere));
        }
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    void moves_no_clients_to_a_port_where_something_listens(TestEnsemble ensemble) throws IOException {
        var server = followerOf(ensemble);
        var endpoints = moved(server, ensemble.newEndpoints(server.id()), Port.CLIENT);
        try (var scaling = Scaling.of(ensemble);
                var listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), clientOf(endpoints).port()));
            var scaler = scaling.scaler(scaling.passDeadlineAt(" is to serve clients at "));

            var result = scaler.run(
                    scaler.plan(ScalingRequest.change().changeEndpoints(server.id(), endpoints)), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.ADDRESS_TAKEN).sent(0);
            assertThat(result.report().outcome())
                    .contains("server " + server.id() + " is to serve clients at " + clientOf(endpoints)
                            + ", where no connection is refused, so that something may listen already.");
        }
        assertThat(ensemble.awaitSettled().server(server.id())).contains(server);
    }

    private enum Port {
        QUORUM,
        ELECTION,
        CLIENT
    }

    private static void assertMoves(TestEnsemble ensemble, Ledger ledger, Server server, Port port, int handOffs) {
        var endpoints = moved(server, ensemble.newEndpoints(server.id()), port);
        try (var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(ScalingRequest.change().changeEndpoints(server.id(), endpoints));

            assertThat(result).isCompleted().movedLeadership(handOffs).sent(1);
        }
        assertThat(ensemble.awaitSettled().server(server.id())).contains(server.withEndpoints(endpoints));
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    private static Endpoints moved(Server server, Endpoints fresh, Port port) {
        var old = server.endpoints().quorum().get(0);
        var other = fresh.quorum().get(0);
        var quorum = new QuorumAddress(
                old.host(),
                port == Port.QUORUM ? other.quorumPort() : old.quorumPort(),
                port == Port.ELECTION ? other.electionPort() : old.electionPort());
        return Endpoints.of(quorum, clientOf(port == Port.CLIENT ? fresh : server.endpoints()));
    }

    private static Address clientOf(Endpoints endpoints) {
        return endpoints.client().orElseThrow();
    }

    private static Server leaderOf(TestEnsemble ensemble) {
        return ensemble.server(ensemble.leader().orElseThrow());
    }

    private static Server followerOf(TestEnsemble ensemble) {
        var leader = ensemble.leader();
        return ensemble.servers().stream()
                .filter(server -> !leader.equals(Optional.of(server.id())))
                .findFirst()
                .orElseThrow();
    }
}
