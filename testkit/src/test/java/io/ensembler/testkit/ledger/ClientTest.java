package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.EnsembleException;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Connection.Session;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@ZooKeeperEnsemble(participants = 1)
class ClientTest {

    @Test
    void an_error_ends_a_client_and_is_its_failure(TestEnsemble ensemble) throws Exception {
        var error = new LinkageError("as demanded");
        var access = new Access(Duration.ofSeconds(10), List.of());
        var client = new Client("client", new Connection(access, ensemble.connectString()), System::nanoTime, 100) {
            @Override
            boolean isAtWork() {
                return false;
            }

            @Override
            void operate(Session session, int number, long due) {
                throw error;
            }

            @Override
            void leave(int number, long due) {
                throw new IllegalStateException("it was not stopped");
            }
        };

        client.start();

        assertThat(client.awaitWork(Duration.ofSeconds(30))).isFalse();
        assertThat(client.failure()).isSameAs(error);
        client.awaitEnd();
    }

    @Test
    void nobody_waits_for_writes_of_a_client_that_had_to_end(TestEnsemble ensemble) {
        try (var ledger = Ledger.on(ensemble.connectString()).writers(1).start()) {
            var writer = "ensembler-ledger " + ledger.path() + "/writer-1";
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals(writer))
                    .forEach(Thread::interrupt);

            assertThatThrownBy(() -> ledger.awaitAcknowledged(1_000_000))
                    .isInstanceOf(EnsembleException.class)
                    .hasMessage("The ledger is incomplete: " + writer
                            + " had to end, since it met java.lang.InterruptedException.");
            assertThatThrownBy(ledger::report).hasMessageStartingWith("The ledger is incomplete: ");
        }
    }
}
