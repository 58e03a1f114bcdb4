package io.ensembler.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.ensembler.model.ServerId;
import io.ensembler.testkit.FailureFolder;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class UnderLoadTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void write_into_a_directory_of_the_test() {
        System.setProperty(FailureFolder.DIRECTORY_PROPERTY, directory.toString());
    }

    @AfterEach
    void restore() {
        System.clearProperty(FailureFolder.DIRECTORY_PROPERTY);
    }

    @Test
    void fifty_clients_are_connected_to_a_test_that_takes_no_ledger() {
        assertThat(failures("has_clients", TestEnsemble.class)).isEmpty();
    }

    @Test
    void a_method_may_ask_for_another_load_than_its_class() {
        assertThat(failures("has_few_clients", TestEnsemble.class, Ledger.class))
                .isEmpty();
    }

    @Test
    void a_test_that_loses_an_acknowledged_write_fails_and_leaves_what_there_is_to_know_of_it() {
        assertThat(failures("loses_a_write", TestEnsemble.class, Ledger.class))
                .singleElement()
                .asString()
                .contains("Expected no write to be lost under load, but ")
                .containsPattern(" acknowledged, [1-9]\\d* lost");
        assertThat(directory
                        .resolve(Case.class.getName())
                        .resolve("loses_a_write")
                        .resolve("ledger.txt"))
                .content()
                .containsPattern(" acknowledged, [1-9]\\d* lost");
    }

    @Test
    void a_test_after_which_no_server_can_be_asked_fails() {
        assertThat(failures("stops_the_server", TestEnsemble.class))
                .singleElement()
                .asString()
                .contains("no listed server runs");
    }

    @Test
    void a_test_that_fails_by_itself_says_why() {
        assertThat(failures("fails", TestEnsemble.class)).containsExactly("java.lang.AssertionError: as demanded");
    }

    private static List<String> failures(String method, Class<?>... parameters) {
        var types = Stream.of(parameters).map(Class::getName).collect(Collectors.joining(","));
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(Case.class.getName(), method, types))
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .build(),
                        summary);
        assertThat(summary.getSummary().getTestsStartedCount()).isEqualTo(1);
        return summary.getSummary().getFailures().stream()
                .map(failure -> failure.getException().toString())
                .toList();
    }

    /** Is run by the tests above. */
    @ZooKeeperEnsemble(participants = 1)
    @UnderLoad
    static class Case {

        @Test
        void has_clients(TestEnsemble ensemble) {
            assertThat(connections(ensemble)).isBetween(50, 60);
        }

        @Test
        @UnderLoad(writers = 1, readers = 1)
        void has_few_clients(TestEnsemble ensemble, Ledger ledger) {
            assertThat(connections(ensemble)).isBetween(2, 10);
            assertThat(ledger.acknowledged()).isPositive();
        }

        @Test
        @UnderLoad(writers = 1, writesPerSecond = 50)
        void loses_a_write(TestEnsemble ensemble, Ledger ledger) throws Exception {
            ledger.awaitAcknowledged(10);
            ledger.stop();
            var client = Outside.connect(ensemble.connectString());
            client.delete(ledger.path() + "/writer-1/register", -1);
            client.close();
        }

        @Test
        void stops_the_server(TestEnsemble ensemble) {
            ensemble.stop(ServerId.of(1));
        }

        @Test
        void fails(TestEnsemble ensemble) {
            ensemble.stop(ServerId.of(1));
            throw new AssertionError("as demanded");
        }

        private static int connections(TestEnsemble ensemble) {
            var srvr = Outside.ask(ensemble.server(ServerId.of(1)), "srvr");
            return srvr.lines()
                    .filter(line -> line.startsWith("Connections: "))
                    .mapToInt(line -> Integer.parseInt(line.substring("Connections: ".length())))
                    .sum();
        }
    }
}
