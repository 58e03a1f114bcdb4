package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.spi.DriverException;
import io.ensembler.testkit.ClientRequest;
import io.ensembler.testkit.Fault;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.Timeline;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;

/** What the journal in an ensemble promises besides what every journal does. */
@ZooKeeperEnsemble(participants = 1)
class ZooKeeperJournalTest {

    private static final Duration TIME = Duration.ofSeconds(20);
    private static final String FOLDER = "/ensembler/journal";

    private static CuratorEnsembleDriver open(TestEnsemble ensemble) {
        return CuratorEnsembleDriver.connect(ensemble.connectString()).open();
    }

    private static ZooKeeper client(TestEnsemble ensemble) throws Exception {
        var connected = new CountDownLatch(1);
        var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        assertThat(connected.await(20, TimeUnit.SECONDS)).isTrue();
        return client;
    }

    @Test
    void keeps_the_last_ten_runs_and_no_more(TestEnsemble ensemble) throws Exception {
        try (var driver = open(ensemble);
                var client = client(ensemble)) {
            var journal = driver.journal();
            journal.append(1, "run 1", TIME);
            journal.append(2, "its end", TIME);
            journal.startOver(2, "run 2", TIME);
            for (int run = 3; run <= 13; run++) {
                journal.startOver(1, "run " + run, TIME);
            }

            assertThat(client.getChildren(FOLDER, false))
                    .hasSize(10)
                    .contains("0000000004", "0000000013")
                    .doesNotContain("0000000003");
            assertThat(journal.lines(TIME)).containsExactly("run 13");
            assertThat(client.getData(FOLDER + "/0000000012/0000000001", false, null))
                    .asString()
                    .isEqualTo("run 12");
        }
    }

    /** Where a connection is cut around the request that adds a line. */
    private enum Cut {
        BEFORE_REQUEST,
        AFTER_REQUEST,
        BEFORE_REPLY;

        Fault arm(TestEnsemble ensemble) {
            var faults = ensemble.faults();
            return switch (this) {
                case BEFORE_REQUEST -> faults.cutBeforeRequest(ClientRequest.WRITE);
                case AFTER_REQUEST -> faults.cutAfterRequest(ClientRequest.WRITE);
                case BEFORE_REPLY -> faults.cutBeforeReply(ClientRequest.WRITE);
            };
        }
    }

    @Test
    void a_line_is_there_once_wherever_the_connection_is_cut_around_it() {
        try (var ensemble = TestEnsemble.builder()
                        .participants(1)
                        .relayClients(true)
                        .start();
                var driver = open(ensemble)) {
            var journal = driver.journal();
            journal.append(1, "first", TIME);
            for (var cut : Cut.values()) {
                try (var fault = cut.arm(ensemble)) {
                    journal.append(2, cut.name(), TIME);
                    assertThat(ensemble.timeline().last(Timeline.Kind.MARK, fault + " has struck"))
                            .isPresent();
                }
                assertThat(journal.lines(TIME)).containsExactly("first", cut.name());
                try (var fault = cut.arm(ensemble)) {
                    journal.startOver(2, "first", TIME);
                }
                assertThat(journal.lines(TIME)).containsExactly("first");
            }
            assertThat(ensemble.timeline().of(Timeline.Kind.MARK)).hasSize(2 * Cut.values().length);
        }
    }

    @Test
    void refuses_a_line_that_no_server_would_take_and_keeps_the_rest(TestEnsemble ensemble) {
        try (var driver = open(ensemble)) {
            var journal = driver.journal();
            journal.append(1, "one", TIME);
            assertThatThrownBy(() -> journal.append(2, "x".repeat(900_001), TIME))
                    .isInstanceOfSatisfying(DriverException.class, refused -> assertThat(refused.kind())
                            .isEqualTo(DriverException.Kind.REFUSED))
                    .hasMessageStartingWith(
                            "Cannot add line 2 to the journal /ensembler/journal: the line has 900001 bytes");
            journal.append(2, "x".repeat(900_000), TIME);
            assertThat(journal.lines(TIME)).hasSize(2);
        }
    }

    @Test
    void a_path_that_holds_something_else_is_named_and_left_alone(TestEnsemble ensemble) throws Exception {
        try (var driver = open(ensemble);
                var client = client(ensemble)) {
            client.create("/ensembler", null, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.create(
                    FOLDER,
                    "somebody's".getBytes(StandardCharsets.UTF_8),
                    ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT);
            for (var call : List.<Runnable>of(
                    () -> driver.journal().lines(TIME), () -> driver.journal().append(1, "one", TIME))) {
                assertThatThrownBy(call::run)
                        .isInstanceOfSatisfying(DriverException.class, refused -> assertThat(refused.kind())
                                .isEqualTo(DriverException.Kind.REFUSED))
                        .hasMessageContaining("Choose another path");
            }
            assertThat(client.getData(FOLDER, false, null)).asString().isEqualTo("somebody's");
        }
    }

    @Test
    void lines_that_somebody_removed_are_missed(TestEnsemble ensemble) throws Exception {
        try (var driver = open(ensemble);
                var client = client(ensemble)) {
            driver.journal().append(1, "one", TIME);
            client.delete(FOLDER + "/0000000001/0000000001", -1);
            assertThatThrownBy(() -> driver.journal().lines(TIME))
                    .isInstanceOf(DriverException.class)
                    .hasMessageContaining("of its 1 lines number 1 is missing");
        }
    }
}
