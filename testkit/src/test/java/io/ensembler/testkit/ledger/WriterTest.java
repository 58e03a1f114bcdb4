package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Write.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;

@ZooKeeperEnsemble(participants = 1)
class WriterTest {

    private final Access access = new Access(Duration.ofSeconds(10), List.of());

    @Test
    void opens_a_new_session_with_a_new_ephemeral_znode_when_its_own_has_expired(TestEnsemble ensemble)
            throws Exception {
        var grounds = Grounds.lay(access, ensemble.connectString(), "/writer-test", 1);
        var connection = new Connection(access, ensemble.connectString());
        var writer = new Writer(0, grounds.layout(), access, connection, System::nanoTime, 1_000, 10);
        writer.start();
        await(() -> writer.acknowledged() >= 40);

        expire(connection, ensemble.connectString());
        await(() -> writer.writes().get(writer.writes().size() - 1).session() == 2);
        long before = writer.acknowledged();
        await(() -> writer.acknowledged() >= before + 40);
        writer.askToStop();
        writer.awaitEnd();

        assertThat(writer.failure()).isNull();
        assertThat(writer.writes().stream().filter(write -> write.kind() == Kind.EPHEMERAL))
                .extracting(Write::session)
                .containsExactly(1, 2);
        var looks = new Inspector(access, grounds.layout(), 1).ask(ensemble.connectString(), "");
        var history = new History(
                grounds.layout().path(),
                0,
                System.nanoTime(),
                List.of(writer.writes()),
                List.of(writer.reads()),
                List.of(),
                List.of(),
                looks);
        assertThat(history.check().examples()).isEmpty();
        assertThat(history.check().expiredSessions()).isEqualTo(1);
        assertThat(history.check().writes().refused()).isZero();
    }

    /** ZooKeeper lets whoever has the password of a session end it. */
    private void expire(Connection connection, String connectString) throws Exception {
        var session = connection.await().client();
        var connected = new CountDownLatch(1);
        var other = new ZooKeeper(
                connectString,
                10_000,
                event -> {
                    if (event.getState() == KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                },
                session.getSessionId(),
                session.getSessionPasswd());
        assertThat(connected.await(30, TimeUnit.SECONDS))
                .as("the session was taken over")
                .isTrue();
        other.close();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the time has not run out").isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
