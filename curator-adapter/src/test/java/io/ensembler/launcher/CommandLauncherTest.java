package io.ensembler.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ensembler.joiner.JoinerFiles;
import io.ensembler.joiner.ZooCfgTemplate;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.DirectoryState;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.ServerLauncher.Capability;
import io.ensembler.spi.ServerLauncher.InspectRequest;
import io.ensembler.spi.ServerLauncher.LogRequest;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.spi.ServerLauncher.StopRequest;
import io.ensembler.spi.ServerLauncher.WipeRequest;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.runtime.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A launcher with commands that stand for a server: a file that is there while it runs. */
class CommandLauncherTest {

    private static final Duration TIME = Duration.ofSeconds(20);
    private static final ConfigurationVersion VERSION = ConfigurationVersion.of(0x1_0000_002aL);
    private static List<Integer> ports = List.of();

    @TempDir
    private Path directory;

    private Path home;
    private Server joiner;
    private Configuration committed;

    @BeforeAll
    static void lease() {
        ports = LoopbackPorts.lease(3);
    }

    @AfterAll
    static void giveBack() {
        LoopbackPorts.release(ports);
    }

    @BeforeEach
    void place() {
        // Whatever a path holds, it stays what it is.
        home = directory.resolve("it's $(touch pwned); \"here\" & there");
        joiner = Server.parse("server.4=127.0.0.1:" + ports.get(0) + ":" + ports.get(1) + ";127.0.0.1:" + ports.get(2));
        committed = new Configuration(
                ConfigurationText.parse(
                                """
                                server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
                                server.2=10.0.0.2:2888:3888:participant;10.0.0.2:2181
                                server.3=10.0.0.3:2888:3888:participant;10.0.0.3:2181
                                """)
                        .ensemble(),
                VERSION);
    }

    @Test
    void starts_a_server_from_its_files_and_leaves_one_alone_that_runs() throws Exception {
        var launcher = launcher();
        launcher.start(start(token(1, 0)));

        assertThat(running()).exists();
        assertThat(home.resolve("4/data/myid")).hasContent("4");
        assertThat(home.resolve("4/data/ensembler.joiner")).hasContent(seed().marker());
        assertThat(home.resolve("4/conf/zoo.cfg.dynamic")).hasContent(seed().dynamicConfiguration());
        assertThat(Files.readString(home.resolve("4/conf/zoo.cfg"))).contains("\ntickTime=200\n");
        Files.writeString(home.resolve("4/conf/zoo.cfg"), "as the server has rewritten it");
        launcher.start(start(token(1, 0)));
        assertThat(home.resolve("4/conf/zoo.cfg")).hasContent("as the server has rewritten it");
        assertThat(directory).isDirectoryNotContaining("glob:**pwned");
    }

    @Test
    void writes_the_files_anew_before_every_start() throws Exception {
        var launcher = launcher();
        launcher.start(start(token(1, 0)));
        launcher.stop(stop(token(1, 0)));
        // What ZooKeeper leaves once the server has attached: files from which it would not start.
        Files.writeString(home.resolve("4/conf/zoo.cfg"), "dynamicConfigFile=zoo.cfg.dynamic.10000002a\n");

        launcher.start(start(token(1, 0)));

        assertThat(Files.readString(home.resolve("4/conf/zoo.cfg"))).contains("zoo.cfg.dynamic\n");
    }

    @Test
    void stops_a_server_and_does_nothing_to_one_that_does_not_run() throws Exception {
        var launcher = launcher();
        launcher.start(start(token(1, 0)));
        launcher.stop(stop(token(1, 0)));
        assertThat(running()).doesNotExist();
        launcher.stop(stop(token(1, 0)));
        assertThat(running()).doesNotExist();
    }

    @Test
    void refuses_older_grounds_than_any_launcher_has_seen_and_does_nothing() throws Exception {
        launcher().stop(stop(token(2, 7)));
        var launcher = launcher();
        Files.createDirectories(home.resolve("4/data/version-2"));
        assertRefused(
                () -> launcher.start(start(token(2, 6))),
                "Cannot start server 4: this was decided on configuration 100000006 under lock 2, and configuration"
                        + " 100000007 under lock 2 has been seen since. Observe again.");
        assertRefused(() -> launcher.stop(stop(token(1, 9))), "Cannot stop server 4: this was decided on");
        assertRefused(
                () -> launcher.wipe(wipe(token(1, 9))), "Cannot set the data of server 4 aside: this was decided");
        assertThat(running()).doesNotExist();
        assertThat(home.resolve("4/conf")).doesNotExist();
        launcher.start(start(token(2, 7)));
        assertThat(running()).exists();
    }

    @Test
    void holds_the_fence_while_a_command_runs() throws Exception {
        var begun = directory.resolve("begun");
        var go = directory.resolve("go");
        var slow = launcher(builder -> builder.start(
                "/bin/sh",
                "-c",
                "touch " + begun + "; until [ -e " + go + " ]; do sleep 0.01; done; touch \"$0\"",
                running().toString()));
        var failure = new AtomicReference<Throwable>();
        var starting = thread(() -> slow.start(start(token(1, 0))), failure);
        while (!Files.exists(begun)) {
            Thread.onSpinWait();
        }
        // A start decided before must not come after this stop.
        var stopping = thread(() -> launcher().stop(stop(token(2, 0))), failure);
        Files.createFile(go);
        starting.join();
        stopping.join();
        assertThat(failure.get()).isNull();
        assertThat(running()).doesNotExist();
    }

    private static Thread thread(Executable call, AtomicReference<Throwable> failure) {
        var thread = new Thread(() -> {
            try {
                call.execute();
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void does_nothing_where_nobody_can_tell_whether_the_server_runs() throws Exception {
        var launcher = launcher(builder -> builder.status("/bin/sh", "-c", "echo no route to host; exit 255"));
        for (Executable call : List.<Executable>of(
                () -> launcher.start(start(token(1, 0))),
                () -> launcher.stop(stop(token(1, 0))),
                () -> launcher.wipe(wipe(token(1, 0))))) {
            assertThatThrownBy(call::execute)
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRYABLE))
                    .hasMessageMatching("Cannot .*server 4.*: nobody can tell whether it runs, since /bin/sh ended with"
                            + " status 255\\. It said last: no route to host\\. Nothing was changed\\.");
        }
    }

    @Test
    void says_so_where_the_commands_end_well_and_the_server_does_not_follow() throws Exception {
        var idle =
                launcher(builder -> builder.start("/bin/true").stop("/bin/true").timeSource(new WaitingClock()));
        var failure = catchThrowableOfType(DriverException.class, () -> idle.start(start(token(1, 0))));
        assertThat(failure.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
        assertThat(failure)
                .hasMessage("Cannot start server 4: its start command ended well, and its status command does not say"
                        + " that it runs. Look at its log.");
        Files.createFile(running());
        failure = catchThrowableOfType(DriverException.class, () -> idle.stop(stop(token(1, 0))));
        assertThat(failure.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
        assertThat(failure)
                .hasMessage("Cannot stop server 4: its stop command ended well, and its status command does not say"
                        + " that its process has ended. End it.");
    }

    @Test
    void prepares_once_the_files_are_there_and_starts_nothing_if_that_fails() throws Exception {
        var copy = directory.resolve("copy");
        launcher(builder -> builder.prepare("cp", "{configuration-file}", copy.toString()))
                .start(start(token(1, 0)));
        assertThat(Files.readString(copy)).contains("tickTime=200");
        launcher().stop(stop(token(1, 0)));

        var failing = launcher(builder -> builder.prepare("/bin/sh", "-c", "echo no room; exit 4"));
        assertThatThrownBy(() -> failing.start(start(token(1, 0))))
                .isInstanceOf(DriverException.class)
                .hasMessage("Cannot start server 4: /bin/sh ended with status 4. It said last: no room. See what it did"
                        + " before trying again.");
        assertThat(running()).doesNotExist();
    }

    @Test
    void tells_a_command_all_that_it_can_be_told() throws Exception {
        var seen = directory.resolve("seen");
        launcher(builder -> builder.prepare(LauncherProgram.command(
                        "record",
                        seen.toString(),
                        "{id}",
                        "{host}",
                        "{quorum-port}",
                        "{election-port}",
                        "{client-host}",
                        "{client-port}",
                        "{data-directory}",
                        "{configuration-directory}",
                        "{configuration-file}")))
                .start(start(token(1, 0)));
        var told = List.of(
                "4",
                "127.0.0.1",
                "" + ports.get(0),
                "" + ports.get(1),
                "127.0.0.1",
                "" + ports.get(2),
                home.resolve("4/data").toString(),
                home.resolve("4/conf").toString(),
                home.resolve("4/conf/zoo.cfg").toString());
        assertThat(Files.readString(seen))
                .isEqualTo(told.stream()
                        .map(text -> text.length() + ":" + text)
                        .collect(Collectors.joining("", "", "\n")));
    }

    @Test
    void refuses_an_empty_directory_under_an_id_that_is_listed_as_participant() {
        var listed = Server.parse("server.2=127.0.0.1:2888:3888:participant;127.0.0.1:" + ports.get(2));
        var seed = JoinerFiles.seed(committed, listed, VERSION);
        var failure = catchThrowableOfType(
                DriverException.class, () -> launcher().start(new StartRequest(seed, token(1, 0), TIME)));
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContaining("holds no data: it would vote at once");
        assertThat(home.resolve("2/conf")).doesNotExist();
    }

    @Test
    void touches_no_server_that_answers_and_that_nobody_started_here() throws Exception {
        var launcher = launcher();
        Files.createDirectories(home.resolve("4/data/version-2"));
        Files.writeString(home.resolve("4/data/myid"), "4\n");
        try (var server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(2)));
            assertRefused(
                    () -> launcher.start(start(token(1, 0))),
                    "Cannot start server 4: it does not run as this launcher knows it, and something answers at its"
                            + " client address 127.0.0.1:" + ports.get(2));
            assertRefused(
                    () -> launcher.wipe(wipe(token(1, 0))),
                    "Cannot set the data of server 4 aside: it does not run as this launcher knows it, and something"
                            + " answers at its client address 127.0.0.1:" + ports.get(2));
        }
        assertThat(running()).doesNotExist();
    }

    @Test
    void sets_data_aside_and_deletes_nothing() throws Exception {
        var launcher = launcher();
        assertThat(launcher.capabilities()).containsExactly(Capability.WIPE);
        put("4/data/myid", "4\n");
        put("4/data/ensembler.joiner", JoinerFiles.marker(joiner.id(), ConfigurationVersion.of(7)));
        put("4/data/version-2/log.100000001", "transactions");

        launcher.wipe(wipe(token(1, 0)));

        assertThat(home.resolve("4/data/version-2")).doesNotExist();
        assertThat(home.resolve("4/data/set-aside-1/version-2/log.100000001")).hasContent("transactions");
        assertThat(home.resolve("4/data/set-aside-1/myid")).hasContent("4");
        launcher.wipe(wipe(token(1, 0)));
        assertThat(home.resolve("4/data/set-aside-2")).doesNotExist();
        assertThatThrownBy(() -> launcher.stop(stop(token(0, 0)))).hasMessageContaining("this was decided on");
        launcher.start(start(token(1, 0)));
        assertThat(running()).exists();
    }

    @Test
    void sets_aside_no_directory_of_a_server_that_runs_of_another_server_or_of_another_ensemble() throws Exception {
        var launcher = launcher();
        put("4/data/version-2/log.100000001", "transactions");
        assertNotSetAside(launcher, "holds data and no myid that tells whose it is");
        put("4/data/myid", "5\n");
        assertNotSetAside(launcher, "is the directory of server 5");
        put("4/data/myid", "4\n");
        put("4/data/ensembler.joiner", "id=5\nincarnation=1\n");
        assertNotSetAside(launcher, "belongs to \"id=5 incarnation=1\"");
        put("4/data/ensembler.joiner", "cluster=blue\n");
        assertNotSetAside(launcher, "is marked as that of another ensemble");
        put("4/data/ensembler.joiner", "id=4\nincarnation=200000000\n");
        assertNotSetAside(launcher, "is marked as that of another ensemble");
        put("4/data/ensembler.joiner", "id=4\nincarnation=1\n");
        Files.createFile(running());
        assertNotSetAside(launcher, "it runs. Stop it first.");
    }

    private void assertNotSetAside(ServerLauncher launcher, String says) {
        assertRefused(() -> launcher.wipe(wipe(token(1, 0))), "Cannot set the data of server 4 aside: ", says);
        assertThat(home.resolve("4/data/version-2/log.100000001")).hasContent("transactions");
        assertThat(home.resolve("4/data/set-aside-1")).doesNotExist();
    }

    @Test
    void leaves_a_directory_without_data_as_it_is() throws Exception {
        put("4/data/somebody.txt", "not a server's");
        launcher().wipe(wipe(token(1, 0)));
        assertThat(home.resolve("4/data/somebody.txt")).hasContent("not a server's");
        assertThat(home.resolve("4/data/set-aside-1")).doesNotExist();
    }

    @Test
    void follows_no_symbolic_link_to_data() throws Exception {
        put("elsewhere/version-2/log.100000001", "another's");
        put("elsewhere/myid", "4\n");
        Files.createDirectories(home.resolve("4"));
        Files.createSymbolicLink(home.resolve("4/data"), home.resolve("elsewhere"));
        assertRefused(() -> launcher().wipe(wipe(token(1, 0))), "is a symbolic link, which may lead to another's data");
        assertRefused(
                () -> launcher().start(start(token(1, 0))), "is a symbolic link, which may lead to another's data");
        Files.delete(home.resolve("4/data"));
        put("4/data/myid", "4\n");
        Files.createSymbolicLink(home.resolve("4/data/version-2"), home.resolve("elsewhere/version-2"));
        assertRefused(() -> launcher().wipe(wipe(token(1, 0))), "is a symbolic link, which may lead to another's data");
        assertThat(home.resolve("elsewhere/version-2/log.100000001")).exists();
        assertThat(home.resolve("elsewhere")).isDirectoryNotContaining("glob:**ensembler.*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/srv", "relative/{id}", "/srv/../etc/{id}"})
    void keeps_away_from_places_where_no_server_is_kept(String path) {
        assertRefused(
                () -> launcher(builder -> builder.dataDirectory(path)).wipe(wipe(token(1, 0))),
                "Cannot set the data of server 4 aside: ",
                "Give the server a directory of its own.");
        assertRefused(
                () -> launcher(builder -> builder.configurationDirectory(path)).start(start(token(1, 0))),
                "Give the server a directory of its own.");
    }

    @Test
    void keeps_away_from_a_home() {
        var userHome = System.getProperty("user.home");
        if (Path.of(userHome).getNameCount() >= 2) {
            assertRefused(
                    () -> launcher(builder -> builder.dataDirectory(userHome)).wipe(wipe(token(1, 0))), "home");
        } else {
            assertRefused(
                    () -> launcher(builder -> builder.dataDirectory(userHome)).wipe(wipe(token(1, 0))),
                    "near the root");
        }
    }

    @Test
    void a_process_it_runs_is_found_by_whoever_looks_and_ended_by_whoever_may() throws Exception {
        var served = directory.resolve("served");
        UnaryOperator<CommandLauncher.Builder> serving =
                builder -> builder.run(LauncherProgram.command("serve", served.toString(), "{id}"));
        var began = token(1, 0);
        running(serving).start(start(began));
        try {
            while (!Files.exists(served)) {
                Thread.onSpinWait();
            }
            running(serving).start(start(began));
            var process = new OwnProcess(home.resolve("4/data")).find().orElseThrow();
            assertRefused(() -> running(serving).wipe(wipe(began)), "it runs. Stop it first.");

            running(serving).stop(stop(token(2, 0)));

            assertThat(process.isAlive()).isFalse();
            assertThat(served).hasContent("x");
            assertThat(home.resolve("4/conf/server.out")).content().contains("serving");
            assertThat(new OwnProcess(home.resolve("4/data")).find()).isEmpty();
            running(serving).stop(stop(token(2, 0)));
        } finally {
            new OwnProcess(home.resolve("4/data")).find().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void a_process_that_ends_at_once_is_told_with_what_it_said() {
        var launcher =
                running(builder -> builder.run("/bin/sh", "-c", "echo about to fail; echo because of $SECRET; exit 3")
                        .environment("SECRET", "hunter2"));
        var failure = catchThrowableOfType(DriverException.class, () -> {
            // On a slow machine it takes longer to end than is waited for; then it is found not to run, and started
            // again.
            while (true) {
                launcher.start(start(token(1, 0)));
                while (new OwnProcess(home.resolve("4/data")).find().isPresent()) {
                    Thread.onSpinWait();
                }
            }
        });
        assertThat(failure)
                .hasMessageContaining("ended at once with status 3. It said last: ")
                .hasMessageContaining("about to fail | because of ***.")
                .hasMessageEndingWith("The rest is in " + home.resolve("4/conf/server.out") + ".");
        assertThat(failure.kind()).isEqualTo(Kind.RETRYABLE);
    }

    @Test
    void another_process_with_the_number_of_one_that_ended_is_left_alone() throws Exception {
        var me = ProcessHandle.current();
        put("4/data/ensembler.pid", "pid=" + me.pid() + "\nbegan=1000\n");
        running(builder -> builder.run("/bin/true")).stop(stop(token(1, 0)));
        assertThat(new OwnProcess(home.resolve("4/data")).find()).isEmpty();
        new OwnProcess(home.resolve("4/data")).remember(me);
        assertThat(new OwnProcess(home.resolve("4/data")).find()).contains(me);
        put("4/data/ensembler.pid", "pid=12");
        assertRefused(
                () -> running(builder -> builder.run("/bin/true")).start(start(token(1, 0))),
                "Cannot start server 4: nobody can tell whether it runs, since ensembler.pid beside its data cannot be"
                        + " read. See whether its process runs, end it, and delete the file.");
    }

    @Test
    void stages_the_files_of_a_server_elsewhere_for_the_command_that_brings_them_there() throws Exception {
        var sent = directory.resolve("sent");
        var staging = directory.resolve("staging/4");
        var launcher = launcher(builder -> builder.stagingDirectory(directory.resolve("staging") + "/{id}")
                .dataDirectory("/srv/zookeeper/{id}/data")
                .configurationDirectory("/srv/zookeeper/{id}/conf")
                .prepare("cp", "-r", "{staging-directory}", sent.toString()));

        launcher.start(start(token(1, 0)));

        assertThat(sent.resolve("zoo.cfg"))
                .hasContent(
                        """
                        dataDir=/srv/zookeeper/4/data
                        dynamicConfigFile=/srv/zookeeper/4/conf/zoo.cfg.dynamic
                        reconfigEnabled=true
                        standaloneEnabled=false
                        tickTime=200
                        """);
        assertThat(sent.resolve("zoo.cfg.dynamic")).hasContent(seed().dynamicConfiguration());
        assertThat(sent.resolve("myid")).hasContent("4");
        assertThat(sent.resolve("ensembler.joiner")).hasContent(seed().marker());
        assertThat(staging.resolve("ensembler.fence")).exists();
        assertThat(launcher.capabilities()).isEmpty();
        assertThatThrownBy(() -> launcher.wipe(wipe(token(1, 0))))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
        var required = seed().with(JoinerSeed.Data.REQUIRED);
        launcher.stop(stop(token(1, 0)));
        assertRefused(
                () -> launcher.start(new StartRequest(required, token(1, 0), TIME)),
                "Cannot start server 4: it may vote at once, and whether its directory holds what it had acknowledged"
                        + " cannot be seen from here. Start it yourself on its own directory.");
    }

    @Test
    void hands_out_what_a_server_has_logged_as_an_error_since_a_moment() throws Exception {
        var log = home.resolve("4/zookeeper.log");
        var launcher = launcher(builder -> builder.log(home + "/{id}/zookeeper.log"));
        assertThat(launcher.capabilities()).containsExactly(Capability.WIPE, Capability.LOG);
        assertThat(launcher.errors(new LogRequest(joiner, Instant.EPOCH, TIME))).isEmpty();
        var now = Instant.parse("2026-03-01T12:00:00.500Z");
        var local = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS").withZone(ZoneId.systemDefault());
        var lines = List.of(
                local.format(now.minusMillis(2)) + " [myid:4] - ERROR [main:QuorumPeer@1] - before",
                local.format(now) + " [myid:4] - ERROR [main:QuorumPeer@1] - at that moment",
                local.format(now) + " [myid:4] - INFO  [main:QuorumPeer@1] - no ERROR in capitals is one"
                        + ".".repeat(80),
                "2026-03-01T12:00:01.000Z ERROR [main] QuorumPeer - with a zone",
                "2026-03-01T14:00:01.000+0200 FATAL [main] QuorumPeer - with another zone",
                "2026-03-01T13:00:00.000+02:00 ERROR [main] QuorumPeer - an hour before",
                "\tat some.Place ERROR",
                "2026-99-01T12:00:01.000Z ERROR no such day");
        put("4/zookeeper.log", String.join("\n", lines) + "\n");

        assertThat(launcher.errors(new LogRequest(joiner, now, TIME)))
                .containsExactly(lines.get(1), lines.get(3), lines.get(4));
        Files.writeString(log, "2026-03-01T12:00:02.000Z ERROR again\n".repeat(150));
        assertThat(launcher.errors(new LogRequest(joiner, now, TIME))).hasSize(100);
        assertThatThrownBy(() -> launcher().errors(new LogRequest(joiner, now, TIME)))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
    }

    @Test
    void sees_the_room_on_the_disk_and_what_the_directory_is_to_the_server() throws Exception {
        var launcher = launcher(builder -> builder.zooCfg(ZooCfgTemplate.of("electionPortBindRetry=0\n")));
        var request = new InspectRequest(seed(), VERSION, TIME);
        var seen = launcher.inspect(request);
        assertThat(seen.value(ServerDetail.FREE_DISK)).isPresent();
        assertThat(seen.value(ServerDetail.ELECTION_PORT_BIND_RETRY)).contains(0);
        assertThat(seen.value(ServerDetail.DATA_DIRECTORY)).contains(DirectoryState.EMPTY);
        assertThat(home).as("nothing is made").doesNotExist();
        put("4/data/myid", "4\n");
        put("4/data/version-2/log.100000001", "before it was removed");
        assertThat(launcher.inspect(request).value(ServerDetail.DATA_DIRECTORY)).contains(DirectoryState.STALE);
        Files.createFile(running());
        assertThat(launcher.inspect(request).value(ServerDetail.DATA_DIRECTORY))
                .as("it runs")
                .isEmpty();
        Files.delete(running());
        put("4/data/myid", "5\n");
        assertThat(launcher.inspect(request).value(ServerDetail.DATA_DIRECTORY))
                .contains(DirectoryState.FOREIGN_SERVER);
        assertThat(launcher().inspect(request).value(ServerDetail.ELECTION_PORT_BIND_RETRY))
                .isEmpty();
    }

    @Test
    void what_is_missing_or_excludes_something_else_is_refused_when_it_is_built() {
        var builder = CommandLauncher.builder();
        assertThatThrownBy(builder::build).hasMessageContaining("dataDirectory and configurationDirectory");
        builder.dataDirectory("/srv/{id}/data").configurationDirectory("/srv/{id}/conf");
        assertThatThrownBy(builder::build).hasMessageContaining("Give run alone, or start, stop and status.");
        builder.start("start").stop("stop");
        assertThatThrownBy(builder::build).hasMessageContaining("Give run alone, or start, stop and status.");
        builder.status("status", "{staging-directory}");
        assertThatThrownBy(builder::build).hasMessageContaining("no stagingDirectory. Give one.");
        builder.stagingDirectory("/srv/staging/{id}");
        assertThatThrownBy(builder::build).hasMessageContaining("without a prepare");
        builder.prepare("prepare");
        assertThat(builder.build())
                .hasToString("CommandLauncher{prepare=prepare, start=start, status=status, stop=stop}");
        builder.run("run");
        assertThatThrownBy(builder::build).hasMessageContaining("Give run alone, or start, stop and status.");
        assertThatThrownBy(() -> builder.dataDirectory("/srv/{client-port}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot use /srv/{client-port} as dataDirectory: a path may have {id} and {host} in it, not"
                        + " {client-port}.");
    }

    @Test
    void shows_neither_arguments_nor_what_is_in_the_environment() {
        var builder = CommandLauncher.builder()
                .dataDirectory("/srv/{id}/data")
                .configurationDirectory("/srv/{id}/conf")
                .environment("PASSWORD", "hunter2")
                .run("zookeeper", "--password=hunter2");
        assertThat(builder.toString() + builder.build())
                .doesNotContain("hunter2")
                .contains("run=zookeeper");
    }

    /** Time that passes only where somebody waits: a command may take as long as it needs on whatever machine. */
    private static final class WaitingClock implements TimeSource {

        private long nanos;

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public void sleep(Duration time) {
            // In strides: the twenty seconds of a call are over after a few looks.
            nanos += time.multipliedBy(50).toNanos();
        }
    }

    private CommandLauncher launcher() {
        return launcher(UnaryOperator.identity());
    }

    private CommandLauncher launcher(UnaryOperator<CommandLauncher.Builder> change) {
        return change.apply(builder()
                        .start("touch", directory + "/running-{id}")
                        .stop("rm", directory + "/running-{id}")
                        .status("test", "-e", directory + "/running-{id}"))
                .build();
    }

    private CommandLauncher running(UnaryOperator<CommandLauncher.Builder> change) {
        return change.apply(builder()).build();
    }

    private CommandLauncher.Builder builder() {
        return CommandLauncher.builder()
                .dataDirectory(home + "/{id}/data")
                .configurationDirectory(home + "/{id}/conf")
                .zooCfg(ZooCfgTemplate.of("tickTime=200\n"));
    }

    /** There while the server runs. */
    private Path running() {
        return directory.resolve("running-4");
    }

    private JoinerSeed seed() {
        return JoinerFiles.seed(committed, joiner, VERSION);
    }

    private StartRequest start(FencingToken asOf) {
        return new StartRequest(seed(), asOf, TIME);
    }

    private StopRequest stop(FencingToken asOf) {
        return new StopRequest(joiner, asOf, TIME);
    }

    private WipeRequest wipe(FencingToken asOf) {
        return new WipeRequest(joiner, seed().marker(), asOf, TIME);
    }

    private static FencingToken token(long epoch, long count) {
        return new FencingToken(epoch, ConfigurationVersion.of(0x1_0000_0000L + count));
    }

    private void put(String name, String text) throws IOException {
        var file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void assertRefused(Executable call, String... says) {
        var failure = catchThrowableOfType(DriverException.class, call::execute);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContainingAll(says);
    }
}
