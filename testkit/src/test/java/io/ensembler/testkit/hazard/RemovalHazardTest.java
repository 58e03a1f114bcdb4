package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.txn.CreateTxn;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One of four is removed while a write is proposed behind the removal. That write needs the old quorum, three of four,
 * also once the removal has been answered and the three that stay act by it: if one of them and the removed server die
 * now, the two that are left have a leader and a quorum, and acknowledge nothing until they elect anew.
 *
 * <p>Asks of us {@code active-before-stop}: only a write that was committed after the reconfiguration, and not its OK,
 * shows that the old quorum is needed no more.
 */
class RemovalHazardTest {

    private static final Duration TIME = Duration.ofSeconds(30);

    /** Several times as long as an election takes. */
    private static final Duration WHILE = Duration.ofSeconds(2);

    @Test
    @Tag("chaos")
    void
            a_write_behind_a_removal_waits_for_the_old_quorum_although_the_new_one_has_a_leader_until_that_one_is_restarted()
                    throws Exception {
        // The leader keeps followers whose answers are held for a while.
        try (var ensemble = TestEnsemble.builder()
                .participants(4)
                .runtime(ServerRuntime.forked())
                .setting("syncLimit", "100")
                .start()) {
            var leader = ensemble.server(ensemble.leader().orElseThrow());
            var followers = List.copyOf(Selector.followers().select(ensemble));
            var removed = followers.get(0);
            var lost = followers.get(1);
            var kept = ensemble.server(followers.get(2));
            Selector dying = it -> Set.of(removed, lost);
            try (var admin = new ZooKeeperAdmin(client(leader), 30_000, event -> {});
                    var writer = Outside.connect(client(leader))) {
                // Both sessions stand before anything is held.
                admin.exists("/", false);
                var answers = ensemble.faults().cutOneWay(Selector.followers(), Selector.leader());
                var removal = new CompletableFuture<Integer>();
                admin.reconfigure(
                        null,
                        List.of(removed.toString()),
                        null,
                        -1,
                        (code, path, context, data, stat) -> removal.complete(code),
                        null);
                for (var follower : followers) {
                    awaitProposal(ensemble, follower);
                }
                ensemble.faults().cutOneWay(Selector.leader(), dying);
                var behind = create(writer, "/behind");
                awaitLogged(ensemble, leader, "/behind");

                answers.heal();

                assertThat(removal).succeedsWithin(TIME).isEqualTo(Code.OK.intValue());
                for (var server : List.of(leader, kept)) {
                    Outside.await(
                            server, "conf", it -> it.contains("version=") && !it.contains("server." + removed + "="));
                }
                ensemble.faults().crash(dying);
                var after = create(writer, "/after");
                long end = System.nanoTime() + WHILE.toNanos();
                while (System.nanoTime() < end) {
                    assertThat(Outside.ask(leader, "srvr")).matches(Outside.mode("leader"));
                    assertThat(behind).isNotDone();
                    assertThat(after).isNotDone();
                    Thread.sleep(50);
                }
            }
            ensemble.restart(leader.id());
            Outside.await(leader, "srvr", it -> it.contains("Mode: "));
            try (var client = Outside.connect(client(leader) + "," + client(kept))) {
                assertThat(create(client, "/later")).succeedsWithin(TIME).isEqualTo(Code.OK.intValue());
                assertThat(client.getChildren("/", false)).contains("behind", "after");
            }
        }
    }

    private static CompletableFuture<Integer> create(ZooKeeper client, String path) {
        var answer = new CompletableFuture<Integer>();
        client.create(
                path,
                new byte[0],
                Ids.OPEN_ACL_UNSAFE,
                CreateMode.PERSISTENT,
                (code, of, context, name) -> answer.complete(code),
                null);
        return answer;
    }

    private static void awaitProposal(TestEnsemble ensemble, ServerId id) throws InterruptedException {
        var file = ensemble.directory(id).resolve("conf/zoo.cfg.dynamic.next").toFile();
        long deadline = System.nanoTime() + TIME.toNanos();
        while (!file.exists()) {
            assertThat(System.nanoTime()).as("%s is not there", file).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    /** Waits until the leader, which proposes before it logs, has logged the creation of a znode. */
    private static void awaitLogged(TestEnsemble ensemble, Server leader, String path) throws Exception {
        long deadline = System.nanoTime() + TIME.toNanos();
        while (!isLogged(ensemble, leader, path)) {
            assertThat(System.nanoTime()).as("%s is not logged", path).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private static boolean isLogged(TestEnsemble ensemble, Server leader, String path) throws IOException {
        var log = ensemble.directory(leader.id()).resolve("data/version-2");
        try (var transactions = new FileTxnLog(log.toFile()).read(1)) {
            while (transactions.getHeader() != null) {
                if (transactions.getTxn() instanceof CreateTxn create
                        && create.getPath().equals(path)) {
                    return true;
                }
                transactions.next();
            }
        }
        return false;
    }

    private static String client(Server server) {
        return Outside.client(server).toString();
    }
}
