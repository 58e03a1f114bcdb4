package io.ensembler.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.Zxid;
import io.ensembler.probe.AdminProbe.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers over HTTP as ZooKeeper 3.9.5 gives them. */
class AdminReplyTest {

    private static final Instant AT = Instant.parse("2024-02-29T12:00:00Z");

    private static final String NOT_SERVING =
            """
            {
              "command" : "server_stats",
              "error" : "This ZooKeeper instance is not currently serving requests"
            }
            """;

    private static final String STATS =
            """
            {
              "version" : "3.9.5-293c895a8d966a3ecb92872be4a1daf87d725da2, built on 2026-02-11 20:18 UTC",
              "read_only" : false,
              "server_stats" : {
                "packets_sent" : 5,
                "server_state" : "follower",
                "fsync_threshold_exceed_count" : 0,
                "outstanding_requests" : 3,
                "last_processed_zxid" : 4294967307,
                "max_latency" : 12,
                "avg_latency" : 0.5,
                "num_alive_client_connections" : 17,
                "uptime" : 1500
              },
              "client_response" : {
                "last_buffer_size" : -1
              },
              "node_count" : 6,
              "connections" : [ { "uptime" : 1, "in" : [ 2 ] } ],
              "command" : "server_stats",
              "error" : null
            }
            """;

    private static AdminReply stats(String body) {
        return AdminReply.parse(Command.SERVER_STATS, 200, body);
    }

    @Test
    void server_stats_tells_mode_zxid_and_connections() {
        assertThat(stats(STATS).serving())
                .isEqualTo(new SrvrReply.Serving(ServerMode.FOLLOWER, Zxid.of(0x1_0000_000bL), 17));
    }

    @Test
    void server_stats_tells_version_load_and_uptime() {
        assertThat(stats(STATS).details(Command.SERVER_STATS, AT))
                .hasToString(
                        "version 3.9.5, znodes 6, serving for 1500 ms, outstanding requests 3, average latency 1 ms,"
                                + " longest latency 12 ms");
        assertThat(stats(STATS).details(Command.SERVER_STATS, AT).fact(ServerDetail.LATENCY))
                .isEqualTo(Fact.known(Duration.ofNanos(500_000), Source.ADMIN, AT));
    }

    @Test
    void a_server_without_leader_is_not_serving_though_the_status_is_200() {
        assertThat(stats(NOT_SERVING)).isEqualTo(new AdminReply.NotServing());
        assertThat(stats(NOT_SERVING).serving()).isEqualTo(new SrvrReply.NotServing());
        assertThat(stats(NOT_SERVING).details(Command.SERVER_STATS, AT)).isEqualTo(ServerDetails.none());
    }

    @Test
    void monitor_of_a_server_without_leader_fails_with_500() {
        assertThat(AdminReply.parse(Command.MONITOR, 500, "<html>")).isEqualTo(new AdminReply.NotServing());
        assertThat(AdminReply.parse(Command.SERVER_STATS, 500, "<html>"))
                .isEqualTo(new AdminReply.Unreadable("it answers server_stats over HTTP with status 500"));
    }

    @Test
    void whatever_else_listens_there_is_not_taken_for_a_server() {
        assertThat(stats("<html>It works!</html>"))
                .isEqualTo(new AdminReply.Unreadable("what it answers to server_stats over HTTP is not JSON"));
        assertThat(stats("[1]")).isInstanceOf(AdminReply.Unreadable.class);
        assertThat(stats(STATS.substring(0, 300))).isInstanceOf(AdminReply.Unreadable.class);
        assertThat(stats("{}").serving()).isInstanceOf(SrvrReply.Unreadable.class);
        assertThat(AdminReply.parse(Command.SERVER_STATS, 404, ""))
                .isEqualTo(new AdminReply.Unreadable("it answers server_stats over HTTP with status 404"));
    }

    @Test
    void monitor_tells_who_follows_and_how_much_there_is() {
        var reply = AdminReply.parse(
                Command.MONITOR,
                200,
                """
                {"server_state": "leader", "peer_state": "leading - broadcast", "learners": 2, "synced_observers": 0,
                 "leader_uptime": 7350.0, "approximate_data_size": 372, "error": null}
                """);

        assertThat(reply.learners()).isEqualTo(new MntrReply.Leading(2, 0, Optional.of(Duration.ofMillis(7350))));
        assertThat(reply.details(Command.MONITOR, AT)).hasToString("data 372 bytes, peer state leading - broadcast");
    }

    @Test
    void configuration_tells_whose_it_is() {
        assertThat(AdminReply.parse(Command.CONFIGURATION, 200, "{\"server_id\": 3, \"error\": null}")
                        .id())
                .contains(ServerId.of(3));
        assertThat(stats(STATS).id()).isEmpty();
    }

    @Test
    void what_is_told_is_not_printed() {
        assertThat(AdminReply.parse(Command.ENVIRONMENT, 200, "{\"user.name\": \"secret\", \"none\": null}"))
                .hasToString("Told[1 fields]");
    }
}
