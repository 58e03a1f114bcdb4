package io.ensembler.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.Zxid;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers as ZooKeeper 3.9.5 gives them. */
class RepliesTest {

    private static final String NOT_SERVING = "This ZooKeeper instance is not currently serving requests\n";

    private static final String SRVR =
            """
            Zookeeper version: 3.9.5-293c895a8d966a3ecb92872be4a1daf87d725da2, built on 2026-02-11 20:18 UTC
            Latency min/avg/max: 0/0.75/2
            Received: 6
            Sent: 5
            Connections: 17
            Outstanding: 0
            Zxid: 0x10000000b
            Mode: leader
            Node count: 6
            Proposal sizes last/min/max: 48/48/110
            """;

    private static final String CONF_SETTINGS =
            """
            clientPort=21588
            secureClientPort=-1
            dataDir=/data/version-2
            dataDirSize=66218
            dataLogDir=/data/version-2
            dataLogSize=66218
            tickTime=200
            maxClientCnxns=60
            minSessionTimeout=400
            maxSessionTimeout=60000
            clientPortListenBacklog=-1
            serverId=3
            """;

    private static final String CONF_QUORUM =
            """
            initLimit=25
            syncLimit=10
            electionAlg=3
            electionPort=21587
            quorumPort=21586
            peerType=0
            membership:\s
            server.1=127.0.0.1:21580:21581:participant;127.0.0.1:21582
            server.3=127.0.0.1:21586:21587:observer;127.0.0.1:21588
            version=3000000a1""";

    @Test
    void srvr_tells_mode_zxid_and_connections() {
        assertThat(SrvrReply.parse(SRVR))
                .isEqualTo(new SrvrReply.Serving(ServerMode.LEADER, Zxid.of(0x1_0000_000bL), 17));
    }

    @ParameterizedTest
    @EnumSource(ServerMode.class)
    void srvr_knows_every_mode(ServerMode mode) {
        assertThat(SrvrReply.parse(SRVR.replace("Mode: leader", "Mode: " + mode)))
                .isEqualTo(new SrvrReply.Serving(mode, Zxid.of(0x1_0000_000bL), 17));
    }

    @Test
    void a_zxid_of_a_high_epoch_is_no_negative_number() {
        assertThat(SrvrReply.parse(SRVR.replace("0x10000000b", "0xffffffff00000001")))
                .isEqualTo(new SrvrReply.Serving(ServerMode.LEADER, Zxid.of(0xffff_ffff_0000_0001L), 17));
    }

    @Test
    void a_server_without_leader_is_not_serving() {
        assertThat(SrvrReply.parse(NOT_SERVING)).isEqualTo(new SrvrReply.NotServing());
        assertThat(ConfReply.parse(NOT_SERVING)).isEqualTo(new ConfReply.NotServing());
    }

    @Test
    void a_word_that_is_not_allowed_is_quoted() {
        assertThat(SrvrReply.parse("srvr is not executed because it is not in the whitelist.\n"))
                .isEqualTo(new SrvrReply.Unreadable(
                        "it answers srvr with: srvr is not executed because it is not in the whitelist."));
        assertThat(ConfReply.parse("conf is not executed because it is not in the whitelist.\n"))
                .isEqualTo(new ConfReply.Unreadable(
                        "it answers conf with: conf is not executed because it is not in the whitelist."));
    }

    @Test
    void an_answer_cut_short_is_not_guessed_at() {
        assertThat(SrvrReply.parse(SRVR.substring(0, SRVR.indexOf("Mode")))).isInstanceOf(SrvrReply.Unreadable.class);
        assertThat(SrvrReply.parse(SRVR.replace("0x10000000b", "0xnonsense"))).isInstanceOf(SrvrReply.Unreadable.class);
        assertThat(ConfReply.parse(CONF_SETTINGS)).isInstanceOf(ConfReply.Unreadable.class);
    }

    @Test
    void conf_tells_id_and_configuration_in_force() {
        assertThat(ConfReply.parse(CONF_SETTINGS + CONF_QUORUM))
                .isInstanceOfSatisfying(ConfReply.InForce.class, reply -> {
                    assertThat(reply.id()).isEqualTo(ServerId.of(3));
                    assertThat(reply.inForce().version()).isEqualTo(ConfigurationVersion.of(0x3_0000_00a1L));
                    assertThat(reply.inForce().ensemble()).hasToString("1 observers 3");
                });
    }

    @Test
    void a_configuration_that_cannot_be_read_is_said_so() {
        assertThat(ConfReply.parse(CONF_SETTINGS + CONF_QUORUM.replace("participant", "bystander")))
                .isInstanceOfSatisfying(ConfReply.Unreadable.class, reply -> assertThat(reply.reason())
                        .startsWith("what it answers to conf cannot be read: ")
                        .contains("bystander"));
    }

    private static String mntr(String state) {
        return """
                zk_version\t3.9.5-293c895a8d966a3ecb92872be4a1daf87d725da2, built on 2026-02-11 20:18 UTC
                zk_server_state\t%s
                zk_peer_state\tleading - broadcast
                zk_learners\t3
                zk_synced_followers\t2
                zk_synced_observers\t1.0
                zk_leader_uptime\t7350.0
                zk_uptime\t7400
                zk_znode_count\t6
                zk_approximate_data_size\t372
                zk_outstanding_requests\t2
                zk_avg_latency\t0.0125
                zk_max_latency\t11
                """
                .formatted(state);
    }

    @Test
    void mntr_tells_of_a_leader_how_many_follow_it() {
        assertThat(MntrReply.parse(mntr("leader")))
                .isEqualTo(new MntrReply.Leading(3, 1, Optional.of(Duration.ofMillis(7350))));
    }

    @Test
    void srvr_tells_version_load_and_latency() {
        var at = Instant.parse("2024-02-29T12:00:00Z");

        assertThat(SrvrReply.details(SRVR, at))
                .hasToString(
                        "version 3.9.5, znodes 6, outstanding requests 0, average latency 1 ms, longest latency 2 ms");
        assertThat(SrvrReply.details(SRVR, at).fact(ServerDetail.LATENCY))
                .isEqualTo(Fact.known(Duration.ofMillis(750).dividedBy(1000), Source.SRVR, at));
        assertThat(SrvrReply.details(NOT_SERVING, at)).isEqualTo(ServerDetails.none());
    }

    @Test
    void conf_tells_for_how_long_a_server_is_waited_for() {
        var at = Instant.parse("2024-02-29T12:00:00Z");

        assertThat(ConfReply.details(CONF_SETTINGS + CONF_QUORUM, at).fact(ServerDetail.INIT_LIMIT))
                .isEqualTo(Fact.known(Duration.ofSeconds(5), Source.CONF, at));
        assertThat(ConfReply.details("initLimit=25\n", at)).isEqualTo(ServerDetails.none());
    }

    @Test
    void mntr_tells_the_state_of_the_server_and_how_much_it_holds() {
        assertThat(MntrReply.details(mntr("leader"), Instant.parse("2024-02-29T12:00:00Z")))
                .hasToString(
                        "version 3.9.5, data 372 bytes, znodes 6, serving for 7400 ms, peer state leading - broadcast,"
                                + " outstanding requests 2, average latency 1 ms, longest latency 11 ms");
    }

    @Test
    void envi_tells_the_heap_in_binary_megabytes() {
        assertThat(EnviReply.details(
                        "Environment:\nos.memory.free=12MB\nos.memory.max=256MB\nos.memory.total=20MB\n",
                        Instant.parse("2024-02-29T12:00:00Z")))
                .hasToString("heap 268.4 MB, heap used 8.3 MB");
    }

    @Test
    void a_figure_that_cannot_be_read_is_unknown_and_hides_no_other() {
        var details =
                MntrReply.details(mntr("leader").replace("\t372", "\tmuch"), Instant.parse("2024-02-29T12:00:00Z"));

        assertThat(details.fact(ServerDetail.DATA_SIZE)).isEqualTo(Fact.unknown("what it tells cannot be read: much"));
        assertThat(details.value(ServerDetail.ZNODES)).contains(6L);
    }

    @Test
    void mntr_tells_nothing_of_a_server_that_does_not_lead_or_where_it_is_not_allowed() {
        assertThat(MntrReply.parse(mntr("follower"))).isInstanceOf(MntrReply.Untold.class);
        assertThat(MntrReply.parse("mntr is not executed because it is not in the whitelist.\n"))
                .isEqualTo(new MntrReply.Untold(
                        "it does not tell in its answer to mntr: mntr is not executed because it is"
                                + " not in the whitelist."));
        assertThat(MntrReply.parse("zk_server_state\tleader\nzk_learners\tmany\nzk_synced_observers\t0\n"))
                .isInstanceOf(MntrReply.Untold.class);
        assertThat(MntrReply.parse("zk_server_state\tleader\n")).isInstanceOf(MntrReply.Untold.class);
    }
}
