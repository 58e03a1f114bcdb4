package io.ensembler.testkit.ledger;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.report.TrafficReport;
import io.ensembler.report.TrafficReport.Violation;
import io.ensembler.testkit.ClientRequest;
import io.ensembler.testkit.Fault;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.Timeline;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@ZooKeeperEnsemble(participants = 3)
class LedgerTest {

    @TempDir
    private Path temporary;

    @Test
    void finds_nothing_wrong_in_ten_thousand_writes_where_nothing_went_wrong(TestEnsemble ensemble) throws Exception {
        try (var ledger = Ledger.on(ensemble.connectString())
                .writesPerSecond(5_000)
                .readers(2)
                .entries(50)
                .start()) {
            ledger.mark("first");
            ledger.awaitAcknowledged(1_000);
            ledger.mark("second");
            ledger.awaitAcknowledged(10_000);

            var report = ledger.report();

            System.out.printf("figure: ledger.clean.acknowledged = %d writes%n", report.acknowledged());
            System.out.printf("figure: ledger.clean.lost = %d writes%n", report.lost());
            assertThat(report).brokeNoPromise().acknowledgedAtLeast(10_000);
            assertThat(report.writes().ambiguous()).isZero();
            assertThat(report.writes().refused()).isZero();
            assertThat(report.reads().synced()).isPositive();
            assertThat(report.reads().failed()).isZero();
            assertThat(report.longestGapByMark()).containsOnlyKeys("first", "second");
            assertThat(report.longestGapByWriter()).containsOnlyKeys("writer-1", "writer-2");
            assertThat(report.latency().median()).isPositive();
            assertThat(ledger.history().looks()).hasSize(6).allSatisfy(look -> assertThat(look.entries())
                    .hasSizeBetween(20, 50));
        }
    }

    @Test
    void waits_for_more_writes_but_not_for_clients_that_were_stopped(Ledger ledger) {
        ledger.awaitAcknowledged(5);
        long acknowledged = ledger.acknowledged();
        ledger.awaitAcknowledged(20);
        assertThat(ledger.acknowledged()).isGreaterThanOrEqualTo(acknowledged + 20);
        ledger.stop();

        assertThatThrownBy(() -> ledger.awaitAcknowledged(1))
                .isInstanceOf(EnsembleException.class)
                .hasMessageMatching(
                        "Waited for 1 more writes, but [\\d.:,]+ acknowledged only 0 until the clients were stopped\\.");
    }

    @Test
    void finds_a_znode_that_is_gone_and_a_register_that_went_back(TestEnsemble ensemble, Ledger ledger)
            throws Exception {
        ledger.awaitAcknowledged(50);
        ledger.stop();
        try (var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {})) {
            var entries = ledger.path() + "/writer-1/entries";
            client.delete(entries + "/" + client.getChildren(entries, false).get(0), -1);
            client.delete(ledger.path() + "/writer-2/register", -1);
        }
        var registerWrites = ledger.history().writes().get(1).stream()
                .filter(write -> write.isAcknowledged() && write.kind().writesRegister())
                .count();

        var report = ledger.report();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.LOST_WRITE, 1 + registerWrites));
        assertThat(report.examples().get(0)).contains("of writer-1 made a znode, but the server at");
        assertThatThrownBy(() -> assertThat(report).lostNothing())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Expected no acknowledged write to be lost, but " + report.lost() + " of");
    }

    @Test
    void finds_the_writes_lost_by_servers_that_were_given_older_copies_of_their_data(
            TestEnsemble ensemble, Ledger ledger) throws Exception {
        ledger.awaitAcknowledged(50);
        ledger.stop();
        stopAll(ensemble);
        for (var server : ensemble.servers()) {
            copy(ensemble.directory(server.id()).resolve("data"), temporary.resolve("old-" + server.id()));
        }
        startAll(ensemble);
        try (var later = Ledger.on(ensemble.connectString()).writers(1).start()) {
            later.awaitAcknowledged(100);
            later.stop();
            stopAll(ensemble);
            for (var server : ensemble.servers()) {
                var data = ensemble.directory(server.id()).resolve("data");
                delete(data);
                copy(temporary.resolve("old-" + server.id()), data);
            }
            startAll(ensemble);

            assertThat(ledger.report()).lostNothing();
            var report = later.report();

            assertThat(report.lost()).isGreaterThanOrEqualTo(99);
            System.out.printf("figure: ledger.older-copy.lost = %d writes%n", report.lost());
            assertThat(report.violations()).containsOnlyKeys(Violation.LOST_WRITE);
        }
    }

    @Test
    void finds_writes_lost_although_later_ones_were_acknowledged(TestEnsemble ensemble, Ledger ledger)
            throws Exception {
        ledger.awaitAcknowledged(100);
        var register = ledger.path() + "/writer-1/register";
        try (var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {})) {
            var stat = client.exists(register, false);
            client.delete(register, -1);
            client.create(register, Value.initialData(), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            ledger.awaitAcknowledged(20);

            var report = ledger.report();

            assertThat(report.lost()).isGreaterThanOrEqualTo(stat.getVersion());
        }
    }

    @Test
    void tells_a_value_that_nobody_wrote(TestEnsemble ensemble, Ledger ledger) throws Exception {
        ledger.stop();
        try (var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {})) {
            client.setData(ledger.path() + "/writer-1/register", new byte[] {'x'}, -1);
        }

        var report = ledger.check(ensemble.servers().stream()
                .limit(1)
                .map(server -> server.endpoints().client().orElseThrow())
                .toList());

        assertThat(report.violations()).isEqualTo(Map.of(Violation.UNKNOWN_VALUE, 1L));
        assertThat(report.examples().get(0)).contains("holds a value of somebody else");
    }

    @Test
    void tells_how_long_writing_stood_still_when_the_leader_was_restarted(TestEnsemble ensemble, Ledger ledger)
            throws Exception {
        ledger.awaitAcknowledged(50);
        ledger.mark("quiet");
        ledger.awaitAcknowledged(50);
        ledger.mark("election");
        var old = ensemble.leader().orElseThrow();
        ensemble.stop(old);
        ledger.awaitAcknowledged(50);
        ensemble.restart(old);
        ensemble.awaitSettled();
        ledger.mark("quiet again");
        ledger.awaitAcknowledged(500);

        var report = ledger.report();

        assertThat(report).brokeNoPromise();
        var gaps = report.longestGapByMark();
        assertThat(gaps).containsOnlyKeys("quiet", "election", "quiet again");
        assertThat(gaps.get("election").longest()).isGreaterThan(Duration.ofMillis(200));
        assertThat(report.latency().longest()).isGreaterThan(Duration.ofMillis(200));
    }

    @Test
    void a_write_that_was_applied_without_an_answer_is_settled_as_applied(TestEnsemble ensemble) {
        var report = reportOfACut(ensemble, ensemble.faults()::cutBeforeReply);

        assertThat(report.writes().ambiguousApplied()).isEqualTo(1);
    }

    @Test
    void a_write_that_never_arrived_is_settled_as_not_applied(TestEnsemble ensemble) {
        var report = reportOfACut(ensemble, ensemble.faults()::cutBeforeRequest);

        assertThat(report.writes().ambiguousApplied()).isZero();
    }

    /** One writer loses its connection around one write, and goes on. */
    private static TrafficReport reportOfACut(TestEnsemble ensemble, Function<ClientRequest, Fault> cut) {
        try (var ledger = Ledger.on(ensemble.relayedConnectString()).writers(1).start();
                var fault = cut.apply(ClientRequest.WRITE)) {
            ledger.awaitAcknowledged(200);
            assertThat(ensemble.timeline().last(Timeline.Kind.MARK, fault + " has struck"))
                    .isPresent();

            var report = ledger.report();

            assertThat(report).brokeNoPromise();
            // The write after it may be lost as well, and is not sent then, if the client has not noticed yet.
            assertThat(report.writes().ambiguous()).isPositive();
            return report;
        }
    }

    @Test
    void its_history_can_be_checked_while_the_clients_are_at_work(TestEnsemble ensemble) throws Exception {
        try (var ledger = Ledger.on(ensemble.connectString())
                .writesPerSecond(5_000)
                .readers(3)
                .readsPerSecond(5_000)
                .start()) {
            for (int count = 100; count <= 2_000; count += 100) {
                ledger.awaitAcknowledged(100);
                var report = ledger.history().check();
                assertThat(report.examples()).isEmpty();
                assertThat(report.acknowledged()).isGreaterThanOrEqualTo(count);
            }
        }
    }

    @Test
    void marks_each_step_of_a_run_by_its_sentence(TestEnsemble ensemble, Ledger ledger) throws Exception {
        var step = new PlannedStep(1, 2, new Step.StopServer(ensemble.servers().get(0)), Ensemble.empty(), 0);
        ledger.markSteps(new RunEvent.StepStarted(step));
        ledger.markSteps(new RunEvent.Waiting(step, "nothing"));
        ledger.stop();
        ledger.markSteps(new RunEvent.StepStarted(step));

        assertThat(ledger.history().marks()).extracting(Mark::name).containsExactly(step.toString());
        assertThatThrownBy(() -> ledger.mark("late"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot mark 'late': the clients have been stopped");
    }

    @Test
    void works_with_an_identity_of_its_own_and_leaves_nothing_behind(TestEnsemble ensemble) throws Exception {
        try (var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {})) {
            try (var ledger = Ledger.on(ensemble.connectString())
                    .under("/our/own")
                    .authorization("digest", "tester:secret")
                    .start()) {
                assertThatThrownBy(() -> client.getData(ledger.path() + "/writer-1/register", false, null))
                        .isInstanceOf(KeeperException.NoAuthException.class);
                ledger.awaitAcknowledged(20);
                assertThat(ledger.report()).brokeNoPromise();
            }
            assertThat(client.exists("/our", false)).isNull();
        }
    }

    @Test
    void the_last_of_several_ledgers_leaves_nothing_behind_either(TestEnsemble ensemble) throws Exception {
        var first = Ledger.start(ensemble.connectString());
        var second = Ledger.start(ensemble.connectString());
        first.close();
        second.close();

        try (var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {})) {
            assertThat(client.exists(Ledger.DEFAULT_PATH, false)).isNull();
        }
    }

    @Test
    void refuses_to_prove_anything_by_too_few_writes(TestEnsemble ensemble) throws Exception {
        try (var ledger = Ledger.on(ensemble.connectString())
                .writers(1)
                .writesPerSecond(10)
                .minimumRate(1_000)
                .start()) {
            ledger.awaitAcknowledged(3);

            var report = ledger.report();

            assertThat(report.isVacuous()).isTrue();
            assertThatThrownBy(() -> assertThat(report).lostNothing())
                    .hasMessageContaining("acknowledged writes were required");
        }
    }

    @Test
    void says_where_it_cannot_look(TestEnsemble ensemble) {
        try (var ledger = Ledger.on(ensemble.connectString())
                .sessionTimeout(Duration.ofSeconds(2))
                .start()) {
            ledger.stop();
            var stopped = ensemble.leader().orElseThrow();
            ensemble.stop(stopped);

            var address = ensemble.server(stopped).endpoints().client().orElseThrow();

            assertThatThrownBy(() -> ledger.check(List.of(address)))
                    .isInstanceOf(EnsembleException.class)
                    .hasMessage("Cannot open a session to %s within 2000 ms", address);
        }
    }

    @Test
    void a_history_can_be_kept_and_checked_again(TestEnsemble ensemble, Ledger ledger) throws Exception {
        ledger.awaitAcknowledged(100);
        ledger.mark("once");
        ledger.awaitAcknowledged(200);
        var report = ledger.report();
        var file = temporary.resolve("ledger.jsonl");

        ledger.history().writeTo(file);

        assertThat(History.read(file).check()).isEqualTo(report);
        assertThat(History.read(file)).hasToString(ledger.history().toString());
    }

    @Test
    void looks_at_servers_while_they_elect_a_leader(TestEnsemble ensemble, Ledger ledger) throws Exception {
        ledger.awaitAcknowledged(100);
        ledger.stop();
        var stopped = ensemble.leader().orElseThrow();
        var others = ensemble.servers().stream()
                .filter(server -> !server.id().equals(stopped))
                .map(server -> server.endpoints().client().orElseThrow())
                .toList();
        ensemble.stop(stopped);

        assertThat(ledger.check(others)).brokeNoPromise();
    }

    private static void stopAll(TestEnsemble ensemble) {
        ensemble.servers().forEach(server -> ensemble.stop(server.id()));
    }

    private static void startAll(TestEnsemble ensemble) {
        ensemble.servers().forEach(server -> ensemble.restart(server.id()));
        ensemble.awaitSettled();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
