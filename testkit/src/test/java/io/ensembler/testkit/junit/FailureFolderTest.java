package io.ensembler.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.FailureFolder;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.History;
import io.ensembler.testkit.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.slf4j.LoggerFactory;

class FailureFolderTest {

    private static final String DEMANDED = "demanded.failure";

    @TempDir
    private Path directory;

    @BeforeEach
    void write_into_a_directory_of_the_test() {
        System.setProperty(FailureFolder.DIRECTORY_PROPERTY, directory.toString());
    }

    @AfterEach
    void restore() {
        List.of(FailureFolder.DIRECTORY_PROPERTY, FailureFolder.KEEP_PROPERTY, DEMANDED)
                .forEach(System::clearProperty);
    }

    @Test
    void a_test_that_fails_leaves_what_there_is_to_know_of_it() throws Exception {
        System.setProperty(DEMANDED, "true");

        run("marks_and_attaches", TestEnsemble.class.getName() + "," + Ledger.class.getName());

        var folder = folder("marks_and_attaches");
        assertThat(names(folder))
                .containsExactly(
                        "attached/plan.txt",
                        "configurations.txt",
                        "ensemble.txt",
                        "failure.txt",
                        "ledger.jsonl",
                        "ledger.txt",
                        "server-1.log",
                        "server-1/zoo.cfg",
                        "server-1/zoo.cfg.dynamic",
                        "server-1/zoo.cfg.dynamic.100000000",
                        "server-2.log",
                        "server-2/zoo.cfg",
                        "server-2/zoo.cfg.dynamic",
                        "threads.txt",
                        "timeline.txt");
        assertThat(folder.resolve("failure.txt")).content().contains("AssertionError: as demanded");
        assertThat(folder.resolve("timeline.txt"))
                .content()
                .contains("start  server 1")
                .contains("mark   half way")
                .contains("fault  isolation of server 2");
        assertThat(folder.resolve("threads.txt"))
                .content()
                .contains("ensembler-server-1 / QuorumPeer")
                .contains("org.apache.zookeeper.server.quorum.QuorumPeer.run(");
        assertThat(folder.resolve("ensemble.txt"))
                .content()
                .contains("servers in the test's JVM")
                .contains("server 1: leader, serves, acts by configuration 100000000: 1")
                .contains("present: isolation of server 2");
        assertThat(folder.resolve("configurations.txt"))
                .content()
                .contains("server 1: version 100000000, 1")
                .contains("version 100000000, written by server 1\n  server.1=127.0.0.1:");
        assertThat(folder.resolve("server-1.log"))
                .hasContent(
                        "Server 1 has no log, because they share the test's JVM, and its Logback lets through what they"
                                + " log at level OFF only (org.apache.zookeeper.server).");
        assertThat(folder.resolve("attached/plan.txt")).hasContent("1/1 do nothing");
        assertThat(folder.resolve("ledger.txt"))
                .content()
                .contains(" writes by 2 clients")
                .contains(" acknowledged, 0 lost")
                .contains(", 2 looks at servers")
                .doesNotContain("vacuous: no server");
        var report = History.read(folder.resolve("ledger.jsonl")).check();
        assertThat(report.acknowledged()).isPositive();
        assertThat(report.serversAsked()).isEqualTo(1);
    }

    @Test
    void the_ledger_of_a_test_that_fails_without_a_server_tells_no_loss_absent() throws Exception {
        System.setProperty(DEMANDED, "true");

        run("stops_all_servers", TestEnsemble.class.getName() + "," + Ledger.class.getName());

        assertThat(folder("stops_all_servers").resolve("ledger.txt"))
                .content()
                .contains(" acknowledged, losses unknown,")
                .contains("vacuous: no server was asked")
                .contains("The servers could not be asked: ")
                .doesNotContain("0 lost");
    }

    @Test
    void a_test_that_succeeds_leaves_nothing_and_takes_away_what_it_left_before() throws Exception {
        System.setProperty(DEMANDED, "true");
        run("only_uses_an_ensemble", TestEnsemble.class.getName());
        assertThat(folder("only_uses_an_ensemble")).isDirectory();
        System.clearProperty(DEMANDED);

        run("only_uses_an_ensemble", TestEnsemble.class.getName());

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_test_that_succeeds_leaves_its_folder_if_asked_to() throws Exception {
        System.setProperty(FailureFolder.KEEP_PROPERTY, "always");

        run("only_uses_an_ensemble", TestEnsemble.class.getName());

        assertThat(names(folder("only_uses_an_ensemble")))
                .contains("timeline.txt")
                .doesNotContain("failure.txt");
    }

    @Test
    void each_invocation_has_a_folder_of_its_own() throws Exception {
        System.setProperty(DEMANDED, "true");

        run("runs_more_than_once", "int," + TestEnsemble.class.getName());

        assertThat(folder("runs_more_than_once-1").resolve("timeline.txt"))
                .content()
                .contains("mark   number 7");
        assertThat(folder("runs_more_than_once-2").resolve("timeline.txt"))
                .content()
                .contains("mark   number 8");
    }

    @Test
    void each_of_several_methods_of_one_name_has_a_folder_of_its_own() throws Exception {
        System.setProperty(DEMANDED, "true");

        run("has_a_namesake", TestEnsemble.class.getName());
        run("has_a_namesake", TestEnsemble.class.getName() + "," + Ledger.class.getName());

        assertThat(folder("has_a_namesake-TestEnsemble").resolve("timeline.txt"))
                .content()
                .contains("mark   alone");
        assertThat(folder("has_a_namesake-TestEnsemble-Ledger").resolve("timeline.txt"))
                .content()
                .contains("mark   with a ledger");
    }

    @Test
    void an_ensemble_that_does_not_come_up_leaves_what_there_is_to_know_of_it() throws Exception {
        System.setProperty(DEMANDED, "true");

        run(Interrupted.class, "never_begins", TestEnsemble.class.getName());

        var folder = directory.resolve(Interrupted.class.getName()).resolve("never_begins");
        assertThat(names(folder))
                .contains("configurations.txt", "ensemble.txt", "server-1.log", "server-1/zoo.cfg", "threads.txt");
        assertThat(folder.resolve("failure.txt")).content().contains("Interrupted while waiting for the ensemble");
        assertThat(folder.resolve("timeline.txt")).content().contains("start  server 1");
    }

    @Test
    void what_servers_log_is_told_apart_though_they_share_a_jvm() throws Exception {
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        var servers = (Logger) LoggerFactory.getLogger("org.apache.zookeeper.server.quorum.QuorumPeer");
        var console = root.getAppender("ERR");
        root.detachAppender(console);
        servers.setLevel(Level.INFO);
        try (var ensemble = TestEnsemble.start(2)) {
            var leader = ensemble.leader().orElseThrow();
            var follower = Selector.followers().select(ensemble).iterator().next();

            assertThat(ensemble.log(leader).orElseThrow())
                    .content()
                    .contains("LEADING")
                    .doesNotContain("FOLLOWING");
            assertThat(ensemble.log(follower).orElseThrow())
                    .content()
                    .contains("FOLLOWING")
                    .doesNotContain("LEADING");
            ensemble.restart(follower);
            ensemble.awaitSettled();
            assertThat(ensemble.log(follower).orElseThrow())
                    .content()
                    .containsPattern("(?s)FOLLOWING.*QuorumPeer main thread exited.*FOLLOWING");
        } finally {
            servers.setLevel(null);
            root.addAppender(console);
        }
        assertThat(root.getAppender("ensembler")).isNull();
    }

    @Test
    void refuses_what_is_no_file_name() {
        var folder = FailureFolder.of("Some/Class", "..");

        assertThat(folder.path()).isEqualTo(directory.resolve("Some_Class").resolve("_.."));
        assertThatThrownBy(() -> folder.write("../plan.txt", "text"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'../plan.txt' is no file name of letters, digits, dots, hyphens and underscores");
    }

    private Path folder(String test) {
        return directory.resolve(Case.class.getName()).resolve(test);
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static void run(String method, String parameters) {
        run(Case.class, method, parameters);
    }

    private static void run(Class<?> type, String method, String parameters) {
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(type.getName(), method, parameters))
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .build(),
                        summary);
        var counts = summary.getSummary();
        assertThat(Boolean.getBoolean(DEMANDED) ? counts.getTestsFailedCount() : counts.getTestsSucceededCount())
                .as("failures: %s", counts.getFailures())
                .isPositive();
    }

    /** Is run by the tests above, and fails if they want it to. */
    @ZooKeeperEnsemble(participants = 1)
    static class Case {

        @Test
        void marks_and_attaches(TestEnsemble ensemble, Ledger ledger) {
            assertThat(ledger.acknowledged()).isPositive();
            var joiner = ensemble.newServers(1).get(0);
            ensemble.faults().isolate(Selector.server(joiner.id()));
            ensemble.join(joiner);
            ensemble.attach("plan.txt", "1/1 do nothing");
            ensemble.mark("half way");
            failIfDemanded();
        }

        @Test
        void stops_all_servers(TestEnsemble ensemble, Ledger ledger) {
            ledger.awaitAcknowledged(10);
            ensemble.stop(ServerId.of(1));
            failIfDemanded();
        }

        @Test
        void only_uses_an_ensemble(TestEnsemble ensemble) {
            assertThat(ensemble.isRunning(ServerId.of(1))).isTrue();
            failIfDemanded();
        }

        @Test
        void has_a_namesake(TestEnsemble ensemble) {
            ensemble.mark("alone");
            failIfDemanded();
        }

        @Test
        void has_a_namesake(TestEnsemble ensemble, Ledger ledger) {
            assertThat(ledger.acknowledged()).isNotNegative();
            ensemble.mark("with a ledger");
            failIfDemanded();
        }

        @ParameterizedTest
        @ValueSource(ints = {7, 8})
        void runs_more_than_once(int number, TestEnsemble ensemble) {
            ensemble.mark("number " + number);
            failIfDemanded();
        }

        private static void failIfDemanded() {
            if (Boolean.getBoolean(DEMANDED)) {
                throw new AssertionError("as demanded");
            }
        }
    }

    /** Is run by a test above; its ensemble gives up waiting before it serves. */
    @ZooKeeperEnsemble(participants = 1)
    static class Interrupted {

        @BeforeEach
        void interrupt() {
            Thread.currentThread().interrupt();
        }

        @Test
        void never_begins(TestEnsemble ensemble) {
            throw new AssertionError("it began: " + ensemble);
        }
    }
}
