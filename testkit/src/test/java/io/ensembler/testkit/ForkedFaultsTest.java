package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What each fault does to servers with processes of their own, seen from outside. */
class ForkedFaultsTest {

    private static TestEnsemble ensemble;

    @BeforeAll
    static void start() {
        ensemble = TestEnsemble.builder().runtime(ServerRuntime.forked()).start();
    }

    @AfterAll
    static void stop() {
        ensemble.close();
    }

    @AfterEach
    void heal() {
        ensemble.faults().healAll();
        assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
        assertThat(ensemble.exitRequests()).isEmpty();
    }

    @Test
    void a_crashed_server_is_gone_at_once_and_starts_anew_when_healed() throws Exception {
        var victim = leader();

        var fault = ensemble.faults().crash(Selector.leader());

        assertThat(fault.servers()).containsExactly(victim.id());
        assertThat(fault).hasToString("crash of server " + victim.id());
        assertThat(Outside.ask(victim, "ruok")).isEqualTo(Outside.REFUSED);
        assertThat(ensemble.isRunning(victim.id())).isFalse();
        assertThat(ensemble.committed()).hasToString("1,2,3");
        fault.heal();
        fault.heal();
        Outside.await(victim, "srvr", Outside.mode("follower"));
        assertThat(ensemble.timeline().last(Timeline.Kind.HEAL, "crash of server " + victim.id()))
                .isPresent();
    }

    @Test
    void a_paused_server_takes_connections_and_answers_nothing() throws Exception {
        var victim = leader();

        try (var fault = ensemble.faults().pause(Selector.leader())) {
            assertThat(Outside.ask(victim, "ruok")).isEqualTo(Outside.SILENT);
            assertThat(ensemble.committed()).hasToString("1,2,3");
            assertThat(ensemble.leader()).isPresent().isNotEqualTo(Optional.of(victim.id()));
            assertThat(fault.servers()).containsExactly(victim.id());
        }

        assertThat(Outside.ask(victim, "ruok")).isEqualTo("imok");
        Outside.await(victim, "srvr", Outside.mode("follower"));
    }

    @Test
    void a_server_paused_twice_stands_still_until_both_are_healed() {
        var victim = follower();
        var one = ensemble.faults().pause(Selector.server(victim.id()));
        try (var other = ensemble.faults().pause(Selector.followers().first())) {
            assertThat(other.servers()).containsExactly(victim.id());
        }

        assertThat(Outside.ask(victim, "ruok")).isEqualTo(Outside.SILENT);
        one.heal();
        assertThat(Outside.ask(victim, "ruok")).isEqualTo("imok");
    }

    @Test
    void a_crash_that_is_healed_leaves_alone_who_was_started_and_stopped_since() {
        var victim = follower();
        var fault = ensemble.faults().crash(Selector.server(victim.id()));
        ensemble.restart(victim.id());
        ensemble.stop(victim.id());

        fault.heal();

        assertThat(ensemble.isRunning(victim.id())).isFalse();
        assertThat(Outside.ask(victim, "ruok")).isEqualTo(Outside.REFUSED);
        ensemble.restart(victim.id());
    }

    @Test
    void a_link_cut_twice_over_is_cut_until_both_are_healed() throws Exception {
        var victim = follower();
        var cut = ensemble.faults().cut(Selector.server(victim.id()), Selector.leader());
        try (var isolation = ensemble.faults().isolate(Selector.server(victim.id()))) {
            Outside.await(victim, "srvr", Outside.notServing());
            assertThat(isolation.isHealed()).isFalse();
        }
        Thread.sleep(500);

        assertThat(Outside.ask(victim, "srvr")).matches(Outside.notServing());
        cut.heal();
        Outside.await(victim, "srvr", Outside.mode("follower"));
    }

    @Test
    void a_paused_server_can_be_stopped_and_crashed() {
        var victim = follower();
        ensemble.faults().pause(Selector.server(victim.id()));
        ensemble.restart(victim.id());
        assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
        ensemble.faults().pause(Selector.server(victim.id()));

        ensemble.faults().crash(Selector.server(victim.id()));

        assertThat(Outside.ask(victim, "ruok")).isEqualTo(Outside.REFUSED);
    }

    @Test
    void an_isolated_leader_steps_down_another_leads_and_clients_still_reach_it() throws Exception {
        var victim = leader();

        try (var fault = ensemble.faults().isolate(Selector.leader())) {
            Outside.await(victim, "srvr", Outside.notServing());
            assertThat(Outside.ask(victim, "ruok")).isEqualTo("imok");
            assertThat(ensemble.committed()).hasToString("1,2,3");
            assertThat(fault).hasToString("isolation of server " + victim.id());
        }

        Outside.await(victim, "srvr", Outside.mode("follower"));
    }

    @Test
    void a_follower_cut_off_from_the_leader_alone_serves_no_more() throws Exception {
        var victim = follower();

        try (var fault = ensemble.faults().cut(Selector.server(victim.id()), Selector.leader())) {
            Outside.await(victim, "srvr", Outside.notServing());
            assertThat(ensemble.committed()).hasToString("1,2,3");
            assertThat(fault.servers()).containsExactlyInAnyOrder(victim.id(), leader().id());
        }

        Outside.await(victim, "srvr", Outside.mode("follower"));
    }

    @Test
    void what_a_follower_cannot_send_does_not_keep_it_from_hearing_the_leader() throws Exception {
        var victim = follower();
        try (var overVictim = Outside.connect(Outside.client(victim).toString());
                var overLeader = Outside.connect(Outside.client(leader()).toString())) {
            overLeader.create("/one-way", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            awaitText(overVictim, "");

            try (var fault = ensemble.faults().cutOneWay(Selector.server(victim.id()), Selector.leader())) {
                overLeader.setData("/one-way", bytes("heard"), -1);
                awaitText(overVictim, "heard");
                assertThat(fault.isHealed()).isFalse();
                Outside.await(victim, "srvr", Outside.notServing());
            }
        }
    }

    @Test
    void a_follower_that_the_leader_cannot_reach_hears_of_nothing_until_it_is_healed() throws Exception {
        var victim = follower();
        try (var overVictim = Outside.connect(Outside.client(victim).toString());
                var overLeader = Outside.connect(Outside.client(leader()).toString())) {
            overLeader.create("/no-way", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            overVictim.sync("/no-way");
            assertThat(overVictim.getData("/no-way", false, null)).isEmpty();

            var fault = ensemble.faults().cutOneWay(Selector.leader(), Selector.server(victim.id()));
            overLeader.setData("/no-way", bytes("unheard"), -1);

            assertThat(overVictim.getData("/no-way", false, null)).isEmpty();
            Outside.await(victim, "srvr", Outside.notServing());
            fault.heal();
            Outside.await(victim, "srvr", Outside.mode("follower"));
        }
    }

    @Test
    void a_write_takes_as_long_as_the_leaders_word_and_the_answer_are_under_way() throws Exception {
        try (var client = Outside.connect(Outside.client(leader()).toString())) {
            client.create("/delay", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            try (var there = ensemble.faults().delay(Selector.leader(), Selector.followers(), Duration.ofMillis(300));
                    var back =
                            ensemble.faults().delay(Selector.followers(), Selector.leader(), Duration.ofMillis(200))) {
                long begin = System.nanoTime();
                client.setData("/delay", bytes("slow"), -1);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(500));
                assertThat(there.servers()).isEqualTo(back.servers()).hasSize(3);
            }
            var quickest = Duration.ofDays(1);
            for (int i = 0; i < 10; i++) {
                long begin = System.nanoTime();
                client.setData("/delay", bytes("quick"), -1);
                var time = Duration.ofNanos(System.nanoTime() - begin);
                quickest = time.compareTo(quickest) < 0 ? time : quickest;
            }
            assertThat(quickest).isLessThan(Duration.ofMillis(200));
        }
    }

    @Test
    void it_has_not_settled_before_the_server_that_hears_last_has_heard_of_the_last_write_and_configuration()
            throws Exception {
        var victim = Selector.server(follower().id());
        try (var fault = ensemble.faults().delay(Selector.leader(), victim, Duration.ofSeconds(1))) {
            long begin = System.nanoTime();
            ensemble.awaitSettled();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(1));
            assertThat(fault.isHealed()).isFalse();
        }
        var server = follower();
        var version = version(server);
        try (var fault = ensemble.faults().delay(Selector.leader(), victim, Duration.ofMillis(2_500));
                var admin = new ZooKeeperAdmin(Outside.client(leader()).toString(), 30_000, event -> {})) {
            admin.reconfigure(null, List.of("7"), null, -1, new Stat());

            assertThatThrownBy(() -> ensemble.awaitSettled(Duration.ofMillis(100)))
                    .isInstanceOf(EnsembleException.class)
                    .hasMessageContaining("server " + server.id() + " acts by configuration " + version + ", not ");
            assertThat(version(server)).isEqualTo(version);
            fault.heal();
            ensemble.awaitSettled();
            assertThat(version(server)).isNotEqualTo(version).isEqualTo(version(leader()));
        }
    }

    @Test
    void a_joiner_is_linked_to_all_and_can_be_cut_off_before_it_starts() throws Exception {
        var joiner = ensemble.newServers(1).get(0);
        var fault = ensemble.faults().isolate(Selector.server(joiner.id()));

        ensemble.join(joiner);

        Outside.await(joiner, "ruok", "imok"::equals);
        assertThat(Outside.ask(joiner, "srvr")).matches(Outside.notServing());
        assertThat(Selector.joining().select(ensemble)).containsExactly(joiner.id());
        fault.heal();
        Outside.await(joiner, "srvr", Outside.mode("follower"));
        ensemble.stop(joiner.id());
    }

    private static void awaitText(ZooKeeper client, String text) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        var znode = "/one-way";
        while (client.exists(znode, false) == null
                || !new String(client.getData(znode, false, null), StandardCharsets.UTF_8).equals(text)) {
            assertThat(System.nanoTime()).as("'%s' is not seen", text).isLessThan(deadline);
            Thread.sleep(1);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the version of the configuration that a server says it acts by. */
    private static String version(Server server) {
        return Outside.ask(server, "conf")
                .lines()
                .filter(line -> line.startsWith("version="))
                .map(line -> line.substring("version=".length()))
                .findFirst()
                .orElseThrow();
    }

    private static Server leader() {
        return ensemble.server(ensemble.leader().orElseThrow());
    }

    private static Server follower() {
        ServerId id = Selector.followers().first().select(ensemble).iterator().next();
        return ensemble.server(id);
    }
}
