package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/** Servers with processes of their own start, join, move and end as servers in this JVM do. */
class ForkedRuntimeTest {

    @Test
    void starts_grows_and_restarts_from_the_servers_own_files() throws Exception {
        try (var ensemble =
                TestEnsemble.builder().runtime(ServerRuntime.forked()).start()) {
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
            assertThat(processes(ensemble)).hasSize(3);
            var joiner = ensemble.newServers(1).get(0);
            ensemble.join(joiner);
            try (var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
                Outside.await(joiner, "srvr", Outside.mode("follower"));
                admin.reconfigure(List.of(joiner.toString()), null, null, -1, new Stat());
                assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");
                var before = processes(ensemble);

                ensemble.restart(joiner.id());

                assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");
                assertThat(processes(ensemble)).hasSize(4).isNotEqualTo(before);
                ensemble.bootTwice(ServerId.of(1));
                assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");

                ensemble.stop(joiner.id());
                assertThat(Outside.ask(joiner, "ruok")).isEqualTo(Outside.REFUSED);
                ensemble.wipe(joiner.id());
                ensemble.restart(joiner.id());
                assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");
                assertThat(ensemble.directory(joiner.id()).resolve("data/set-aside-1/version-2"))
                        .isNotEmptyDirectory();

                var moved = ensemble.server(ServerId.of(2)).withEndpoints(ensemble.newEndpoints(ServerId.of(2)));
                admin.reconfigure(List.of(moved.toString()), null, null, -1, new Stat());
                assertThat(ensemble.awaitSettled().server(moved.id())).contains(moved);
            }
            assertThat(ensemble.exitRequests()).isEmpty();
            assertThat(ensemble.log(ServerId.of(1)).orElseThrow()).content().contains("LEADING", "zk1");
        }
    }

    @Test
    void gives_each_server_settings_and_options_of_its_own() throws Exception {
        var two = ServerId.of(2);
        try (var ensemble = TestEnsemble.builder()
                        .participants(1)
                        .observers(1)
                        .runtime(ServerRuntime.forked().jvmOption("-Xmx128m").jvmOption(two, "-Xmx96m"))
                        .setting("maxClientCnxns", "17")
                        .setting(two, "maxClientCnxns", "18")
                        .setting(two, "reconfigEnabled", "false")
                        .start();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
            assertThat(ensemble.supports(Verb.SET_SERVER_FLAGS)).isTrue();
            var first = Outside.server(ensemble, 1);
            var second = Outside.server(ensemble, 2);

            assertThat(Outside.ask(first, "conf")).contains("maxClientCnxns=17");
            assertThat(Outside.ask(second, "conf")).contains("maxClientCnxns=18");
            assertThat(heap(first)).isBetween(110, 128);
            assertThat(heap(second)).isBetween(80, 96);
            admin.reconfigure(null, List.of("7"), null, -1, new Stat());
            assertThat(Outside.ask(first, "conf")).containsPattern("version=1[0-9a-f]{8}");
            assertThat(Outside.ask(second, "conf")).contains("version=0");
            assertThat(ensemble.awaitSettled()).hasToString("1 observers 2");
        }
    }

    /** Its configuration znode is at version 0. */
    @Test
    void settles_though_its_first_server_takes_up_no_configuration() {
        var one = ServerId.of(1);
        try (var ensemble = TestEnsemble.builder()
                .participants(2)
                .runtime(ServerRuntime.forked())
                .setting(one, "reconfigEnabled", "false")
                .start()) {
            assertThat(Outside.ask(Outside.server(ensemble, 1), "conf")).contains("version=0");

            ensemble.restart(one);

            assertThat(ensemble.awaitSettled()).hasToString("1,2");
        }
    }

    @Test
    void runs_zookeeper_from_the_class_path_it_is_given() {
        var jars = List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)).stream()
                .filter(entry ->
                        entry.matches(".*/(zookeeper|zookeeper-jute|slf4j-api|metrics-core|snappy-java)-[^/]*jar"))
                .map(Path::of)
                .toList();
        assertThat(jars).hasSize(5);
        var runtime = ServerRuntime.forked().zooKeeper(jars);

        try (var ensemble =
                TestEnsemble.builder().participants(1).runtime(runtime).start()) {
            assertThat(Outside.ask(Outside.server(ensemble, 1), "srvr")).contains("Zookeeper version: 3.9.5");
            var classPath = Outside.ask(Outside.server(ensemble, 1), "envi")
                    .lines()
                    .filter(line -> line.startsWith("java.class.path="))
                    .collect(Collectors.joining());
            assertThat(classPath.split(File.pathSeparator, -1)).hasSize(6);
        }
        assertThatThrownBy(() -> runtime.zooKeeper(List.of(Path.of("no-such.jar"))))
                .isInstanceOf(EnsembleException.class)
                .hasMessage("Cannot run ZooKeeper from no-such.jar: there is no such file.");
    }

    @Test
    void cannot_cut_links_where_all_servers_listen_on_one_address() {
        var runtime = ServerRuntime.forked().withoutRelays();
        try (var ensemble =
                TestEnsemble.builder().participants(2).runtime(runtime).start()) {
            assertThat(ensemble.servers())
                    .allMatch(
                            server -> server.endpoints().quorum().get(0).host().equals("127.0.0.1"));
            assertThatThrownBy(() -> ensemble.faults().isolate(Selector.leader()))
                    .isInstanceOfSatisfying(UnsupportedVerbException.class, e -> assertThat(e.verb())
                            .isEqualTo(Verb.ISOLATE))
                    .hasMessage("Cannot isolate: servers in processes of their own do not support it. Run the test on a"
                            + " system where every address of 127.0.0.0/8 can be listened on, as on Linux.");
            assertThat(ensemble.supports(Verb.PAUSE)).isTrue();
        }
    }

    @Test
    void records_that_a_server_exited() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                .participants(1)
                .runtime(ServerRuntime.forked())
                .start()) {
            var joiner = ensemble.newServers(1).get(0);
            var lacking = Ensemble.of(ensemble.server(ServerId.of(1)));
            var servers = ensemble.internals();
            servers.launch(joiner, directory -> directory.write(lacking, servers.settings(joiner.id())));

            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (ensemble.exitRequests().isEmpty()) {
                assertThat(System.nanoTime()).as("no exit: %s", ensemble).isLessThan(deadline);
                Thread.sleep(10);
            }

            assertThat(ensemble.exitRequests())
                    .singleElement()
                    .asString()
                    .startsWith("server 2 asked to exit: status 1");
            assertThat(ensemble.isRunning(joiner.id())).isFalse();
            assertThat(ensemble.timeline().of(Timeline.Kind.EXIT)).hasSize(1);
        }
    }

    @Test
    void its_processes_paused_ones_too_end_with_the_jvm_that_started_them() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var parent = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        Parent.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said = new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            var children = Stream.of(said.readLine().split(",", -1))
                    .map(Long::parseLong)
                    .map(ProcessHandle::of)
                    .map(Optional::orElseThrow)
                    .toList();
            var directory = Path.of(said.readLine());
            assertThat(children).hasSize(2).allMatch(ProcessHandle::isAlive);

            parent.destroyForcibly().waitFor();

            for (var child : children) {
                child.onExit().get(10, TimeUnit.SECONDS);
            }
            assertThat(children).noneMatch(ProcessHandle::isAlive);
            delete(directory);
        }
    }

    @Test
    void its_processes_end_though_whoever_closes_it_is_interrupted() {
        var ensemble = TestEnsemble.builder()
                .participants(2)
                .runtime(ServerRuntime.forked())
                .start();
        ensemble.relayedConnectString();
        var processes = processes(ensemble).stream().map(ProcessHandle::of).toList();
        var directory = ensemble.directory(ServerId.of(1));

        Thread.currentThread().interrupt();
        ensemble.internals().host().close();
        assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
        assertThat(processes).hasSize(2).noneMatch(process -> process.orElseThrow()
                .isAlive());
        Thread.currentThread().interrupt();
        ensemble.close();

        assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
        assertThat(directory.getParent()).doesNotExist();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.equals("ensembler-links") || name.startsWith("ensembler-client"));
    }

    /**
     * Starts two servers, pauses one, says what processes they have and where their files are, and waits to be killed.
     */
    static final class Parent {

        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            var ensemble = TestEnsemble.builder()
                    .participants(2)
                    .runtime(ServerRuntime.forked())
                    .start();
            ensemble.faults().pause(Selector.followers());
            System.out.println(processes(ensemble).stream().map(String::valueOf).collect(Collectors.joining(",")));
            System.out.println(ensemble.directory(ServerId.of(1)).getParent());
            Thread.sleep(60_000);
        }
    }

    private static List<Long> processes(TestEnsemble ensemble) {
        var directory = ensemble.directory(ServerId.of(1)).getParent().toString();
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(directory))
                .map(ProcessHandle::pid)
                .sorted()
                .toList();
    }

    private static int heap(Server server) {
        return Outside.ask(server, "envi")
                .lines()
                .filter(line -> line.startsWith("os.memory.max="))
                .map(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static void delete(Path directory) throws Exception {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
