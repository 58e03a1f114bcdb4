package io.ensembler.launcher;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.CuratorEnsembleDriver;
import io.ensembler.curator.Scaling;
import io.ensembler.execution.RunOptions;
import io.ensembler.joiner.ZooCfgTemplate;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.DriverException;
import io.ensembler.testkit.runtime.LoopbackPorts;
import io.ensembler.testkit.runtime.ServerDirectory;
import io.ensembler.testkit.runtime.TunedProperties;
import io.ensembler.validation.ValidationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scaling an ensemble whose servers are processes that commands start. */
class CommandLauncherScaleTest {

    private static final String SUPER = "super:secret";

    private static final Map<String, String> SETTINGS = Map.of(
            "tickTime",
            "200",
            "initLimit",
            "50",
            "syncLimit",
            "20",
            "maxSessionTimeout",
            "60000",
            "DigestAuthenticationProvider.superDigest",
            digest());

    /** As ZooKeeper makes it, whose own class must not be loaded before the first test ensemble of this JVM. */
    private static String digest() {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(SUPER.getBytes(StandardCharsets.UTF_8));
            return "super:" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @TempDir
    private Path directory;

    private List<Integer> ports = List.of();
    private final List<Server> servers = new ArrayList<>();
    private CommandLauncher launcher;
    private String[] command;

    @BeforeEach
    void found() throws IOException {
        ports = LoopbackPorts.lease(12);
        for (int i = 0; i < 4; i++) {
            servers.add(Server.parse("server.%d=127.0.0.1:%d:%d:participant;127.0.0.1:%d"
                    .formatted(i + 1, ports.get(3 * i), ports.get(3 * i + 1), ports.get(3 * i + 2))));
        }
        command = command();
        launcher = CommandLauncher.builder()
                .dataDirectory(directory + "/{id}/data")
                .configurationDirectory(directory + "/{id}/conf")
                .zooCfg(ZooCfgTemplate.of(SETTINGS))
                .log(directory + "/{id}/server.log")
                .run(command)
                .build();
        var founders = Ensemble.of(servers.subList(0, 3), QuorumRule.majority());
        for (var server : founders.servers()) {
            begin(server, founders);
        }
    }

    /** A launcher refuses to start an empty server that votes, so that an ensemble is founded by hand. */
    private void begin(Server server, Ensemble founders) throws IOException {
        var files =
                new ServerDirectory(server.id(), directory.resolve(server.id().toString()));
        var settings = new TreeMap<>(SETTINGS);
        settings.put("reconfigEnabled", "true");
        settings.put("standaloneEnabled", "false");
        files.write(founders, settings);
        var filled = Command.of(command)
                .fill(
                        "Cannot found it",
                        new ServerPlace(
                                        server,
                                        files.dataDirectory(),
                                        files.dataDirectory(),
                                        files.configurationDirectory(),
                                        null,
                                        null)
                                .values());
        var process = new ProcessBuilder(filled)
                .redirectErrorStream(true)
                .redirectOutput(files.log().toFile())
                .start();
        new OwnProcess(files.dataDirectory()).remember(process.toHandle());
    }

    private static String[] command() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        TunedProperties.all().forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LaunchedServer.class.getName(),
                String.valueOf(ProcessHandle.current().pid()),
                "{configuration-file}"));
        return command.toArray(String[]::new);
    }

    @AfterEach
    void end() {
        for (var server : servers) {
            process(server.id()).ifPresent(ProcessHandle::destroyForcibly);
        }
        for (var server : servers) {
            while (process(server.id()).isPresent()) {
                Thread.onSpinWait();
            }
        }
        LoopbackPorts.release(ports);
    }

    @Test
    void grows_and_shrinks_an_ensemble_of_processes_that_commands_start() throws Exception {
        var connectString = servers.stream()
                .map(server -> server.endpoints().client().orElseThrow().toString())
                .limit(3)
                .collect(Collectors.joining(","));
        var options = RunOptions.builder()
                .stabilization(Duration.ZERO)
                .stepDeadline(Duration.ofSeconds(60))
                .poll(Duration.ofMillis(10))
                .pollInterval(Duration.ofMillis(10))
                .build();
        try (var driver = CuratorEnsembleDriver.connect(connectString)
                .authorization("digest", SUPER)
                .open()) {
            var scaler = EnsembleScaler.builder(driver).launcher(launcher).build();
            awaitServing(scaler);
            try (var ledger = Scaling.load(connectString)) {
                var grown = scaler.run(scaler.plan(ScalingRequest.change().add(servers.get(3))), options);

                assertThat(grown).as(logs()).isCompleted();
                assertThat(scaler.observe().ensemble()).hasParticipants(1, 2, 3, 4);
                assertThat(process(ServerId.of(4))).isPresent();
                assertThat(directory.resolve("4/data/ensembler.joiner"))
                        .content()
                        .endsWith("ensemble="
                                + scaler.observe().committed().identity().orElseThrow() + "\n");
                var leaver = process(ServerId.of(1)).orElseThrow();

                var shrunk = scaler.run(scaler.plan(ScalingRequest.change().remove(ServerId.of(1))), options);

                assertThat(shrunk).as(logs()).isCompleted();
                assertThat(scaler.observe().ensemble()).hasParticipants(2, 3, 4);
                assertThat(leaver.isAlive()).isFalse();
                assertThat(process(ServerId.of(1))).isEmpty();
                assertThatThrownBy(() -> scaler.plan(ScalingRequest.change().add(servers.get(0))))
                        .isInstanceOf(ValidationException.class)
                        .hasMessageContaining("its data directory holds what it had before it was removed or rebuilt");
                Scaling.assertLostNothing(ledger, scaler.observe().ensemble());
            }
        }
    }

    private static void awaitServing(EnsembleScaler scaler) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                if (scaler.observe().live().size() == 3) {
                    return;
                }
            } catch (DriverException e) {
                assertThat(System.nanoTime()).as("nobody serves: " + e).isLessThan(deadline);
            }
            assertThat(System.nanoTime()).as("not all serve").isLessThan(deadline);
        }
    }

    private Optional<ProcessHandle> process(ServerId id) {
        return new OwnProcess(directory.resolve(id + "/data")).find();
    }

    /** What the servers said last, for a failure. */
    private String logs() throws IOException {
        var text = new StringBuilder();
        for (var server : servers) {
            var log = directory.resolve(server.id() + "/server.log");
            if (Files.exists(log)) {
                var lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
                text.append("server ").append(server.id()).append(": ");
                lines.subList(Math.max(0, lines.size() - 5), lines.size())
                        .forEach(line -> text.append(line).append('\n'));
            }
        }
        return text.toString();
    }
}
