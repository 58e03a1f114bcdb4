package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong inside servers with processes of their own, as inside those that share the test's JVM. */
class ForkedHooksTest {

    @Test
    void a_stalled_joiner_counts_for_the_leader_and_serves_nobody_until_it_is_released() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                        .participants(1)
                        .runtime(ServerRuntime.forked())
                        .setting("initLimit", "200")
                        .start();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
            var joiner = ensemble.newServers(1).get(0);
            var fault = ensemble.faults().stallSync(Selector.server(joiner.id()));
            ensemble.join(joiner);

            var answer = Outside.addWhileNobodyAnswers(admin, joiner);

            assertThat(Outside.ask(joiner, "srvr")).matches(Outside.notServing());
            fault.heal();
            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(KeeperException.Code.OK.intValue());
            assertThat(ensemble.awaitSettled()).hasToString("1,2");
        }
    }

    @Test
    void followers_that_crash_before_activation_have_acknowledged_and_act_by_the_old_configuration() throws Exception {
        try (var ensemble =
                        TestEnsemble.builder().runtime(ServerRuntime.forked()).start();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
            var leader = ensemble.server(ensemble.leader().orElseThrow());
            var followers = ensemble.servers().stream()
                    .filter(server -> !server.equals(leader))
                    .toList();
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);

            var fault = ensemble.faults().crashBeforeActivation(Selector.followers());
            reconfigure(admin, observer);

            for (var follower : followers) {
                Outside.await(follower, "ruok", Outside.REFUSED::equals);
                var next = ensemble.directory(follower.id()).resolve("conf/zoo.cfg.dynamic.next");
                assertThat(next).content().contains("server." + observer.id() + "=");
                awaitEnd(ensemble, follower);
            }
            assertThat(ensemble.exitRequests()).isEmpty();
            assertThat(ensemble.timeline().of(Timeline.Kind.EXIT))
                    .extracting(Timeline.Entry::what)
                    .hasSize(2)
                    .allMatch(what -> what.matches("server \\d crashed: before it took up configuration 1[0-9a-f]{8}"));
            // What it was told happens once: they start, and take it up with the rest.
            followers.forEach(follower -> ensemble.restart(follower.id()));
            for (var follower : followers) {
                Outside.await(follower, "srvr", answer -> answer.contains("Mode: "));
            }
            assertThat(ensemble.committed()).hasToString("1,2,3 observers 4");
            assertThat(ensemble.exitRequests()).isEmpty();
            fault.heal();
        }
    }

    @Test
    void a_reconfiguration_is_forgotten_at_the_second_start_of_those_that_had_acknowledged_it() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                        .participants(2)
                        .runtime(ServerRuntime.forked())
                        .start();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
            var leader = ensemble.server(ensemble.leader().orElseThrow());
            var follower = Outside.server(ensemble, leader.id().value() == 1 ? 2 : 1);
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
            ensemble.faults().crashBeforeActivation(Selector.leader());
            reconfigure(admin, observer);
            Outside.await(leader, "ruok", Outside.REFUSED::equals);
            ensemble.stop(follower.id());
            for (var server : List.of(leader, follower)) {
                assertThat(ensemble.directory(server.id()).resolve("conf/zoo.cfg.dynamic.next"))
                        .content()
                        .contains("server." + observer.id() + "=");

                // Alone: together they would complete it at the first start.
                ensemble.bootTwice(server.id());
                ensemble.stop(server.id());
            }

            for (var server : List.of(leader, follower)) {
                ensemble.restart(server.id());
            }
            for (var server : List.of(leader, follower)) {
                assertThat(Outside.await(server, "conf", answer -> answer.contains("membership")))
                        .contains("version=100000000")
                        .doesNotContain("server." + observer.id() + "=");
            }
        }
    }

    @Test
    void what_was_disarmed_in_time_does_not_crash() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                        .participants(1)
                        .runtime(ServerRuntime.forked())
                        .start();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
            ensemble.faults().crashBeforeActivation(Selector.leader()).heal();

            admin.reconfigure(null, List.of("7"), null, -1, new Stat());

            assertThat(ensemble.awaitSettled()).hasToString("1");
            assertThat(ensemble.timeline().of(Timeline.Kind.EXIT)).isEmpty();
        }
    }

    @Test
    void what_a_server_that_stands_still_could_not_be_told_is_not_done_later() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                .participants(1)
                .observers(1)
                .runtime(ServerRuntime.forked())
                .start()) {
            var observer = Outside.server(ensemble, 2);
            var process = ProcessHandle.current()
                    .children()
                    .filter(child -> child.info()
                            .commandLine()
                            .orElse("")
                            .contains(ensemble.directory(observer.id()).toString()))
                    .findFirst()
                    .orElseThrow();

            new ProcessBuilder("/bin/sh", "-c", "kill -STOP " + process.pid())
                    .start()
                    .waitFor();
            assertThatThrownBy(() -> ensemble.faults().stallSync(Selector.observers()))
                    .isInstanceOf(EnsembleException.class)
                    .hasMessageContaining("does not obey");
            new ProcessBuilder("/bin/sh", "-c", "kill -CONT " + process.pid())
                    .start()
                    .waitFor();

            assertThat(ensemble.faults().present()).isEmpty();
            // What it had been told it would do when it syncs anew: with this run of the leader's, and as this run of
            // its.
            ensemble.restart(ServerId.of(1));
            assertThat(ensemble.awaitSettled()).hasToString("1 observers 2");
            ensemble.restart(observer.id());
            assertThat(ensemble.awaitSettled()).hasToString("1 observers 2");
        }
    }

    @Test
    void a_mute_server_refuses_every_word_also_when_it_is_started_anew_and_answers_once_that_is_healed()
            throws Exception {
        try (var ensemble = TestEnsemble.builder()
                .participants(1)
                .runtime(ServerRuntime.forked())
                .start()) {
            var server = ensemble.servers().get(0);
            try (var mute = ensemble.faults().mute(Selector.participants())) {
                for (var word : List.of("srvr", "conf", "ruok")) {
                    assertThat(Outside.ask(server, word))
                            .isEqualToIgnoringNewLines(word + " is not executed because it is not in the whitelist.");
                }
                ensemble.restart(server.id());
                Outside.await(server, "srvr", answer -> answer.contains("not in the whitelist"));
                assertThat(mute.isHealed()).isFalse();
            }
            Outside.await(server, "srvr", answer -> answer.contains("Mode: "));
            assertThat(Outside.ask(server, "ruok")).isEqualTo("imok");
        }
    }

    @Test
    void a_zookeeper_that_is_not_known_to_be_3_9_cannot_be_told(@TempDir Path directory) throws Exception {
        var jar = List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)).stream()
                .filter(entry -> entry.matches(".*/zookeeper-3[^/]*jar"))
                .findFirst()
                .orElseThrow();
        var renamed = Files.copy(Path.of(jar), directory.resolve("zookeeper.jar"), StandardCopyOption.REPLACE_EXISTING);
        var runtime = ServerRuntime.forked();

        assertThat(runtime.supports(Verb.STALL_SYNC)).isTrue();
        assertThat(runtime.zooKeeper(List.of(renamed)).supports(Verb.STALL_SYNC))
                .isFalse();
        assertThat(runtime.zooKeeper(List.of(renamed)).supports(Verb.PAUSE)).isTrue();
    }

    /** The system tells of the end of a process some time after it. */
    private static void awaitEnd(TestEnsemble ensemble, Server server) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (ensemble.isRunning(server.id())) {
            assertThat(System.nanoTime()).as("%s", ensemble).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    /** Sends a reconfiguration whose answer may be lost with the server that it was sent to. */
    private static void reconfigure(ZooKeeperAdmin admin, Server joining) throws Exception {
        try {
            admin.reconfigure(List.of(joining.toString()), null, null, -1, new Stat());
        } catch (KeeperException.ConnectionLossException e) {
            return;
        }
    }
}
