package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver.CopyRequest;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.runtime.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of the data that servers make on request; the third of these makes none. */
class SnapshotsTest {

    private static final String IDENTITY = "keeper:of-the-data";
    private static final Duration TIME = Duration.ofSeconds(20);

    /** More than the head of an answer, and less than a snapshot. */
    private static final int ANSWERED = 1_000;

    private static List<Integer> ports;
    private static TestEnsemble ensemble;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        ports = LoopbackPorts.lease(4);
        var builder = TestEnsemble.builder()
                .runtime(ServerRuntime.forked().withoutRelays())
                .setting("admin.enableServer", "true")
                .setting("admin.serverAddress", LoopbackPorts.HOST)
                .setting(ServerId.of(3), "admin.snapshot.enabled", "false");
        for (int i = 0; i < ports.size(); i++) {
            builder.setting(ServerId.of(i + 1), "admin.serverPort", ports.get(i).toString());
        }
        ensemble = builder.start();
    }

    @AfterAll
    static void stop() {
        ensemble.close();
        LoopbackPorts.release(ports);
    }

    private CuratorEnsembleDriver.Builder driver() {
        return CuratorEnsembleDriver.connect(ensemble.connectString())
                .snapshots(directory)
                .adminServer(SnapshotsTest::place);
    }

    private static Optional<URI> place(Server server) {
        return server.id().value() > ports.size()
                ? Optional.empty()
                : Optional.of(URI.create("http://" + LoopbackPorts.HOST + ":"
                        + ports.get((int) server.id().value() - 1) + "/commands"));
    }

    private static CopyRequest of(int id) {
        return new CopyRequest(ensemble.server(ServerId.of(id)), TIME);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void a_plan_that_is_to_copy_the_data_tells_where_the_snapshot_is_and_it_holds_the_data() throws Exception {
        try (var curator = CuratorFrameworkFactory.newClient(ensemble.connectString(), new RetryOneTime(100));
                var driver = driver().open()) {
            curator.start();
            curator.create().forPath("/kept", "what was written".getBytes(StandardCharsets.UTF_8));
            var scaler = EnsembleScaler.builder(driver)
                    .launcher(ensemble.launcher())
                    .listener(event -> {})
                    .build();
            var leader = ensemble.leader().orElseThrow();
            // A copy is asked of a server that does not lead, the first by its id: never of the third.
            var plan = scaler.plan(
                    ScalingRequest.change().add(ensemble.newServers(1)).backUpData());

            var result = scaler.run(plan, Scaling.QUICK);

            assertThat(result).isCompleted();
            var file = files().get(0);
            assertThat(result.report().backup().orElseThrow().data().orElseThrow())
                    .startsWith("snapshot of server " + (leader.value() == 1 ? 2 : 1) + " up to transaction ")
                    .endsWith(" bytes, in " + file.toAbsolutePath());
            assertThat(files()).hasSize(1);
            assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                    .contains("/kept", "what was written");
        }
    }

    @Test
    void a_server_that_makes_none_is_refused_and_nothing_is_left() throws Exception {
        try (var driver = driver().open()) {
            assertThatThrownBy(() -> driver.backUp(of(3)))
                    .isInstanceOfSatisfying(DriverException.class, refused -> assertThat(refused.kind())
                            .isEqualTo(DriverException.Kind.REFUSED))
                    .hasMessageStartingWith("Cannot back up the data of server 3: it sent no snapshot (HTTP 503).");
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void it_takes_an_identity_that_may_do_everything_at_the_root_and_no_secret_is_told() throws Exception {
        try (var curator = CuratorFrameworkFactory.builder()
                        .connectString(ensemble.connectString())
                        .retryPolicy(new RetryOneTime(100))
                        .authorization("digest", IDENTITY.getBytes(StandardCharsets.UTF_8))
                        .build();
                var stranger = driver().authorization("digest", "somebody:else").open();
                var keeper = driver().authorization("digest", "somebody:else")
                        .authorization("digest", IDENTITY)
                        .open()) {
            curator.start();
            curator.setACL()
                    .withACL(List.of(
                            new ACL(Perms.ALL, Ids.AUTH_IDS),
                            new ACL(Perms.READ | Perms.CREATE | Perms.WRITE | Perms.DELETE, Ids.ANYONE_ID_UNSAFE)))
                    .forPath("/");
            try {
                assertThatThrownBy(() -> stranger.backUp(of(2)))
                        .isInstanceOf(DriverException.class)
                        .hasMessage(
                                "Cannot back up the data of server 2: it demands an identity that may do everything at /"
                                        + " (HTTP 403). Give one, such as that of the superuser, with authorization(scheme,"
                                        + " secret).")
                        .hasNoCause();
                assertThat(files()).isEmpty();

                assertThat(keeper.backUp(of(2))).startsWith("snapshot of server 2 up to transaction ");
                assertThat(files()).hasSize(1);
            } finally {
                curator.setACL().withACL(Ids.OPEN_ACL_UNSAFE).forPath("/");
            }
        }
    }

    @Test
    void of_a_copy_that_breaks_off_nothing_is_kept() throws Exception {
        var url = place(ensemble.server(ServerId.of(2))).orElseThrow();
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var driver = driver().adminServer(server -> Optional.of(URI.create(
                                "http://" + LoopbackPorts.HOST + ":" + listening.getLocalPort() + "/commands")))
                        .open()) {
            var cutting = new FutureTask<Void>(() -> passOn(listening, url.getPort()), null);
            new Thread(cutting, "cuts an answer off").start();

            assertThatThrownBy(() -> driver.backUp(of(2)))
                    .isInstanceOfSatisfying(DriverException.class, broken -> assertThat(broken.kind())
                            .isEqualTo(DriverException.Kind.RETRYABLE))
                    .hasMessageStartingWith("Cannot back up the data of server 2: ");

            cutting.get();
            assertThat(files()).isEmpty();
        }
    }

    /** Passes one question on, and of the answer its head and the first of what follows. */
    private static void passOn(ServerSocket listening, int port) {
        try (var client = listening.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var question = new byte[4096];
            server.getOutputStream().write(question, 0, client.getInputStream().read(question));
            var answer = new StringBuilder();
            while (!answer.toString().contains("\r\n\r\n") || answer.length() < ANSWERED) {
                answer.append((char) server.getInputStream().read());
            }
            assertThat(answer.toString()).contains("snapshot_size");
            client.getOutputStream().write(answer.toString().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void an_identity_that_does_not_fit_into_a_line_is_refused_without_telling_it() throws Exception {
        try (var driver =
                driver().authorization("digest", "keeper:of\nthe-data").open()) {
            assertThatThrownBy(() -> driver.backUp(of(2)))
                    .isInstanceOf(DriverException.class)
                    .hasMessageContaining("an identity given does not fit into a line of HTTP")
                    .hasMessageNotContaining("the-data")
                    .hasNoCause();
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void nobody_is_asked_where_nobody_said_where_to_ask_or_where_to_keep_it() throws Exception {
        try (var homeless = CuratorEnsembleDriver.connect(ensemble.connectString())
                        .snapshots(directory)
                        .open();
                var plain =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            assertThat(homeless.canBackUp()).isTrue();
            assertThatThrownBy(() -> homeless.backUp(of(1)))
                    .hasMessage(
                            "Cannot back up the data of server 1: nobody said where it takes commands over HTTP. Say so"
                                    + " with adminPort or adminServer.");
            assertThat(plain.canBackUp()).isFalse();
            assertThatThrownBy(() -> plain.backUp(of(1)))
                    .isInstanceOfSatisfying(DriverException.class, refused -> assertThat(refused.kind())
                            .isEqualTo(DriverException.Kind.UNSUPPORTED));
        }
    }

    @Test
    void what_cannot_be_written_is_refused() throws Exception {
        var file = Files.createFile(directory.resolve("in-the-way"));
        try (var driver = driver().snapshots(file.resolve("below")).open()) {
            assertThatThrownBy(() -> driver.backUp(of(1)))
                    .isInstanceOfSatisfying(DriverException.class, refused -> assertThat(refused.kind())
                            .isEqualTo(DriverException.Kind.REFUSED))
                    .hasMessageContaining("cannot be written to");
        }
    }
}
