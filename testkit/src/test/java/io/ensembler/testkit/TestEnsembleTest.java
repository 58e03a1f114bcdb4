package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Server;
import io.ensembler.model.ServerRole;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

class TestEnsembleTest {

    @Test
    void starts_three_participants_that_settle_under_one_leader() {
        try (var ensemble = TestEnsemble.start(3)) {
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
            assertThat(ensemble.committed().servers()).isEqualTo(ensemble.servers());
            assertThat(ensemble.leader()).isPresent();
            assertThat(ensemble.connectString().split(",")).hasSize(3);
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    @Test
    void a_server_that_joined_and_was_added_restarts_from_its_own_files() throws Exception {
        try (var ensemble = TestEnsemble.start(3)) {
            var joiner = ensemble.newServers(1).get(0);
            ensemble.join(joiner);
            try (var admin = admin(ensemble)) {
                admin.reconfigure(List.of(joiner.toString()), null, null, -1, new Stat());
                assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");

                ensemble.restart(joiner.id());

                assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");
                admin.create("/after", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    @Test
    void the_ports_of_a_stopped_server_are_free() {
        try (var ensemble = TestEnsemble.start(3)) {
            var follower = ensemble.servers().stream()
                    .map(Server::id)
                    .filter(id -> !Optional.of(id).equals(ensemble.leader()))
                    .findFirst()
                    .orElseThrow();

            ensemble.stop(follower);

            assertThat(ensemble.isRunning(follower)).isFalse();
            assertThat(ports(ensemble.server(follower))).allMatch(LoopbackPorts::isFree);
            assertThat(ensemble.connectString().split(",")).hasSize(2);
            assertThat(ensemble.committed()).hasToString("1,2,3");
            ensemble.restart(follower);
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
        }
    }

    @Test
    void grants_reconfiguration_to_every_client() throws Exception {
        try (var ensemble = TestEnsemble.start(1);
                var admin = admin(ensemble)) {
            var joiner = ensemble.newServers(1).get(0);
            ensemble.join(joiner);
            var observer = joiner.withRole(ServerRole.OBSERVER).toString();
            admin.reconfigure(List.of(observer), null, null, -1, new Stat());
            assertThat(ensemble.awaitSettled()).hasToString("1 observers 2");
        }
    }

    private static ZooKeeperAdmin admin(TestEnsemble ensemble) throws Exception {
        return new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {});
    }

    private static List<Integer> ports(Server server) {
        var quorum = server.endpoints().quorum().get(0);
        return List.of(
                quorum.quorumPort(),
                quorum.electionPort(),
                server.endpoints().client().orElseThrow().port());
    }
}
