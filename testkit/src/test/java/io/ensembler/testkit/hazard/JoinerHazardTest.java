package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Server;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.testkit.Fault;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/**
 * ZooKeeper lets a joiner vote that is still in the middle of its sync, since it counts it as synced from before it has
 * sent it anything. What this asks of us is {@code synced-before-voting}: that a joiner has what the others have is
 * proved on the joiner itself; and with {@code no-blind-retry}, that a reconfiguration without answer may commit much
 * later.
 */
class JoinerHazardTest {

    /** Far longer than it takes to elect a leader, or to commit a write, where one can be. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

    private static final int OK = KeeperException.Code.OK.intValue();
    private static final int CONNECTION_LOSS = KeeperException.Code.CONNECTIONLOSS.intValue();

    @Test
    void a_joiner_in_the_middle_of_its_sync_is_made_a_participant_and_every_write_waits_for_it() throws Exception {
        try (var ensemble = alone();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 60_000, event -> {});
                var client = Outside.connect(ensemble.connectString())) {
            var joiner = ensemble.newServers(1).get(0);
            var stall = joinStalled(ensemble, joiner);

            var reconfigured = reconfigure(admin, joiner);
            awaitProposed(ensemble, joiner);
            var written = write(client, "/waits");

            assertThatThrownBy(() -> written.get(LONG_ENOUGH.toMillis(), TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            assertThat(reconfigured).isNotDone();
            assertThat(Outside.ask(joiner, "srvr")).matches(Outside.notServing());
            stall.heal();
            assertThat(reconfigured.get(20, TimeUnit.SECONDS)).isEqualTo(OK);
            assertThat(written.get(20, TimeUnit.SECONDS)).isEqualTo(OK);
            assertThat(ensemble.awaitSettled()).hasToString("1,2");
        }
    }

    @Test
    void a_joiner_killed_in_its_sync_leaves_no_leader_until_it_is_back_and_then_the_change_commits() throws Exception {
        try (var ensemble = alone();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 60_000, event -> {});
                var client = Outside.connect(ensemble.connectString())) {
            var first = Outside.server(ensemble, 1);
            var before = configuration(client);
            var joiner = ensemble.newServers(1).get(0);
            killJoiner(ensemble, admin, client, joiner);

            ensemble.restart(first.id());

            awaitWithoutLeader(ensemble, first);
            assertThat(next(ensemble)).doesNotExist();

            startAnew(ensemble, before, joiner);

            assertThat(ensemble.awaitSettled()).hasToString("1,2");
            assertThat(configuration(client).version()).isGreaterThan(before.version());
            assertThat(client.exists("/waits", false)).isNotNull();
        }
    }

    @Test
    void a_change_that_waits_for_a_killed_joiner_is_forgotten_at_the_second_start() throws Exception {
        try (var ensemble = alone();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 60_000, event -> {});
                var client = Outside.connect(ensemble.connectString())) {
            var first = Outside.server(ensemble, 1);
            var before = configuration(client);
            killJoiner(ensemble, admin, client, ensemble.newServers(1).get(0));

            ensemble.bootTwice(first.id());

            Outside.await(first, "srvr", Outside.mode("leader"));
            assertThat(ensemble.awaitSettled()).hasToString("1");
            assertThat(Outside.ask(first, "conf")).contains("version=" + before.version());
            assertThat(configuration(client)).isEqualTo(before);
        }
    }

    private static TestEnsemble alone() {
        return TestEnsemble.builder()
                .participants(1)
                .runtime(ServerRuntime.forked())
                .setting("initLimit", "200")
                .start();
    }

    /** Sends the change 1 to 1,2 and a write while 2 is in its sync, and kills it; returns once nobody leads. */
    private static void killJoiner(TestEnsemble ensemble, ZooKeeperAdmin admin, ZooKeeper client, Server joiner)
            throws Exception {
        var first = Outside.server(ensemble, 1);
        var stall = joinStalled(ensemble, joiner);
        var reconfigured = reconfigure(admin, joiner);
        awaitProposed(ensemble, joiner);
        var written = write(client, "/waits");

        ensemble.faults().crash(Selector.server(joiner.id()));

        assertThat(reconfigured.get(20, TimeUnit.SECONDS)).isEqualTo(CONNECTION_LOSS);
        assertThat(written.get(20, TimeUnit.SECONDS)).isEqualTo(CONNECTION_LOSS);
        awaitWithoutLeader(ensemble, first);
        stall.heal();
    }

    /** Lets a server join and returns once the leader counts it as synced, which it is not. */
    private static Fault joinStalled(TestEnsemble ensemble, Server joiner) throws Exception {
        var stall = ensemble.faults().stallSync(Selector.server(joiner.id()));
        ensemble.join(joiner);
        Outside.await(
                Outside.server(ensemble, 1), "mntr", answer -> answer.contains("zk_synced_non_voting_followers\t1"));
        assertThat(Outside.ask(joiner, "srvr")).matches(Outside.notServing());
        return stall;
    }

    private static CompletableFuture<Integer> reconfigure(ZooKeeperAdmin admin, Server joining) {
        var answer = new CompletableFuture<Integer>();
        admin.reconfigure(
                List.of(joining.toString()),
                null,
                null,
                -1,
                (code, path, context, data, stat) -> answer.complete(code),
                null);
        return answer;
    }

    private static CompletableFuture<Integer> write(ZooKeeper client, String path) {
        var answer = new CompletableFuture<Integer>();
        client.create(
                path,
                new byte[0],
                Ids.OPEN_ACL_UNSAFE,
                CreateMode.PERSISTENT,
                (code, asked, context, name) -> answer.complete(code),
                null);
        return answer;
    }

    /** Returns once the first server has accepted the proposal that this server joins. */
    private static void awaitProposed(TestEnsemble ensemble, Server joining) throws Exception {
        var next = next(ensemble);
        Waiting.until("a proposal in " + next, ensemble, () -> next.toFile().exists());
        assertThat(next).content().contains("server." + joining.id() + "=");
    }

    private static void awaitWithoutLeader(TestEnsemble ensemble, Server server) throws Exception {
        Outside.await(server, "srvr", Outside.notServing());
        Waiting.whileNoneServes(LONG_ENOUGH, ensemble, List.of(server));
    }

    private static Path next(TestEnsemble ensemble) {
        return ensemble.directory(Outside.server(ensemble, 1).id()).resolve("conf/zoo.cfg.dynamic.next");
    }

    /** Starts it with what a joiner is started with: what it has written itself meanwhile lacks it. */
    private static void startAnew(TestEnsemble ensemble, Configuration committed, Server joiner) throws Exception {
        var seed = JoinerFiles.seed(committed, joiner, ConfigurationVersion.NONE);
        ensemble.launcher()
                .start(new StartRequest(seed, new FencingToken(0, committed.version()), Duration.ofSeconds(10)));
    }

    private static Configuration configuration(ZooKeeper client) throws Exception {
        return ConfigurationText.parse(new String(client.getConfig(false, new Stat()), StandardCharsets.UTF_8));
    }
}
