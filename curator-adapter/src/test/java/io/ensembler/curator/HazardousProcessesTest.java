package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.StopReason;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.testkit.Fault;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import io.ensembler.validation.ValidationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.txn.CreateTxn;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The hazards (docs/hazards.md) that take servers in processes of their own: with names and settings of their own. What
 * is asked for by hand in the testkit's tests is asked for by a plan here, and they do not happen. Where servers are listed
 * by names of their own, a plan is run by a process that knows these names.
 */
class HazardousProcessesTest {

    /** The servers' names are known to the servers only, and at last not to them either. */
    @Test
    void no_server_ends_when_an_observer_is_to_be_added_while_names_do_not_resolve() {
        try (var ensemble =
                        TestEnsemble.builder().runtime(ServerRuntime.forked()).start();
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            long version = scaling.version();
            var names = new LinkedHashMap<Path, String>();
            var scaler = scaling.scaler(event -> {
                if (event instanceof RunEvent.StepStarted started
                        && started.step().step() instanceof Step.Reconfigure) {
                    names.putAll(forgetNames(ensemble, origin.ids()));
                }
            });
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
            var plan = scaler.plan(ScalingRequest.change().add(observer));

            assertThat(plan.toString()).contains("! Mind servers 1,2,3,4: their quorum addresses are host names;");
            assertThat(scaler.run(plan, Scaling.QUICK))
                    .isStopped(StopReason.NAMES_RESOLVE)
                    .sent(0);

            assertThat(names).hasSize(3);
            assertThat(scaling.version()).isEqualTo(version);
            ledger.awaitAcknowledged(100);
            names.forEach(HazardousProcessesTest::write);
            assertThat(ensemble.awaitSettled()).isEqualTo(origin);
            assertThat(ensemble.exitRequests()).isEmpty();
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    /** Its name is moved and moved back; a call with the whole text would make it look its own name up anew. */
    @Test
    void the_only_participant_gets_no_bulk_call_while_its_name_leads_elsewhere() {
        try (var ensemble = TestEnsemble.builder()
                        .participants(1)
                        .runtime(ServerRuntime.forked())
                        .start();
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            long version = scaling.version();
            var only = ServerId.of(1);
            var hosts = hosts(ensemble, only);
            var names = read(hosts);
            write(hosts, "127.0.0.1 localhost\n127.0.0.2 zk1\n");
            var alone = QuorumRule.hierarchical(Map.of(1L, Set.of(only)), Map.of(only, 1L));

            assertThat(scaling.run(ScalingRequest.change().reach(origin)))
                    .isCompleted()
                    .sent(0);
            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().changeQuorumRule(alone)))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("[lone-quorum-stays]");

            assertThat(scaling.version()).isEqualTo(version);
            ledger.awaitAcknowledged(100);
            write(hosts, names);
            assertThat(ensemble.awaitSettled()).isEqualTo(origin);
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    /** After somebody's change its configuration znode stands where the ensemble does; its {@code conf} does not. */
    @Test
    void nothing_is_changed_beside_a_server_with_reconfiguration_off_and_the_leader_can_be_lost() {
        var off = ServerId.of(1);
        try (var ensemble = TestEnsemble.builder()
                        .runtime(ServerRuntime.forked())
                        .setting(off, "reconfigEnabled", "false")
                        .start();
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);

            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().add(observer)))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("server 1 runs with reconfigEnabled=false")
                    .hasMessageContaining("[reconfiguration-disabled]");

            assertThat(ensemble.committed()).isEqualTo(origin);
            try (var crash = ensemble.faults().crash(Selector.leader())) {
                ledger.awaitAcknowledged(100);
                assertThat(crash.isHealed()).isFalse();
            }
            origin.ids().stream().filter(id -> !ensemble.isRunning(id)).forEach(ensemble::restart);
            Watching.until("all serve", ensemble, () -> Watching.serving(ensemble, origin.ids())
                    .containsAll(origin.ids()));
            assertThat(ensemble.committed()).isEqualTo(origin);
            long stands = scaling.rivalReconfigures(List.of(observer), List.of());
            assertSeenFrom(off, stands, ensemble);
            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().remove(observer.id())))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("server 1 runs with reconfigEnabled=false")
                    .hasMessageContaining("[reconfiguration-disabled]");
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    /** A driver that begins at this server sees what the others have. */
    private static void assertSeenFrom(ServerId id, long version, TestEnsemble ensemble) {
        var there = ensemble.server(id).endpoints().client().orElseThrow();
        try (var driver = CuratorEnsembleDriver.connect(there.toString()).open()) {
            var seen = EnsembleScaler.builder(driver).build().observe();
            assertThat(seen.version().value()).isEqualTo(version);
            assertThat(seen.facts(id).orElseThrow().details().value(ServerDetail.RECONFIG_ENABLED))
                    .contains(false);
        }
    }

    /**
     * The follower that was sent to stands still. The sender's session goes on at another server, where it finds that
     * nothing was changed: what lies in the follower is refused from then on, and is sent again.
     */
    @Test
    @Tag("chaos")
    void what_lies_in_a_follower_is_sent_again_once_its_session_has_gone_on_elsewhere(@TempDir Path folder)
            throws Exception {
        try (var late = new Late(folder, Duration.ofSeconds(6))) {
            try (var process = late.start(call -> {
                if (late.isFirstSend(call)) {
                    late.pause();
                }
                return true;
            })) {
                assertThat(process.awaitEnd())
                        .contains("completed: the ensemble is " + late.plan.target() + "; sent 2");
            }

            late.assertNothingComesLate();
        }
    }

    /**
     * The process that sent is killed. Another one reads the configuration as it was, more than once, and waits on,
     * since the session that sent has not ended; then the follower goes on.
     */
    @Test
    void what_lies_in_a_follower_is_not_sent_again_while_its_session_lives_and_commits_late(@TempDir Path folder)
            throws Exception {
        try (var late = new Late(folder, Duration.ofSeconds(40))) {
            late.sendAndKill();
            var looks = new AtomicInteger();

            try (var process = late.start(call -> {
                if (call.name().equals("isGone") && call.isOver() && looks.incrementAndGet() == 3) {
                    assertThat(call.detail()).isEqualTo("false");
                    late.fault.heal();
                }
                return true;
            })) {
                assertThat(process.awaitEnd())
                        .contains("completed: the ensemble is " + late.plan.target() + "; sent 0");
            }

            assertThat(looks).hasValueGreaterThanOrEqualTo(3);
            late.assertNothingComesLate();
        }
    }

    /** The same, and the session ends while the follower stands still. */
    @Test
    @Tag("chaos")
    void what_lies_in_a_follower_is_sent_again_once_its_session_has_ended(@TempDir Path folder) throws Exception {
        try (var late = new Late(folder, Duration.ofSeconds(6))) {
            late.sendAndKill();
            var last = new AtomicReference<String>();

            try (var process = late.start(call -> {
                if (call.name().equals("isGone") && call.isOver()) {
                    last.set(call.detail());
                }
                return true;
            })) {
                assertThat(process.awaitEnd())
                        .contains("completed: the ensemble is " + late.plan.target() + "; sent 1");
            }

            assertThat(last).hasValue("true");
            late.assertNothingComesLate();
        }
    }

    /**
     * A write lies behind the removal of one of four, and can commit no more when that one and another have ended. The
     * removal was answered; the run waits and stops nobody until a write of its own commits.
     */
    @Test
    @Tag("chaos")
    void nobody_is_stopped_on_the_answer_to_a_removal_behind_which_no_write_commits(@TempDir Path folder)
            throws Exception {
        // The leader keeps followers whose answers are held for a while.
        try (var ensemble = TestEnsemble.builder()
                        .participants(4)
                        .runtime(ServerRuntime.forked())
                        .setting("syncLimit", "100")
                        .start();
                var scaling = Scaling.of(ensemble);
                var writer = new Writer(ensemble.server(scaling.leader()))) {
            var leader = scaling.leader();
            var followers = scaling.followers();
            var removed = followers.get(0);
            var lost = followers.get(1);
            Selector dying = it -> Set.of(removed, lost);
            var plan = scaling.plan(ScalingRequest.change().remove(removed));
            var options = ScalingProcess.Options.forked(folder, Duration.ofSeconds(40));
            var answers = new AtomicReference<Fault>();
            var sent = new CountDownLatch(1);
            var calls = new CopyOnWriteArrayList<String>();
            try (var process = ScalingProcess.start(ensemble, plan, options, call -> {
                if (call.name().equals("sendOnce") && !call.isOver()) {
                    answers.set(ensemble.faults().cutOneWay(Selector.followers(), Selector.leader()));
                    sent.countDown();
                }
                calls.add(call.name() + (call.isOver() ? " over" : ""));
                return true;
            })) {
                assertThat(sent.await(60, TimeUnit.SECONDS)).isTrue();
                for (var follower : followers) {
                    var proposal = ensemble.directory(follower).resolve("conf/zoo.cfg.dynamic.next");
                    Watching.until(proposal + " is there", ensemble, () -> Files.exists(proposal));
                }
                ensemble.faults().cutOneWay(Selector.leader(), dying);
                var behind = writer.create("/behind");
                Watching.until("the leader has logged it", ensemble, () -> hasLogged(ensemble, leader, "/behind"));
                answers.get().heal();
                Watching.until("it is answered", ensemble, () -> calls.contains("sendOnce over"));
                ensemble.faults().crash(dying);

                assertThat(process.awaitEnd(Duration.ofSeconds(5))).isFalse();
                assertThat(behind).isNotDone();
                assertThat(calls).doesNotContain("stop");

                ensemble.restart(leader);
                assertThat(process.awaitEnd()).contains("completed: the ensemble is " + plan.target() + "; sent 1");
                assertThat(calls).contains("stop over");
            }
            ensemble.faults().healAll();
            ensemble.restart(lost);
            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
            for (var server : plan.target().servers()) {
                try (var there = new Writer(server)) {
                    assertThat(there.create("/at-" + server.id()).get(60, TimeUnit.SECONDS))
                            .isZero();
                    assertThat(there.znodes()).contains("behind");
                }
            }
        }
    }

    /** A plain client of one server. */
    private static final class Writer implements AutoCloseable {

        private final ZooKeeper client;

        Writer(Server server) throws Exception {
            var connected = new CountDownLatch(1);
            client = new ZooKeeper(
                    server.endpoints().reachableClient().orElseThrow().toString(), 60_000, event -> {
                        if (event.getState() == KeeperState.SyncConnected) {
                            connected.countDown();
                        }
                    });
            assertThat(connected.await(60, TimeUnit.SECONDS)).isTrue();
        }

        CompletableFuture<Integer> create(String path) {
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

        List<String> znodes() throws Exception {
            return client.getChildren("/", false);
        }

        @Override
        public void close() throws InterruptedException {
            client.close();
        }
    }

    private static boolean hasLogged(TestEnsemble ensemble, ServerId id, String path) {
        var log = ensemble.directory(id).resolve("data/version-2").toFile();
        try (var transactions = new FileTxnLog(log).read(1)) {
            while (transactions.getHeader() != null) {
                if (transactions.getTxn() instanceof CreateTxn create
                        && create.getPath().equals(path)) {
                    return true;
                }
                transactions.next();
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An observer is to be added by a process that knows the servers' names and sends over a follower. */
    private static final class Late implements AutoCloseable {

        /** Far longer than a request takes to leave. */
        private static final Duration TO_LEAVE = Duration.ofSeconds(2);

        private final TestEnsemble ensemble;
        private final Ledger ledger;
        private final Scaling scaling;
        private final ServerId follower;
        private final ScalingPlan plan;
        private final ScalingProcess.Options options;
        private final AtomicBoolean sent = new AtomicBoolean();
        private volatile Fault fault;

        Late(Path folder, Duration sessions) throws IOException {
            // The leader keeps a follower that stands still for longer than a session lasts.
            ensemble = TestEnsemble.builder()
                    .runtime(ServerRuntime.forked())
                    .setting("syncLimit", "100")
                    .start();
            follower = List.copyOf(Selector.followers().select(ensemble)).get(0);
            // Those of the ledger's clients that are at the follower go on elsewhere.
            ledger = Scaling.load(ensemble);
            scaling = Scaling.of(ensemble);
            plan = scaling.plan(
                    ScalingRequest.change().add(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER)));
            options = new ScalingProcess.Options(
                    folder, sessions, Optional.of(ScalingProcess.Options.names(folder)), Optional.of(follower));
        }

        ScalingProcess start(ScalingProcess.Script script) throws IOException {
            return ScalingProcess.start(ensemble, plan, options, script);
        }

        boolean isFirstSend(ScalingProcess.Call call) {
            return call.name().equals("sendOnce") && !call.isOver() && sent.compareAndSet(false, true);
        }

        void pause() {
            fault = ensemble.faults().pause(Selector.server(follower));
        }

        /** Lets a process send to the follower, which stands still, and kills it before it hears anything. */
        void sendAndKill() throws Exception {
            var sending = new CountDownLatch(1);
            try (var process = start(call -> {
                if (isFirstSend(call)) {
                    pause();
                    sending.countDown();
                }
                return true;
            })) {
                assertThat(sending.await(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.awaitEnd(TO_LEAVE)).isFalse();
                process.kill();
                assertThat(process.awaitEnd()).isEmpty();
            }
        }

        /** Lets the follower go on, which has what was sent first: the ensemble stays as it is. */
        void assertNothingComesLate() {
            long version = scaling.version();
            fault.heal();
            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
            assertThat(scaling.version()).isEqualTo(version);
            Scaling.assertLostNothing(ledger, plan.target());
        }

        @Override
        public void close() {
            scaling.close();
            ledger.close();
            ensemble.close();
        }
    }

    /** Lets no name be resolved by these servers, and returns what stood in their hosts files. */
    private static Map<Path, String> forgetNames(TestEnsemble ensemble, Collection<ServerId> servers) {
        var names = new LinkedHashMap<Path, String>();
        for (var id : List.copyOf(servers)) {
            var hosts = hosts(ensemble, id);
            names.put(hosts, read(hosts));
            write(hosts, "127.0.0.1 localhost\n");
        }
        return names;
    }

    private static Path hosts(TestEnsemble ensemble, ServerId id) {
        return ensemble.directory(id).resolve("hosts");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
