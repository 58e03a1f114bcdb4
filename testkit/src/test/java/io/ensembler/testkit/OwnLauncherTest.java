package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher.Capability;
import io.ensembler.spi.ServerLauncher.LogRequest;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.spi.ServerLauncher.StopRequest;
import io.ensembler.spi.ServerLauncher.WipeRequest;
import io.ensembler.testkit.runtime.FourLetterWords;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

class OwnLauncherTest {

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
            launcher.stop(new StopRequest(joiner, asOf(FIRST), TIME));
            launcher.stop(new StopRequest(joiner, asOf(FIRST), TIME));
            assertThat(ensemble.isRunning(joiner.id())).isFalse();
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    @Test
    void hands_out_what_a_server_has_logged_as_an_error_since_a_moment() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                .participants(1)
                .runtime(ServerRuntime.forked())
                .start()) {
            var server = ensemble.server(ServerId.of(1));
            assertThat(ensemble.launcher().capabilities()).contains(Capability.LOG);
            var before = Instant.now();
            // What ZooKeeper itself calls an error depends on its version: one is written as it writes its own.
            var log = ensemble.log(server.id()).orElseThrow();
            var line = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
                            .format(ZonedDateTime.now(ZoneId.systemDefault()))
                    + " ERROR [main] Test - this went wrong";
            Files.writeString(log, line + "\n\tat some.Place\nno time ERROR at all\n", StandardOpenOption.APPEND);

            assertThat(errors(ensemble, server, before)).contains(line).allMatch(found -> found.contains(" ERROR "));
            assertThat(errors(ensemble, server, before.plusSeconds(60))).isEmpty();
            assertThat(Files.readAllLines(log))
                    .as("all that it logs has a time")
                    .anyMatch(logged -> logged.matches("[-0-9]{10}T[0-9:.]{12}(Z|[-+0-9:]{6}) INFO .*"));
        }
    }

    private static List<String> errors(TestEnsemble ensemble, Server server, Instant since)
            throws InterruptedException {
        return ensemble.launcher().errors(new LogRequest(server, since, TIME));
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
    void lets_a_founding_server_that_was_removed_come_back_on_its_own_directory() throws Exception {
        try (var ensemble = TestEnsemble.start(3);
                var admin = adminOfLeader(ensemble)) {
            var leaver = remove(ensemble, admin);

            ensemble.launcher().start(request(ensemble, leaver, FIRST));

            awaitAdded(ensemble, admin, leaver);
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    @Test
    void starts_a_server_on_an_empty_directory_once_its_data_was_set_aside() throws Exception {
        try (var ensemble = TestEnsemble.start(3);
                var admin = adminOfLeader(ensemble)) {
            var launcher = ensemble.launcher();
            var marker = JoinerFiles.marker(ServerId.of(1), FIRST);
            assertThat(launcher.capabilities()).containsExactly(Capability.WIPE);
            assertThatThrownBy(() ->
                            launcher.wipe(new WipeRequest(ensemble.server(ServerId.of(1)), marker, asOf(FIRST), TIME)))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.REFUSED))
                    .hasMessage("Cannot set the data of server 1 aside: it runs. Stop it first.");
            var leaver = remove(ensemble, admin);
            var data = ensemble.directory(leaver.id()).resolve("data");

            launcher.wipe(new WipeRequest(leaver, JoinerFiles.marker(leaver.id(), FIRST), asOf(FIRST), TIME));

            assertThat(data.resolve("version-2")).doesNotExist();
            launcher.start(request(ensemble, leaver, FIRST));
            awaitAdded(ensemble, admin, leaver);
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
            ensemble.stop(leaver.id());
            launcher.wipe(new WipeRequest(leaver, JoinerFiles.marker(leaver.id(), FIRST), asOf(FIRST), TIME));
            assertThat(data.resolve("set-aside-2")).doesNotExist();
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    /** It stays connected, whoever else is removed and stopped. */
    private static ZooKeeperAdmin adminOfLeader(TestEnsemble ensemble) throws Exception {
        var leader = ensemble.server(ensemble.leader().orElseThrow());
        var client = leader.endpoints().reachableClient().orElseThrow();
        return new ZooKeeperAdmin(client.toString(), 30_000, event -> {});
    }

    /** Removes a follower, stops it, and returns it as it was listed. */
    private static Server remove(TestEnsemble ensemble, ZooKeeperAdmin admin) throws Exception {
        var leader = ensemble.leader().orElseThrow();
        var leaver = ensemble.servers().stream()
                .filter(server -> !server.id().equals(leader))
                .findFirst()
                .orElseThrow();
        admin.reconfigure(null, List.of(leaver.id().toString()), null, -1, new Stat());
        ensemble.awaitSettled();
        ensemble.stop(leaver.id());
        return leaver;
    }

    /** Adds a server that was started, once it follows. */
    private static void awaitAdded(TestEnsemble ensemble, ZooKeeperAdmin admin, Server server) throws Exception {
        long deadline = System.nanoTime() + TIME.toNanos();
        var client = new FourLetterWords(server.endpoints().client().orElseThrow());
        while (!client.look().mode().equals(Optional.of(ServerMode.FOLLOWER))) {
            assertThat(System.nanoTime()).as("it does not follow: %s", ensemble).isLessThan(deadline);
            Thread.sleep(5);
        }
        admin.reconfigure(List.of(server.toString()), null, null, -1, new Stat());
    }

    @Test
    void refuses_what_was_decided_on_a_configuration_older_than_one_it_has_seen() throws Exception {
        try (var ensemble = TestEnsemble.start(1)) {
            var launcher = ensemble.launcher();
            var joiner = ensemble.newServers(1).get(0);
            launcher.stop(new StopRequest(joiner, asOf(ConfigurationVersion.of(0x100000007L)), TIME));

            assertThatThrownBy(() -> launcher.start(request(ensemble, joiner, FIRST)))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.REFUSED))
                    .hasMessage(
                            "Cannot start server 2: this was decided on configuration 100000000, and configuration 100000007"
                                    + " has been seen since. Observe again.");
            assertThat(ensemble.isRunning(joiner.id())).isFalse();
        }
    }

    private static StartRequest request(TestEnsemble ensemble, Server server, ConfigurationVersion asOf) {
        var committed = new Configuration(ensemble.committed(), asOf);
        return new StartRequest(JoinerFiles.seed(committed, server, asOf), asOf(asOf), TIME);
    }

    private static FencingToken asOf(ConfigurationVersion version) {
        return new FencingToken(0, version);
    }
}
