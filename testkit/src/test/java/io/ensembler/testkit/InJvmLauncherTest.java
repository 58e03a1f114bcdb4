package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.spi.ServerLauncher.StopRequest;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

class InJvmLauncherTest {

    private static final Duration TIME = Duration.ofSeconds(20);
    private static final ConfigurationVersion FIRST = ConfigurationVersion.of(0x100000000L);

    @Test
    void starts_a_joiner_that_can_be_added_and_stops_it() throws Exception {
        try (var ensemble = TestEnsemble.start(3)) {
            var joiner = ensemble.newServers(1).get(0);
            var launcher = ensemble.launcher();

            launcher.start(request(ensemble, joiner, FIRST));
            launcher.start(request(ensemble, joiner, FIRST));

            assertThat(ensemble.isRunning(joiner.id())).isTrue();
            try (var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
                admin.reconfigure(List.of(joiner.toString()), null, null, -1, new Stat());
                assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");
                admin.reconfigure(null, List.of("4"), null, -1, new Stat());
            }
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
            launcher.stop(new StopRequest(joiner, FIRST, TIME));
            launcher.stop(new StopRequest(joiner, FIRST, TIME));
            assertThat(ensemble.isRunning(joiner.id())).isFalse();
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    @Test
    void refuses_an_empty_directory_under_an_id_that_is_listed_as_participant() throws Exception {
        try (var ensemble = TestEnsemble.start(3)) {
            var listed = ensemble.server(ServerId.of(2));
            ensemble.stop(listed.id());
            var away = ensemble.directory(listed.id()).resolveSibling("set-aside");
            Files.move(ensemble.directory(listed.id()), away);

            var refusal = catchThrowableOfType(
                    DriverException.class, () -> ensemble.launcher().start(request(ensemble, listed, FIRST)));

            assertThat(refusal.kind()).isEqualTo(DriverException.Kind.REFUSED);
            assertThat(refusal).hasMessageContaining("Cannot start server 2");
            assertThat(ensemble.isRunning(listed.id())).isFalse();
            Files.move(away, ensemble.directory(listed.id()));
            ensemble.restart(listed.id());
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
        }
    }

    @Test
    void refuses_what_was_decided_on_a_configuration_older_than_one_it_has_seen() throws Exception {
        try (var ensemble = TestEnsemble.start(1)) {
            var launcher = ensemble.launcher();
            var joiner = ensemble.newServers(1).get(0);
            launcher.stop(new StopRequest(joiner, ConfigurationVersion.of(0x100000007L), TIME));

            assertThatThrownBy(() -> launcher.start(request(ensemble, joiner, FIRST)))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.REFUSED))
                    .hasMessage(
                            "Cannot start server 2: this was decided on configuration 100000000, and version 100000007"
                                    + " has been seen since. Observe again.");
            assertThat(ensemble.isRunning(joiner.id())).isFalse();
        }
    }

    private static StartRequest request(TestEnsemble ensemble, Server server, ConfigurationVersion asOf) {
        var committed = new Configuration(ensemble.committed(), asOf);
        return new StartRequest(JoinerFiles.seed(committed, server, asOf), asOf, TIME);
    }
}
