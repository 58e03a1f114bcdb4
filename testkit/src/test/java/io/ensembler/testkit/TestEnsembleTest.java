package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.ServerRole;
import io.ensembler.testkit.runtime.FourLetterWords;
import io.ensembler.testkit.runtime.LoopbackPorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.client.FourLetterWordMain;
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
    void one_that_begins_anew_is_the_same_to_look_at_and_holds_nothing() throws Exception {
        try (var ensemble = TestEnsemble.start(3)) {
            var before = ensemble.servers();
            try (var admin = admin(ensemble)) {
                admin.create("/before", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }

            assertThat(ensemble.beginAnew().servers()).isEqualTo(before);

            try (var admin = admin(ensemble)) {
                assertThat(admin.exists("/before", false)).isNull();
                var joiner = ensemble.newServers(1).get(0);
                ensemble.join(joiner);
                admin.reconfigure(List.of(joiner.toString()), null, null, 0x1_0000_0000L, new Stat());
            }
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");
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
    void a_server_reads_from_its_log_again_what_was_written_in_large_pieces_at_a_time() throws Exception {
        try (var ensemble = TestEnsemble.start(1)) {
            var client = Outside.connect(ensemble.connectString());
            var random = new Random(1);
            var answers = new ArrayList<CompletableFuture<Integer>>();
            for (int number = 0; number < 60; number++) {
                var data = new byte[100_000];
                random.nextBytes(data);
                var answer = new CompletableFuture<Integer>();
                client.create(
                        "/large-" + number,
                        data,
                        Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT,
                        (code, path, context, name) -> answer.complete(code),
                        null);
                answers.add(answer);
            }
            for (var answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS)).isZero();
            }
            client.close();

            ensemble.restart(ServerId.of(1));

            ensemble.awaitSettled();
            var again = Outside.connect(ensemble.connectString());
            assertThat(again.getChildren("/", false)).contains("large-0", "large-59");
            again.close();
        }
    }

    @Test
    void a_server_restarts_with_the_configuration_it_last_acted_by_though_nobody_else_is_there() throws Exception {
        try (var ensemble = TestEnsemble.start(1);
                var admin = admin(ensemble)) {
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
            ensemble.join(observer);
            admin.reconfigure(List.of(observer.toString()), null, null, -1, new Stat());
            assertThat(ensemble.awaitSettled()).hasToString("1 observers 2");
            var first = Outside.server(ensemble, 1);
            var membership = membership(Outside.ask(first, "conf"));
            assertThat(membership).contains("server.2=").doesNotContain("version=100000000");
            ensemble.stop(observer.id());

            ensemble.restart(first.id());

            var conf = Outside.await(first, "conf", answer -> answer.contains("membership"));
            assertThat(membership(conf)).isEqualTo(membership);
        }
    }

    @Test
    void a_server_starts_with_the_settings_of_its_own() {
        try (var ensemble = TestEnsemble.builder()
                .participants(1)
                .observers(1)
                .setting("maxClientCnxns", "17")
                .setting(ServerId.of(2), "maxClientCnxns", "18")
                .start()) {
            assertThat(Outside.ask(Outside.server(ensemble, 1), "conf")).contains("maxClientCnxns=17");
            assertThat(Outside.ask(Outside.server(ensemble, 2), "conf")).contains("maxClientCnxns=18");
        }
    }

    @Test
    void what_a_wiped_server_had_is_gone_for_its_clients() throws Exception {
        try (var ensemble = TestEnsemble.start(1)) {
            var alone = Outside.server(ensemble, 1);
            try (var client = Outside.connect(Outside.client(alone).toString())) {
                client.create("/gone", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
            ensemble.stop(alone.id());

            ensemble.wipe(alone.id());
            ensemble.restart(alone.id());

            Outside.await(alone, "srvr", Outside.mode("leader"));
            try (var client = Outside.connect(Outside.client(alone).toString())) {
                assertThat(client.exists("/gone", false)).isNull();
                assertThat(client.getChildren("/", false)).containsExactly("zookeeper");
            }
        }
    }

    @Test
    void the_ports_of_a_stopped_server_are_free() {
        try (var ensemble = TestEnsemble.start(3)) {
            var follower = follower(ensemble);

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
    void starts_with_groups_and_weights_and_takes_up_others() throws Exception {
        var groups = Map.of(1L, ids(1, 2, 3), 2L, ids(4), 3L, ids(5));
        var rule = QuorumRule.hierarchical(groups, Map.of(ServerId.of(2), 3L, ServerId.of(5), 0L));
        try (var ensemble = TestEnsemble.builder()
                        .participants(5)
                        .observers(1)
                        .quorumRule(rule)
                        .start();
                var admin = admin(ensemble)) {
            var founded = ensemble.awaitSettled();
            assertThat(founded).hasToString("1,2,3,4,5 observers 6 groups (1,2*3,3) (4) (5*0)");

            var lighter = Ensemble.of(founded.servers(), QuorumRule.hierarchical(groups, Map.of()));
            admin.reconfigure(null, null, lines(lighter), -1, new Stat());
            assertThat(ensemble.awaitSettled()).isEqualTo(lighter);
            ensemble.join(ensemble.newServers(1).get(0));
            var byMajority = Ensemble.of(founded.servers(), QuorumRule.majority());
            admin.reconfigure(null, null, lines(byMajority), -1, new Stat());

            assertThat(ensemble.awaitSettled()).isEqualTo(byMajority);
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    @Test
    void follows_a_server_to_other_endpoints() throws Exception {
        try (var ensemble = TestEnsemble.start(3);
                var admin = admin(ensemble)) {
            var follower = follower(ensemble);
            var before = ensemble.server(follower);
            var after = before.withEndpoints(ensemble.newEndpoints(follower));

            admin.reconfigure(List.of(after.toString()), null, null, -1, new Stat());

            assertThat(ensemble.awaitSettled().server(follower)).contains(after);
            assertThat(ensemble.server(follower)).isEqualTo(after);
            assertThat(ensemble.connectString())
                    .contains(after.endpoints().client().orElseThrow().toString());
            assertThat(ports(before)).doesNotContainAnyElementsOf(ports(after)).allMatch(LoopbackPorts::isFree);
            ensemble.stop(follower);
            assertThat(ports(after)).allMatch(LoopbackPorts::isFree);
            ensemble.restart(follower);
            assertThat(ensemble.awaitSettled().server(follower)).contains(after);
        }
    }

    @Test
    void sets_the_data_of_a_stopped_server_aside() {
        try (var ensemble = TestEnsemble.start(3)) {
            var follower = follower(ensemble);
            var data = ensemble.directory(follower).resolve("data");
            assertThatThrownBy(() -> ensemble.wipe(follower))
                    .isInstanceOf(EnsembleException.class)
                    .hasMessage("Cannot set the data of server " + follower + " aside: it runs. Stop it first.");
            assertThat(data.resolve("version-2")).isDirectory();
            ensemble.stop(follower);

            ensemble.wipe(follower);
            ensemble.wipe(follower);

            assertThat(data.resolve("version-2")).doesNotExist();
            assertThat(data.resolve("set-aside-1/version-2")).isNotEmptyDirectory();
            assertThat(data.resolve("set-aside-2")).doesNotExist();
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

    @Test
    void records_that_a_server_asked_to_exit_and_frees_its_ports() throws Exception {
        try (var ensemble = TestEnsemble.start(1)) {
            var joiner = ensemble.newServers(1).get(0);
            var lacking = Ensemble.of(ensemble.server(ServerId.of(1)));
            var servers = ensemble.internals();
            servers.launch(joiner, directory -> directory.write(lacking, servers.settings(joiner.id())));

            awaitExit(ensemble);

            assertThat(ensemble.exitRequests())
                    .containsExactly("server 2 asked to exit: status 1, My id 2 not in the peer list");
            assertThat(ensemble.isRunning(joiner.id())).isFalse();
            ensemble.stop(joiner.id());
            assertThat(threads())
                    .extracting(Thread::getName)
                    .doesNotContain("ensembler-exit-2", "ensembler-stop-2", "ensembler-server-2");
            ensemble.join(joiner);
            awaitServing(ensemble, joiner);
            assertThat(ensemble.awaitSettled()).hasToString("1");
        }
    }

    @Test
    void says_what_is_missing_when_it_does_not_settle() {
        try (var ensemble = TestEnsemble.start(3)) {
            ensemble.stop(ServerId.of(2));

            assertThatThrownBy(() -> ensemble.awaitSettled(Duration.ofMillis(300)))
                    .isInstanceOf(EnsembleException.class)
                    .hasMessageContaining("The ensemble has not settled within 300 ms: ")
                    .hasMessageContaining("server 2: does not run")
                    .hasMessageContaining("acts by configuration 100000000: 1,2,3");
        }
    }

    @Test
    void two_ensembles_are_open_together_with_ports_of_their_own() {
        try (var one = TestEnsemble.start(3);
                var other = TestEnsemble.builder().participants(2).observers(1).start()) {
            assertThat(Stream.of(one, other)
                            .flatMap(ensemble -> ensemble.servers().stream())
                            .flatMap(server -> ports(server).stream()))
                    .hasSize(18)
                    .doesNotHaveDuplicates()
                    .allMatch(port -> port > 11_220 && port < 32_768);
            assertThat(one.awaitSettled()).hasToString("1,2,3");
            assertThat(other.awaitSettled()).hasToString("1,2 observers 3");
        }
    }

    @Test
    void refuses_flags_that_would_change_those_of_an_open_ensemble() {
        try (var open = TestEnsemble.start(1)) {
            assertThat(open.awaitSettled()).hasToString("1");
            var builder = TestEnsemble.builder().participants(1).setting("reconfigEnabled", "false");

            assertThatThrownBy(builder::start)
                    .isInstanceOf(EnsembleException.class)
                    .hasMessageContaining("reconfigEnabled=false")
                    .hasMessageContaining("another one is open in this JVM")
                    .hasMessageEndingWith("Close that one first.");
        }
    }

    @Test
    void runs_with_reconfiguration_switched_off() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                        .participants(1)
                        .setting("reconfigEnabled", "false")
                        .start();
                var admin = admin(ensemble)) {
            assertThat(ensemble.awaitSettled()).hasToString("1");
            assertThatThrownBy(() -> admin.reconfigure(null, List.of("7"), null, -1, new Stat()))
                    .isInstanceOf(KeeperException.ReconfigDisabledException.class);
        }
    }

    @Test
    void runs_a_standalone_server() throws Exception {
        try (var ensemble =
                        TestEnsemble.builder().participants(1).standalone(true).start();
                var admin = admin(ensemble)) {
            assertThat(ensemble.awaitSettled()).isEqualTo(Ensemble.empty());
            assertThat(FourLetterWordMain.send4LetterWord(
                            "127.0.0.1", ports(ensemble.server(ServerId.of(1))).get(2), "srvr"))
                    .contains("Mode: standalone");
            assertThatThrownBy(() -> admin.reconfigure(null, List.of("7"), null, -1, new Stat()))
                    .isInstanceOf(KeeperException.UnimplementedException.class);
        }
    }

    @Test
    void leaves_neither_threads_nor_files_nor_used_ports_when_closed() throws Exception {
        var before = threads();
        var ensemble = TestEnsemble.start(3);
        ensemble.join(ensemble.newServers(1).get(0));
        var directory = ensemble.directory(ServerId.of(1));
        var ports = ensemble.servers().stream()
                .flatMap(server -> ports(server).stream())
                .toList();
        assertThat(directory).isDirectory();

        ensemble.close();
        ensemble.close();

        var after = threads();
        after.removeAll(before);
        assertThat(after).as("threads left").isEmpty();
        assertThat(directory.getParent()).doesNotExist();
        assertThat(ports).hasSize(12).allMatch(LoopbackPorts::isFree);
        assertThat(ensemble.exitRequests()).isEmpty();
    }

    @Test
    void leaves_nothing_though_whoever_closes_it_is_interrupted_before_and_meanwhile() throws Exception {
        var before = threads();
        var ensemble = TestEnsemble.start(3);
        var directory = ensemble.directory(ServerId.of(1));
        var ports = ensemble.servers().stream()
                .flatMap(server -> ports(server).stream())
                .toList();
        var closing = Thread.currentThread();
        var closed = new AtomicBoolean();
        var meanwhile = new Thread(() -> {
            while (!closed.get()) {
                closing.interrupt();
                LockSupport.parkNanos(100_000);
            }
        });

        closing.interrupt();
        assertThatThrownBy(ensemble::awaitSettled)
                .isInstanceOf(EnsembleException.class)
                .hasMessage("Interrupted while waiting for the ensemble");
        meanwhile.start();
        try {
            ensemble.close();
        } finally {
            closed.set(true);
            while (meanwhile.isAlive()) {
                Thread.onSpinWait();
            }
            assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
        }

        assertThat(ports).hasSize(9).allMatch(LoopbackPorts::isFree);
        var after = threads();
        after.removeAll(before);
        assertThat(after).as("threads left").isEmpty();
        assertThat(directory.getParent()).doesNotExist();
    }

    @Test
    void leaves_nothing_of_a_start_that_was_interrupted() {
        var before = threads();

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> TestEnsemble.start(1)).isInstanceOf(EnsembleException.class);

        assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
        var after = threads();
        after.removeAll(before);
        assertThat(after).as("threads left").isEmpty();
    }

    @Test
    void a_server_restarted_by_two_at_a_time_runs_once() throws Exception {
        try (var ensemble = TestEnsemble.start(1)) {
            var one = new Thread(() -> ensemble.restart(ServerId.of(1)));
            var other = new Thread(() -> ensemble.restart(ServerId.of(1)));
            one.start();
            other.start();
            one.join();
            other.join();

            assertThat(ensemble.awaitSettled()).hasToString("1");
            assertThat(threads())
                    .filteredOn(thread -> thread.getName().equals("ensembler-server-1"))
                    .hasSize(1);
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    /** Returns what a server says of the configuration it acts by. */
    private static String membership(String conf) {
        assertThat(conf).contains("membership:");
        return conf.substring(conf.indexOf("membership:"));
    }

    private static ServerId follower(TestEnsemble ensemble) {
        return ensemble.servers().stream()
                .map(Server::id)
                .filter(id -> !Optional.of(id).equals(ensemble.leader()))
                .findFirst()
                .orElseThrow();
    }

    private static List<ServerId> ids(long... ids) {
        return Arrays.stream(ids).mapToObj(ServerId::of).toList();
    }

    private static String lines(Ensemble ensemble) {
        return ConfigurationText.print(ensemble);
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .filter(thread -> thread.getThreadGroup() != null
                        && !thread.getThreadGroup().getName().equals("system")
                        && !thread.getThreadGroup().getName().equals("InnocuousThreadGroup"))
                .collect(Collectors.toSet());
    }

    private static void awaitExit(TestEnsemble ensemble) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (ensemble.exitRequests().isEmpty()) {
            assertThat(System.nanoTime())
                    .as("no exit was asked for: %s", ensemble)
                    .isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private static void awaitServing(TestEnsemble ensemble, Server server) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        var client = new FourLetterWords(server.endpoints().client().orElseThrow());
        var seen = client.look();
        while (!seen.mode().equals(Optional.of(ServerMode.FOLLOWER))) {
            assertThat(System.nanoTime())
                    .as("server %s says %s: %s", server.id(), seen, ensemble)
                    .isLessThan(deadline);
            Thread.sleep(5);
            seen = client.look();
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
