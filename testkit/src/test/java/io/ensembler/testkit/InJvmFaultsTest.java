package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.util.ServiceUtils;
import org.junit.jupiter.api.Test;

/** What each fault does to servers that share the test's JVM, seen from outside. */
class InJvmFaultsTest {

    @Test
    void an_isolated_leader_steps_down_while_another_leads_and_follows_once_healed() throws Exception {
        try (var ensemble = TestEnsemble.start(3)) {
            var old = leader(ensemble);

            try (var fault = ensemble.faults().isolate(Selector.leader())) {
                assertThat(fault).hasToString("isolation of server " + old.id());
                Outside.await(old, "srvr", Outside.notServing());
                assertThat(Outside.ask(old, "ruok")).isEqualTo("imok");
                var next = awaitLeaderAmongOthers(ensemble, old);
                assertThat(ensemble.committed()).hasToString("1,2,3");
                assertThat(Outside.ask(next, "srvr")).contains("Mode: leader");
                assertThat(Outside.ask(old, "srvr")).contains("not currently serving");
            }

            Outside.await(old, "srvr", Outside.mode("follower"));
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    @Test
    void an_isolated_follower_serves_nobody_though_started_anew_and_gets_what_it_missed_once_healed() throws Exception {
        try (var ensemble = TestEnsemble.start(3);
                var client = Outside.connect(Outside.client(leader(ensemble)).toString())) {
            var follower = follower(ensemble);

            var fault = ensemble.faults().isolate(Selector.server(follower.id()));
            Outside.await(follower, "srvr", Outside.notServing());
            ensemble.restart(follower.id());
            Outside.await(follower, "ruok", "imok"::equals);
            write(client, "/missed", "now");
            assertThat(Outside.ask(follower, "srvr")).contains("not currently serving");
            fault.heal();

            Outside.await(follower, "srvr", Outside.mode("follower"));
            try (var there = Outside.connect(Outside.client(follower).toString())) {
                assertThat(read(there, "/missed")).isEqualTo("now");
            }
        }
    }

    @Test
    void isolating_two_of_three_stops_writes_until_one_is_healed() throws Exception {
        try (var ensemble = TestEnsemble.start(3)) {
            var leader = leader(ensemble);
            var one = ensemble.faults().isolate(Selector.followers());

            Outside.await(leader, "srvr", Outside.notServing());
            assertThatThrownBy(() -> ensemble.awaitSettled(Duration.ofMillis(300)))
                    .hasMessageContaining("has not settled");
            one.heal();

            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
        }
    }

    @Test
    void what_is_done_to_a_server_twice_lasts_until_both_are_healed() throws Exception {
        try (var ensemble = TestEnsemble.builder().observers(1).participants(1).start()) {
            var observer = Outside.server(ensemble, 2);
            List<Function<Selector, Fault>> verbs = List.of(ensemble.faults()::isolate, ensemble.faults()::stallSync);
            for (var verb : verbs) {
                var one = verb.apply(Selector.observers());
                var other = verb.apply(Selector.observers());
                ensemble.restart(observer.id());
                Outside.await(observer, "ruok", "imok"::equals);

                other.heal();
                Thread.sleep(500);

                assertThat(Outside.ask(observer, "srvr")).as("%s", one).matches(Outside.notServing());
                one.heal();
                Outside.await(observer, "srvr", Outside.mode("observer"));
            }
        }
    }

    @Test
    void a_stalled_joiner_serves_nobody_until_it_is_released_and_the_leader_counts_it_all_the_same() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                        .participants(1)
                        .setting("initLimit", "200")
                        .start();
                var admin = admin(ensemble)) {
            var joiner = ensemble.newServers(1).get(0);

            var fault = ensemble.faults().stallSync(Selector.server(joiner.id()));
            ensemble.join(joiner);
            awaitHeld(joiner);
            assertThat(Outside.ask(joiner, "srvr")).contains("not currently serving");
            // One that still syncs is good for the new quorum, which nothing can reach without it.
            var answer = Outside.addWhileNobodyAnswers(admin, joiner);
            assertThat(Outside.ask(joiner, "srvr")).contains("not currently serving");
            assertThat(fault.servers()).containsExactly(joiner.id());
            fault.heal();

            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(KeeperException.Code.OK.intValue());
            Outside.await(joiner, "srvr", Outside.mode("follower"));
            assertThat(ensemble.awaitSettled()).hasToString("1,2");
        }
    }

    @Test
    void a_joiner_that_is_held_for_longer_than_its_leader_waits_joins_once_it_is_released() throws Exception {
        try (var ensemble =
                TestEnsemble.builder().participants(1).setting("initLimit", "3").start()) {
            var joiner = ensemble.newServers(1).get(0);
            var fault = ensemble.faults().stallSync(Selector.server(joiner.id()));
            ensemble.join(joiner);
            awaitHeld(joiner);
            await("the leader still waits", () -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("LearnerHandler-")));
            assertThat(Outside.ask(joiner, "srvr")).contains("not currently serving");

            fault.heal();

            Outside.await(joiner, "srvr", Outside.mode("follower"));
        }
    }

    @Test
    void a_stalled_joiner_can_be_stopped_in_the_middle_of_its_sync() throws Exception {
        try (var ensemble = TestEnsemble.start(1)) {
            var joiner = ensemble.newServers(1).get(0);
            ensemble.faults().stallSync(Selector.server(joiner.id()));
            ensemble.join(joiner);
            awaitHeld(joiner);

            ensemble.stop(joiner.id());

            assertThat(Outside.ask(joiner, "ruok")).isEqualTo(Outside.REFUSED);
            assertThat(ensemble.awaitSettled()).hasToString("1");
        }
    }

    @Test
    void those_that_crash_before_activation_restart_with_the_configuration_they_acted_by() throws Exception {
        try (var ensemble = TestEnsemble.start(3);
                var admin = admin(ensemble)) {
            var leader = leader(ensemble);
            var followers = ensemble.servers().stream()
                    .filter(server -> !server.equals(leader))
                    .toList();
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);

            var fault = ensemble.faults().crashBeforeActivation(Selector.followers());
            reconfigure(admin, observer);
            for (var follower : followers) {
                Outside.await(follower, "ruok", Outside.REFUSED::equals);
                assertThat(ensemble.isRunning(follower.id())).isFalse();
                assertThat(version(ensemble, follower)).isEqualTo("100000000");
                assertThat(ensemble.directory(follower.id()).resolve("conf/zoo.cfg.dynamic.next"))
                        .exists();
            }
            // The leader has taken it up by their acknowledgements.
            var version = version(ensemble, leader);
            assertThat(version).isNotEqualTo("100000000");
            assertThat(ensemble.exitRequests()).isEmpty();
            assertThat(ensemble.timeline().of(Timeline.Kind.EXIT))
                    .extracting(Timeline.Entry::what)
                    .containsExactlyInAnyOrderElementsOf(followers.stream()
                            .map(it -> "server " + it.id() + " crashed: before it took up configuration " + version)
                            .toList());
            fault.heal();
            ensemble.stop(leader.id());
            // A server forgets what it acknowledged at its second start (field guide 2.8).
            followers.forEach(follower -> ensemble.bootTwice(follower.id()));

            for (var follower : followers) {
                var conf = Outside.await(follower, "conf", answer -> answer.contains("membership"));
                assertThat(conf).contains("version=100000000").doesNotContain("server." + observer.id() + "=");
            }
        }
    }

    @Test
    void a_leader_that_crashes_before_activation_leaves_the_reconfiguration_to_the_next() throws Exception {
        try (var ensemble = TestEnsemble.start(3);
                var admin = admin(ensemble)) {
            var old = leader(ensemble);
            var joiner = ensemble.newServers(1).get(0);
            ensemble.join(joiner);
            Outside.await(joiner, "srvr", Outside.mode("follower"));

            ensemble.faults().crashBeforeActivation(Selector.leader());
            reconfigure(admin, joiner);

            Outside.await(old, "ruok", Outside.REFUSED::equals);
            awaitLeaderAmongOthers(ensemble, old);
            // Its followers had acknowledged as well, so whoever leads next completes it.
            assertThat(ensemble.committed()).hasToString("1,2,3,4");
            ensemble.restart(old.id());
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");
        }
    }

    @Test
    void what_was_disarmed_in_time_does_not_crash() throws Exception {
        try (var ensemble = TestEnsemble.start(2);
                var admin = admin(ensemble)) {
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
            ensemble.join(observer);
            try (var fault = ensemble.faults().crashBeforeActivation(Selector.participants())) {
                assertThat(fault.servers()).hasSize(2);
            }

            admin.reconfigure(lines(observer), null, null, -1, new Stat());

            assertThat(ensemble.awaitSettled()).hasToString("1,2 observers 3");
            assertThat(ensemble.timeline().of(Timeline.Kind.EXIT)).isEmpty();
        }
    }

    @Test
    void an_exit_ends_nothing_though_somebody_else_has_begun_to_hear_of_exits() {
        var heard = new AtomicInteger();
        try (var ensemble = TestEnsemble.start(1)) {
            ServiceUtils.setSystemExitProcedure(status -> heard.incrementAndGet());
            ensemble.faults().isolate(Selector.leader()).heal();
            ServiceUtils.requestSystemExit(7);

            ServiceUtils.setSystemExitProcedure(status -> heard.incrementAndGet());
            ensemble.stop(ServerId.of(1));
            ServiceUtils.requestSystemExit(8);

            assertThat(heard).hasValue(0);
            assertThat(ensemble.exitRequests())
                    .hasSize(2)
                    .allMatch(exit -> exit.matches("thread .* asked to exit: status [78]"));
        }
    }

    /** Sends a reconfiguration whose answer may be lost with the server that it was sent to. */
    private static void reconfigure(ZooKeeperAdmin admin, Server joining) throws Exception {
        try {
            admin.reconfigure(lines(joining), null, null, -1, new Stat());
        } catch (KeeperException.ConnectionLossException e) {
            return;
        }
    }

    private static void awaitHeld(Server joiner) throws InterruptedException {
        await("server " + joiner.id() + " does not come to its sync", () -> Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getMethodName().equals("awaitSync")));
    }

    private static void await(String otherwise, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(otherwise).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private static Server awaitLeaderAmongOthers(TestEnsemble ensemble, Server old) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            for (var server : ensemble.servers()) {
                if (!server.id().equals(old.id()) && Outside.ask(server, "srvr").contains("Mode: leader")) {
                    return server;
                }
            }
            assertThat(System.nanoTime()).as("nobody leads: %s", ensemble).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** Returns the version of the configuration that a server would start from. */
    private static String version(TestEnsemble ensemble, Server server) throws IOException {
        var line = Files.readAllLines(ensemble.directory(server.id()).resolve("conf/zoo.cfg")).stream()
                .filter(it -> it.startsWith("dynamicConfigFile="))
                .findFirst()
                .orElseThrow();
        return line.substring(line.lastIndexOf('.') + 1);
    }

    private static Server leader(TestEnsemble ensemble) {
        return ensemble.server(ensemble.leader().orElseThrow());
    }

    private static Server follower(TestEnsemble ensemble) {
        return ensemble.server(Selector.followers().select(ensemble).iterator().next());
    }

    private static String lines(Server server) {
        return ConfigurationText.print(Ensemble.of(server))
                .lines()
                .filter(line -> line.startsWith("server."))
                .findFirst()
                .orElseThrow();
    }

    private static ZooKeeperAdmin admin(TestEnsemble ensemble) throws Exception {
        return new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {});
    }

    private static void write(ZooKeeper client, String path, String text) throws Exception {
        client.create(path, text.getBytes(StandardCharsets.UTF_8), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    private static String read(ZooKeeper client, String path) throws Exception {
        return new String(client.getData(path, false, null), StandardCharsets.UTF_8);
    }
}
