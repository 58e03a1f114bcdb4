package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Server;
import io.ensembler.model.ServerRole;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.txn.ErrorTxn;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A reconfiguration lies in a follower that stands still (F2). Its sender is told that the connection was lost; nobody
 * can see that it may still come.
 *
 * <p>Asks of us {@code no-blind-retry}: what another session reads settles nothing. What the sender's own session reads,
 * once it has written elsewhere, does, and so does the end of that session: either keeps what lies about from coming.
 */
class LateReconfigurationHazardTest {

    private static final Duration TIME = Duration.ofSeconds(30);
    private static final int LONG_SESSION_MILLIS = 30_000;
    private static final int SHORT_SESSION_MILLIS = 2_000;

    private static TestEnsemble ensemble;

    private Server leader;
    private Server follower;
    private Server other;
    private Server observer;

    @BeforeAll
    static void start() {
        // The leader keeps a follower that stands still for longer than the short session lasts.
        ensemble = TestEnsemble.builder()
                .runtime(ServerRuntime.forked())
                .setting("syncLimit", "100")
                .start();
    }

    @AfterAll
    static void stop() {
        ensemble.close();
    }

    @BeforeEach
    void choose() {
        leader = ensemble.server(ensemble.leader().orElseThrow());
        var followers = List.copyOf(Selector.followers().select(ensemble));
        follower = ensemble.server(followers.get(0));
        other = ensemble.server(followers.get(1));
        observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
    }

    @Test
    void commits_after_another_session_has_written_and_read_the_configuration_as_it_was() throws Exception {
        try (var witness = Outside.connect(client(leader));
                var sender = sender(LONG_SESSION_MILLIS)) {
            var before = configuration(witness);
            var pause = ensemble.faults().pause(Selector.server(follower.id()));
            var reply = send(sender, before);
            cutOff(sender);
            assertThat(code(reply)).isEqualTo(Code.CONNECTIONLOSS);
            write(witness);
            assertThat(configuration(witness)).isEqualTo(before);
            assertThat(witness.exists(znode(), false)).isNotNull();

            pause.heal();

            for (var server : List.of(leader, follower, other)) {
                Outside.await(server, "conf", answer -> answer.contains("server." + observer.id() + "="));
            }
            write(witness);
            var after = configuration(witness);
            assertThat(after.ensemble()).isEqualTo(before.ensemble().plus(observer));
            assertThat(after.version()).isGreaterThan(before.version());
            assertThat(refusals(sender)).isEmpty();
            moveTo(other, sender);
        }
    }

    @Test
    void is_refused_where_its_session_has_gone_on_at_another_server() throws Exception {
        try (var sender = sender(LONG_SESSION_MILLIS)) {
            var before = configuration(sender);
            var pause = ensemble.faults().pause(Selector.server(follower.id()));
            var reply = send(sender, before);
            moveTo(other, sender);
            assertThat(code(reply)).isEqualTo(Code.CONNECTIONLOSS);
            write(sender);
            assertThat(configuration(sender)).isEqualTo(before);

            pause.heal();

            awaitProcessed(sender);
            awaitRefusal(sender, Code.SESSIONMOVED);
            write(sender);
            assertThat(configuration(sender)).isEqualTo(before);
        }
    }

    @Test
    void is_refused_where_its_session_has_ended() throws Exception {
        try (var witness = Outside.connect(client(leader));
                var sender = sender(SHORT_SESSION_MILLIS)) {
            var before = configuration(witness);
            var pause = ensemble.faults().pause(Selector.server(follower.id()));
            var reply = send(sender, before);
            cutOff(sender);
            assertThat(code(reply)).isEqualTo(Code.CONNECTIONLOSS);
            awaitEnd(sender, witness);
            assertThat(configuration(witness)).isEqualTo(before);

            pause.heal();

            awaitProcessed(sender);
            // The follower drops it itself if it hears of the end of the session before it has read it.
            assertThat(refusals(sender)).isSubsetOf(Code.SESSIONEXPIRED);
            write(witness);
            assertThat(configuration(witness)).isEqualTo(before);
        }
    }

    /** Opens a session to the follower alone, with an ephemeral znode. */
    private ZooKeeperAdmin sender(int timeoutMillis) throws Exception {
        var connected = new CompletableFuture<Boolean>();
        var sender = new ZooKeeperAdmin(client(follower), timeoutMillis, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.complete(true);
            }
        });
        assertThat(connected).succeedsWithin(TIME);
        sender.create(znode(), new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        return sender;
    }

    /** Returns the sender's ephemeral znode; each test has one of its own. */
    private String znode() {
        return "/sender-of-" + observer.id();
    }

    /** Sends the addition of the observer, and returns once the connection to the follower has taken all of it. */
    private CompletableFuture<Integer> send(ZooKeeperAdmin sender, Configuration before) throws InterruptedException {
        var reply = new CompletableFuture<Integer>();
        sender.reconfigure(
                List.of(observer.toString()),
                null,
                null,
                before.version().value(),
                (code, path, context, data, stat) -> reply.complete(code),
                null);
        long deadline = deadline();
        while (!sender.toString().contains("queuedpkts:0 pendingresp:1 ")) {
            assertThat(System.nanoTime()).as("%s", sender).isLessThan(deadline);
            Thread.sleep(5);
        }
        return reply;
    }

    /** Lets a client give its connection up and find no other: nobody listens at the observer's address. */
    private void cutOff(ZooKeeper client) throws IOException {
        moveTo(observer, client);
    }

    /** Lets a client give its connection up and try one server only from now on. */
    private static void moveTo(Server server, ZooKeeper client) throws IOException {
        client.updateServerList(client(server));
        // Wakes the client, which otherwise notices at its next ping that its connection is closed.
        client.exists("/", false, (code, path, context, stat) -> {}, null);
    }

    private static Code code(CompletableFuture<Integer> reply) {
        assertThat(reply).succeedsWithin(TIME);
        return Code.get(reply.join());
    }

    /** Gets a write acknowledged, however often the connection is lost. */
    private static void write(ZooKeeper client) throws Exception {
        long deadline = deadline();
        while (true) {
            try {
                client.setData("/", new byte[0], -1);
                return;
            } catch (KeeperException.ConnectionLossException e) {
                assertThat(System.nanoTime()).as("%s", client).isLessThan(deadline);
            }
        }
    }

    private static Configuration configuration(ZooKeeper client) throws Exception {
        return ConfigurationText.parse(new String(client.getConfig(false, new Stat()), StandardCharsets.UTF_8));
    }

    /** Waits until the sender's ephemeral znode is gone in a read that follows a write. */
    private void awaitEnd(ZooKeeper sender, ZooKeeper witness) throws Exception {
        long deadline = deadline();
        write(witness);
        while (witness.exists(znode(), false) != null) {
            assertThat(System.nanoTime()).as("%s", sender).isLessThan(deadline);
            Thread.sleep(20);
            write(witness);
        }
    }

    /**
     * Waits until the follower has closed the sender's connection, which it does once it has read what came by it, and
     * until a request that it got later has been processed.
     */
    private void awaitProcessed(ZooKeeper sender) throws Exception {
        var session = "sid=0x" + Long.toHexString(sender.getSessionId());
        Outside.await(follower, "cons", answer -> answer.startsWith(" /") && !answer.contains(session));
        try (var later = Outside.connect(client(follower))) {
            write(later);
        }
    }

    /** Waits for what the leader has decided, and may not have logged yet. */
    private void awaitRefusal(ZooKeeper sender, Code code) throws Exception {
        long deadline = deadline();
        while (!refusals(sender).equals(List.of(code))) {
            assertThat(System.nanoTime())
                    .as("the log of server %s has of the sender %s, not %s", leader.id(), refusals(sender), code)
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** Returns with what the requests of a session were refused that reached the leader, as its log has it. */
    private List<Code> refusals(ZooKeeper sender) throws IOException {
        var codes = new ArrayList<Code>();
        var log = ensemble.directory(leader.id()).resolve("data/version-2");
        try (var transactions = new FileTxnLog(log.toFile()).read(1)) {
            while (transactions.getHeader() != null) {
                if (transactions.getHeader().getClientId() == sender.getSessionId()
                        && transactions.getTxn() instanceof ErrorTxn error) {
                    codes.add(Code.get(error.getErr()));
                }
                transactions.next();
            }
        }
        return codes;
    }

    private static long deadline() {
        return System.nanoTime() + TIME.toNanos();
    }

    private static String client(Server server) {
        return Outside.client(server).toString();
    }
}
