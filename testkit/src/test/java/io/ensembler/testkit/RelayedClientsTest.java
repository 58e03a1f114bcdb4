package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Endpoints;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that go by the configuration pass relays where these stand at the addresses it names. */
class RelayedClientsTest {

    private static TestEnsemble start(ServerRuntime runtime) {
        return TestEnsemble.builder()
                .participants(1)
                .runtime(runtime)
                .relayClients(true)
                .start();
    }

    private static ServerRuntime runtime(String name) {
        return name.equals("forked") ? ServerRuntime.forked() : ServerRuntime.inJvm();
    }

    @ParameterizedTest
    @ValueSource(strings = {"in this JVM", "forked"})
    void who_goes_by_the_configuration_is_cut_off_there_and_where_a_server_joins(String name) throws Exception {
        try (var ensemble = start(runtime(name))) {
            assertThat(ensemble.relayedConnectString()).isEqualTo(ensemble.connectString());
            var joiner = ensemble.newServers(1).get(0);
            ensemble.join(joiner);
            Outside.await(joiner, "srvr", Outside.mode("follower"));
            try (var admin = new ZooKeeperAdmin(twice(ensemble.connectString()), 30_000, event -> {});
                    var fault = ensemble.faults().cutAfterRequest(ClientRequest.RECONFIGURATION)) {
                assertThatThrownBy(() -> admin.reconfigure(List.of(joiner.toString()), null, null, -1, new Stat()))
                        .isInstanceOf(KeeperException.ConnectionLossException.class);
                assertThat(fault).hasToString("cut of a client after a reconfiguration");
                assertThat(fault.servers()).hasSize(2);
            }
            assertThat(ensemble.awaitSettled()).hasToString("1,2");

            var client = joiner.endpoints().reachableClient().orElseThrow().toString();
            try (var there = Outside.connect(twice(client));
                    var other = Outside.connect(ensemble.connectString());
                    var fault = ensemble.faults().cutBeforeReply(ClientRequest.WRITE)) {
                assertThatThrownBy(() -> create(there, "/kept"))
                        .isInstanceOf(KeeperException.ConnectionLossException.class);
                assertThat(fault.isHealed()).isFalse();
                other.sync("/kept");
                assertThat(other.exists("/kept", false)).isNotNull();
            }
        }
    }

    @Test
    void a_server_that_moves_is_reached_through_another_relay() throws Exception {
        try (var ensemble = start(ServerRuntime.inJvm())) {
            var server = ensemble.servers().get(0);
            var moved = server.withEndpoints(ensemble.newEndpoints(server.id()));
            var there =
                    new Endpoints(server.endpoints().quorum(), moved.endpoints().client());
            try (var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
                admin.reconfigure(List.of(server.withEndpoints(there).toString()), null, null, -1, new Stat());
            }
            assertThat(ensemble.awaitSettled().server(server.id())).contains(server.withEndpoints(there));
            try (var client = Outside.connect(ensemble.connectString())) {
                create(client, "/there");
            }
        }
    }

    @Test
    void a_runtime_whose_servers_cannot_serve_behind_a_relay_says_so_before_it_starts_any() {
        var runtime = ServerRuntime.forked().withoutRelays();

        assertThat(runtime.supports(Verb.RELAY_CLIENTS)).isFalse();
        assertThatThrownBy(() -> start(runtime))
                .isInstanceOf(UnsupportedVerbException.class)
                .hasMessageContaining("relay clients")
                .hasMessageContaining("127.0.0.0/8");
    }

    /** A client sleeps before it tries its only server again; one named twice is not the only one. */
    private static String twice(String server) {
        return server + "," + server;
    }

    private static void create(ZooKeeper client, String path) throws KeeperException, InterruptedException {
        client.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
}
