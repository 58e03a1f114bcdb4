package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.EnsembleException;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.client.FourLetterWordMain;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client sees whose connection is cut around a request, and what the ensemble has done by then. */
class ClientFaultsTest {

    private static TestEnsemble ensemble;

    @BeforeAll
    static void start() {
        ensemble = TestEnsemble.start(3);
    }

    @AfterAll
    static void stop() {
        ensemble.close();
    }

    @Test
    void a_request_cut_off_is_never_processed() throws Exception {
        try (var client = Outside.connect(ensemble.relayedConnectString());
                var other = Outside.connect(ensemble.connectString());
                var fault = ensemble.faults().cutBeforeRequest(ClientRequest.WRITE)) {
            assertThat(client.exists("/never", false)).isNull();

            assertThatThrownBy(() -> create(client, "/never"))
                    .isInstanceOf(KeeperException.ConnectionLossException.class);

            create(other, "/later");
            assertThat(other.exists("/never", false)).isNull();
            assertThat(fault).hasToString("cut of a client before a write");
            assertThat(ensemble.timeline().last(Timeline.Kind.MARK, "cut of a client before a write has struck"))
                    .isPresent();
        }
    }

    @Test
    void a_request_whose_reply_is_cut_off_has_been_processed_once() throws Exception {
        try (var client = Outside.connect(ensemble.relayedConnectString());
                var other = Outside.connect(ensemble.connectString())) {
            create(client, "/once");
            try (var fault = ensemble.faults().cutBeforeReply(ClientRequest.WRITE)) {
                assertThatThrownBy(() -> client.setData("/once", new byte[] {1}, -1))
                        .isInstanceOf(KeeperException.ConnectionLossException.class);
                assertThat(fault.verb()).isEqualTo(Verb.CUT_REPLY);
            }
            var stat = new Stat();
            other.sync("/once");
            assertThat(other.getData("/once", false, stat)).containsExactly(1);
            assertThat(stat.getVersion()).isEqualTo(1);
        }
    }

    @Test
    void the_reply_to_a_reconfiguration_alone_is_cut_off() throws Exception {
        var joiner = ensemble.newServers(1).get(0);
        ensemble.join(joiner);
        Outside.await(joiner, "srvr", Outside.mode("follower"));
        try (var admin = new ZooKeeperAdmin(ensemble.relayedConnectString(), 30_000, event -> {});
                var fault = ensemble.faults().cutBeforeReply(ClientRequest.RECONFIGURATION)) {
            create(admin, "/not-meant");

            assertThatThrownBy(() -> admin.reconfigure(List.of(joiner.toString()), null, null, -1, new Stat()))
                    .isInstanceOf(KeeperException.ConnectionLossException.class);

            assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");
            admin.reconfigure(null, List.of("4"), null, -1, new Stat());
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
            assertThat(fault.isHealed()).isFalse();
        }
        ensemble.stop(joiner.id());
    }

    @Test
    void a_cut_that_was_healed_does_not_strike() throws Exception {
        try (var client = Outside.connect(ensemble.relayedConnectString())) {
            ensemble.faults().cutBeforeRequest(ClientRequest.WRITE).heal();

            create(client, "/undisturbed");
        }
        assertThat(ensemble.faults().present()).isEmpty();
    }

    @Test
    void nobody_is_cut_off_who_does_not_pass_a_relay() {
        try (var other = TestEnsemble.start(1)) {
            assertThatThrownBy(() -> other.faults().cutBeforeReply(ClientRequest.WRITE))
                    .isInstanceOf(EnsembleException.class)
                    .hasMessage("Cannot cut a client's connection: none passes a relay. Connect by"
                            + " relayedConnectString().");
        }
    }

    @Test
    void four_letter_words_pass_a_relay() throws Exception {
        var address = ensemble.relayedConnectString().split(",", -1)[0].split(":", -1);

        assertThat(FourLetterWordMain.send4LetterWord(address[0], Integer.parseInt(address[1]), "srvr"))
                .contains("Mode: ");
    }

    private static void create(ZooKeeper client, String path) throws KeeperException, InterruptedException {
        client.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
}
