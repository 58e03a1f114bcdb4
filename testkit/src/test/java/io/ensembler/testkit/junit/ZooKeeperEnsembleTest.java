package io.ensembler.testkit.junit;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.ServerId;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@ZooKeeperEnsemble(participants = 1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ZooKeeperEnsembleTest {

    private Optional<TestEnsemble> before = Optional.empty();

    @BeforeEach
    void remember(TestEnsemble ensemble) {
        assertThat(before).isNotEqualTo(Optional.of(ensemble));
        before.ifPresent(closed -> assertThat(closed.directory(ServerId.of(1))).doesNotExist());
        before = Optional.of(ensemble);
    }

    @Test
    void gives_the_test_the_same_ensemble_as_the_method_before_it(TestEnsemble ensemble) {
        assertThat(before).containsSame(ensemble);
        assertThat(ensemble.committed()).hasParticipants(1).hasObservers();
    }

    @Test
    @ZooKeeperEnsemble(participants = 1, observers = 1)
    void a_method_may_ask_for_another_one_than_its_class(TestEnsemble ensemble, Ledger ledger) {
        assertThat(ensemble.committed()).hasParticipants(1).hasObservers(2);
        assertThat(ledger.acknowledged()).isPositive();
    }

    @Test
    void a_server_that_asked_to_exit_fails_the_test() throws Exception {
        try (var ensemble = TestEnsemble.start(1)) {
            ensemble.stop(ServerId.of(1));
            Files.delete(ensemble.directory(ServerId.of(1)).resolve("data").resolve("myid"));
            ensemble.restart(ServerId.of(1));
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (ensemble.isRunning(ServerId.of(1))) {
                assertThat(System.nanoTime()).as("%s", ensemble).isLessThan(deadline);
                Thread.sleep(5);
            }

            assertThatThrownBy(() -> ZooKeeperEnsembleExtension.failOnExit(ensemble, null))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("Expected no server to exit, but server 1 asked to exit: status 2, ");
        }
    }
}
