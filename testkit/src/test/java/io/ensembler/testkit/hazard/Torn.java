package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;

/**
 * Participants 1, 2 and 3, led by 3, and joiners that follow it: 1 and 2 acknowledge a reconfiguration that they do not
 * live to act by. What they do later is seen from outside: by four-letter words, plain clients and files.
 */
final class Torn implements AutoCloseable {

    /** Several times as long as an election takes, which is a fifth of a second where all servers answer. */
    private static final Duration SEVERAL_ELECTIONS = Duration.ofSeconds(2);

    /** Longer than the leader takes to answer a client. */
    private static final Duration UNTIL_ANSWERED = Duration.ofMillis(200);

    private static final Duration TIME = Duration.ofSeconds(30);
    private static final int LEADERSHIPS = 10;
    private static final ServerId LEADER = ServerId.of(3);

    private final TestEnsemble ensemble;
    private final Configuration before;

    private Torn(TestEnsemble ensemble) throws Exception {
        this.ensemble = ensemble;
        this.before = inForce(3);
    }

    /** Starts the participants, and joiners from 4 on. */
    static Torn withJoiners(int count) throws Exception {
        var ensemble = TestEnsemble.builder().runtime(ServerRuntime.forked()).start();
        try {
            letLead(ensemble, LEADER);
            var joiners = ensemble.newServers(count);
            joiners.forEach(ensemble::join);
            for (var joiner : joiners) {
                Outside.await(joiner, "srvr", Outside.mode("follower"));
            }
            return new Torn(ensemble);
        } catch (Exception | Error e) {
            ensemble.close();
            throw e;
        }
    }

    /**
     * Starts a leader anew that is not the one wanted: of those that are left and know as much the highest id leads.
     */
    private static void letLead(TestEnsemble ensemble, ServerId wanted) {
        for (int i = 0; i < LEADERSHIPS && !ensemble.leader().equals(Optional.of(wanted)); i++) {
            ensemble.leader().ifPresent(ensemble::restart);
            ensemble.awaitSettled();
        }
        assertThat(ensemble.leader()).as("leader of %s", ensemble).contains(wanted);
    }

    TestEnsemble ensemble() {
        return ensemble;
    }

    /** Returns by what all act at first: participants 1, 2 and 3. */
    Configuration before() {
        return before;
    }

    /**
     * Sends a reconfiguration to the leader, which answers that it was done. 1 and 2 have acknowledged it and end
     * before they act by it.
     *
     * @return the version it was given
     */
    ConfigurationVersion reconfigure(List<Long> joining, List<Long> leaving) throws Exception {
        ensemble.faults().crashBeforeActivation(Selector.followers());
        // Where the leader cannot go on without them, it has answered before it hears that they are gone.
        var delay = ensemble.faults().delay(Selector.leader(), Selector.followers(), UNTIL_ANSWERED);
        var stat = new Stat();
        try (var admin = new ZooKeeperAdmin(connectString(3), 30_000, event -> {})) {
            admin.reconfigure(
                    joining.stream().map(id -> server(id).toString()).toList(),
                    leaving.stream().map(String::valueOf).toList(),
                    null,
                    before.version().value(),
                    stat);
        }
        var version = ConfigurationVersion.of(stat.getMzxid());
        assertThat(version).isGreaterThan(before.version());
        for (long id : new long[] {1, 2}) {
            awaitEnd(id);
            assertThat(proposal(id)).content().contains("version=" + version);
        }
        delay.heal();
        return version;
    }

    /** Stops servers, one after the other. */
    void stop(long... ids) {
        for (long id : ids) {
            ensemble.stop(ServerId.of(id));
        }
    }

    /** Starts servers from their own files, and returns once each answers. */
    void boot(long... ids) throws Exception {
        for (long id : ids) {
            ensemble.restart(ServerId.of(id));
        }
        for (long id : ids) {
            Outside.await(server(id), "ruok", "imok"::equals);
        }
    }

    /** Starts servers from their own files, one after the other, each twice. */
    void bootTwice(long... ids) {
        for (long id : ids) {
            ensemble.bootTwice(ServerId.of(id));
        }
    }

    void awaitServing(long... ids) throws Exception {
        for (long id : ids) {
            Outside.await(server(id), "srvr", answer -> answer.contains("Mode: "));
        }
    }

    /** Fails if one of these servers, which answer, serves before several elections could have been held. */
    void assertNoneServes(long... ids) throws Exception {
        long end = System.nanoTime() + SEVERAL_ELECTIONS.toNanos();
        while (System.nanoTime() < end) {
            for (long id : ids) {
                assertThat(Outside.ask(server(id), "srvr")).as("server %d", id).matches(Outside.notServing());
            }
            Thread.sleep(50);
        }
    }

    /** Returns which of these servers say that they lead. */
    List<Long> leading(long... ids) {
        return Arrays.stream(ids)
                .filter(id -> Outside.ask(server(id), "srvr").contains("Mode: leader"))
                .boxed()
                .toList();
    }

    /** Returns by which configuration a server acts. */
    Configuration inForce(long id) throws Exception {
        var answer = Outside.await(server(id), "conf", it -> it.contains("version="));
        return ConfigurationText.parse(answer.lines()
                .filter(line -> line.startsWith("server.") || line.startsWith("version="))
                .collect(Collectors.joining("\n")));
    }

    /** Returns the configuration that a server shows clients after a write. */
    Configuration shown(long id) throws Exception {
        try (var client = Outside.connect(connectString(id))) {
            var stat = new Stat();
            client.setData("/", new byte[0], -1);
            var text = new String(client.getConfig(false, stat), StandardCharsets.UTF_8);
            var configuration = ConfigurationText.parse(text);
            assertThat(configuration.version()).isEqualTo(ConfigurationVersion.of(stat.getMzxid()));
            return configuration;
        }
    }

    /** Gets a write acknowledged by these servers: a new znode. */
    void write(String path, long... ids) throws Exception {
        try (var client = Outside.connect(connectString(ids))) {
            client.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
    }

    /** Returns the znodes that a server has, once a write was acknowledged on a session to it alone. */
    List<String> znodes(long id) throws Exception {
        try (var client = Outside.connect(connectString(id))) {
            client.setData("/", new byte[0], -1);
            return client.getChildren("/", false);
        }
    }

    String connectString(long... ids) {
        return LongStream.of(ids)
                .mapToObj(id -> Outside.client(server(id)).toString())
                .collect(Collectors.joining(","));
    }

    Server server(long id) {
        return Outside.server(ensemble, id);
    }

    /** Returns the file of what a server has acknowledged and does not act by. */
    Path proposal(long id) {
        return ensemble.directory(ServerId.of(id)).resolve("conf/zoo.cfg.dynamic.next");
    }

    @Override
    public void close() {
        ensemble.close();
    }

    /** The system tells of the end of a process some time after it. */
    private void awaitEnd(long id) throws InterruptedException {
        long deadline = System.nanoTime() + TIME.toNanos();
        while (ensemble.isRunning(ServerId.of(id))) {
            assertThat(System.nanoTime())
                    .as("server %d still runs: %s", id, ensemble)
                    .isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
