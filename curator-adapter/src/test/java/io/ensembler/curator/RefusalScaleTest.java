package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.execution.StopReason;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Address;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.validation.ValidationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What real servers make a request be refused for; nothing that could commit is sent then. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class RefusalScaleTest {

    private static final Server JOINER = new Server(
            ServerId.of(9),
            ServerRole.PARTICIPANT,
            Endpoints.of(new QuorumAddress("127.0.0.1", 11_001, 11_002), new Address("127.0.0.1", 11_003)));

    @Test
    @ZooKeeperEnsemble(grantReconfiguration = false)
    void refuses_while_permission_is_missing(TestEnsemble ensemble) {
        assertRefused(
                ensemble,
                "Cannot change the ensemble: we lack WRITE on /zookeeper/config. Give the driver credentials of the"
                        + " super user, or let a super user grant WRITE to the identity it has. [permission-missing]");
    }

    @Test
    void refuses_while_reconfiguration_is_disabled() {
        try (var ensemble = TestEnsemble.builder()
                        .setting("reconfigEnabled", "false")
                        .start();
                var ledger = Scaling.load(ensemble)) {
            assertRefused(
                    ensemble,
                    "Cannot change the ensemble: the leader runs with reconfigEnabled=false. Set reconfigEnabled=true in"
                            + " the zoo.cfg of every server and restart them one after the other."
                            + " [reconfiguration-disabled]");
            assertThat(ledger.report()).lostNothing();
        }
    }

    @Test
    void refuses_a_standalone_server_and_names_the_safe_route() {
        try (var ensemble =
                        TestEnsemble.builder().participants(1).standalone(true).start();
                var ledger = Scaling.load(ensemble)) {
            assertRefused(
                    ensemble,
                    "Cannot change the ensemble: the server runs standalone, where ZooKeeper knows no reconfiguration;"
                            + " started again beside empty servers it can lose its data. Restart it alone with"
                            + " standaloneEnabled=false, reconfigEnabled=true and its own server line, then add servers to"
                            + " it. [standalone]");
            assertThat(ledger.report()).lostNothing();
        }
    }

    private static void assertRefused(TestEnsemble ensemble, String text) {
        try (var scaling = Scaling.of(ensemble)) {
            var before = scaling.scaler().observe().committed().configuration();

            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().add(JOINER)))
                    .isInstanceOf(ValidationException.class)
                    .hasMessage(text);

            assertThat(scaling.scaler().observe().committed().configuration()).isEqualTo(before);
        }
    }

    @Test
    @ZooKeeperEnsemble(participants = 1)
    void refuses_to_take_in_the_leader_of_another_ensemble(TestEnsemble ensemble) {
        try (var another = TestEnsemble.start(2);
                var scaling = Scaling.of(ensemble)) {
            // Of two that start on nothing the higher id is elected.
            var stranger = another.server(ServerId.of(2));
            assertThat(another.leader()).contains(stranger.id());

            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().add(stranger)))
                    .isInstanceOf(ValidationException.class)
                    .hasMessage(
                            "Cannot add server " + stranger.id() + ": it leads an ensemble, and this one does not list"
                                    + " it. Name another server; or, if nobody needs that one, stop it and give it an empty data"
                                    + " directory. [another-ensemble]");
            assertThat(scaling.scaler().observe().leader()).contains(ServerId.of(1));
        }
    }

    @Test
    void sends_nothing_while_a_host_name_does_not_resolve(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            long version = scaling.version();
            var real = ensemble.newServers(1).get(0);
            var ports = real.endpoints().quorum().get(0);
            var named = real.withEndpoints(Endpoints.of(
                    new QuorumAddress("zk4.invalid", ports.quorumPort(), ports.electionPort()),
                    real.endpoints().client().orElseThrow()));
            // It attaches under its address; what is asked for is to list it under a name.
            var scaler = scaling.scalerWithoutLauncher(event -> {
                if (event.toString().contains("somebody starts server") && !ensemble.isRunning(real.id())) {
                    ensemble.join(real);
                }
            });
            var plan = scaler.plan(ScalingRequest.change().add(named));

            assertThat(plan.toString()).contains("! Mind server 4: its quorum address is a host name;");
            assertThat(scaler.run(plan, Scaling.QUICK))
                    .isStopped(StopReason.NAMES_RESOLVE)
                    .sent(0);
            assertThat(scaling.version()).isEqualTo(version);
        }
    }

    @Test
    void a_launcher_refuses_an_empty_directory_under_a_listed_id(TestEnsemble ensemble) throws IOException {
        try (var scaling = Scaling.of(ensemble)) {
            var version = ConfigurationVersion.of(scaling.version());
            var victim = ensemble.server(scaling.followers().get(0));
            ensemble.stop(victim.id());
            deleteAllBelow(ensemble.directory(victim.id()));
            var seed = JoinerFiles.seed(new Configuration(ensemble.committed(), version), victim, version);

            assertThatThrownBy(() -> ensemble.launcher()
                            .start(new StartRequest(seed, new FencingToken(0, version), Duration.ofSeconds(5))))
                    .isInstanceOf(DriverException.class)
                    .hasMessageStartingWith(
                            "Cannot start server " + victim.id() + ": the configuration lists it as participant and ")
                    .hasMessageEndingWith(
                            " holds no data: it would vote at once without what it had acknowledged. Bring"
                                    + " its own directory back, or remove the server and add it again. [joiner-cannot-elect]");
            assertThat(ensemble.isRunning(victim.id())).isFalse();
        }
    }

    @Test
    void stops_with_a_report_whatever_a_launcher_throws(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            long version = scaling.version();
            var failures = List.of(
                    new IllegalStateException("no host is free"),
                    new UncheckedIOException(new IOException("the disk is full")));
            for (var failure : failures) {
                var scaler = scaling.scaler(scaling.driver, new Failing(failure));

                var result =
                        scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

                assertThat(result).isStopped(StopReason.LAUNCHER).sent(0);
                assertThat(result.report().outcome()).contains(String.valueOf(failure.getMessage()));
            }
            assertThat(scaling.version()).isEqualTo(version);
        }
    }

    @Test
    void ends_with_a_report_whatever_a_driver_throws(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            long version = scaling.version();
            var plan = scaling.plan(ScalingRequest.change().add(ensemble.newServers(1)));
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                public Observation observe(ObserveRequest request) {
                    throw new IllegalStateException("a mistake of its author");
                }
            };

            var result = scaling.scaler(driver, ensemble.launcher()).run(plan, Scaling.QUICK);

            assertThat(result.report().outcome()).contains("a mistake of its author");
            assertThat(result).isStopped(StopReason.UNEXPECTED).sent(0);
            assertThat(scaling.version()).isEqualTo(version);
        }
    }

    /** A launcher that fails in a way its author did not think of. */
    private record Failing(RuntimeException failure) implements ServerLauncher {
        @Override
        public void start(StartRequest request) {
            throw failure;
        }

        @Override
        public void stop(StopRequest request) {
            throw failure;
        }
    }

    private static void deleteAllBelow(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
