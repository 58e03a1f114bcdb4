package io.ensembler.testkit.ledger;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Address;
import io.ensembler.model.EnsembleException;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;

@ZooKeeperEnsemble(participants = 3)
class LedgerTest {

    @Test
    void finds_every_acknowledged_write_on_every_server_where_nothing_went_wrong(TestEnsemble ensemble)
            throws Exception {
        try (var ledger = Ledger.builder(ensemble.connectString())
                .writers(1)
                .pause(Duration.ZERO)
                .start()) {
            ledger.mark("first");
            awaitAcknowledged(ledger, 100);
            ledger.mark("second");
            awaitAcknowledged(ledger, Writer.BUCKET + 100);

            var report = ledger.check(clientAddresses(ensemble));

            assertThat(report).lostNothing().acknowledgedAtLeast(Writer.BUCKET + 100);
            assertThat(report.ambiguous()).isZero();
            assertThat(report.longestGapByMark()).containsOnlyKeys("first", "second");
            assertThat(report.longestGap()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(2));
        }
    }

    @Test
    void finds_a_write_that_is_gone(TestEnsemble ensemble, Ledger ledger) throws Exception {
        awaitAcknowledged(ledger, 50);
        ledger.stop();
        try (var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {})) {
            client.delete(ledger.path() + "/writer-1/0/3", -1);
        }

        var report = ledger.check(clientAddresses(ensemble));

        assertThat(report.lost()).isEqualTo(1);
        assertThatThrownBy(() -> assertThat(report).lostNothing())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Expected no acknowledged write to be lost, but 1 of");
    }

    @Test
    void goes_on_writing_when_the_leader_changes_and_reports_the_gap(TestEnsemble ensemble, Ledger ledger)
            throws Exception {
        awaitAcknowledged(ledger, 50);
        ledger.mark("election");
        var old = ensemble.leader().orElseThrow();
        ensemble.stop(old);
        awaitAcknowledged(ledger, ledger.acknowledged() + 50);
        ensemble.restart(old);
        ensemble.awaitSettled();

        var report = ledger.check(clientAddresses(ensemble));

        assertThat(report).lostNothing();
        assertThat(report.longestGapByMark().get("election"))
                .isEqualTo(report.longestGap())
                .isGreaterThan(Duration.ofMillis(50));
    }

    @Test
    void gives_no_report_when_a_writer_had_to_end(TestEnsemble ensemble) throws Exception {
        var ledger = Ledger.builder(ensemble.connectString())
                .writers(1)
                .pause(Duration.ofMillis(20))
                .path("/our/own")
                .start();
        try (var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {})) {
            client.create(ledger.path() + "/writer-1/0/40", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
        awaitEndOfWriter(ledger);

        assertThatThrownBy(() -> ledger.check(clientAddresses(ensemble)))
                .isInstanceOf(EnsembleException.class)
                .hasMessageContaining("The ledger is incomplete")
                .hasMessageContaining("NodeExists");
    }

    private static void awaitEndOfWriter(Ledger ledger) throws InterruptedException {
        for (var thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("ensembler-ledger " + ledger.path() + "/writer-1")) {
                thread.join(Duration.ofSeconds(10).toMillis());
                assertThat(thread.isAlive())
                        .as("%s alive with %d writes acknowledged", thread.getName(), ledger.acknowledged())
                        .isFalse();
            }
        }
    }

    private static List<Address> clientAddresses(TestEnsemble ensemble) {
        return ensemble.servers().stream()
                .map(server -> server.endpoints().client().orElseThrow())
                .toList();
    }

    private static void awaitAcknowledged(Ledger ledger, long count) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (ledger.acknowledged() < count) {
            assertThat(System.nanoTime())
                    .as("%d writes acknowledged, waiting for %d", ledger.acknowledged(), count)
                    .isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
