package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunListener;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.model.Address;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.PlanJournal;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;

/** One scaler on one test ensemble, with what every scaling test needs; its own listener keeps all events. */
public final class Scaling implements AutoCloseable {

    static final RunOptions QUICK = RunOptions.builder()
            .stabilization(Duration.ZERO)
            .stepDeadline(Duration.ofSeconds(60))
            .poll(Duration.ofMillis(10))
            .pollInterval(Duration.ofMillis(10))
            .build();

    final TestEnsemble ensemble;
    final CuratorEnsembleDriver driver;
    final List<RunEvent> events = new CopyOnWriteArrayList<>();

    private final SkippingClock clock = new SkippingClock();

    private Scaling(TestEnsemble ensemble, CuratorEnsembleDriver driver) {
        this.ensemble = ensemble;
        this.driver = driver;
    }

    static Scaling of(TestEnsemble ensemble) {
        return new Scaling(ensemble, connect(ensemble).open());
    }

    static Scaling routed(TestEnsemble ensemble, SenderRoute route) {
        return new Scaling(ensemble, connect(ensemble).route(route).open());
    }

    /** Servers of a test bear as many looks as it takes to be quick. */
    private static CuratorEnsembleDriver.Builder connect(TestEnsemble ensemble) {
        return CuratorEnsembleDriver.connect(ensemble.connectString()).looks(10_000);
    }

    EnsembleScaler scaler(RunListener... listeners) {
        return scaler(driver, ensemble.launcher(), listeners);
    }

    EnsembleScaler scaler(EnsembleDriver seenDriver, ServerLauncher launcher, RunListener... listeners) {
        return withListeners(EnsembleScaler.builder(seenDriver).launcher(launcher), listeners);
    }

    /** A scaler whose runs can be resumed. */
    EnsembleScaler scaler(PlanJournal journal, RunListener... listeners) {
        return withListeners(
                EnsembleScaler.builder(driver).launcher(ensemble.launcher()).journal(journal), listeners);
    }

    EnsembleScaler scalerWithoutLauncher(RunListener... listeners) {
        return withListeners(EnsembleScaler.builder(driver), listeners);
    }

    /** A listener that lets the deadline of a step pass as soon as the step waits for something that contains this. */
    RunListener passDeadlineAt(String waitingFor) {
        return event -> {
            if (event instanceof RunEvent.Waiting waiting
                    && waiting.waitingFor().contains(waitingFor)) {
                clock.skipped = clock.skipped.plus(QUICK.stepDeadline());
            }
        };
    }

    /** A listener that lets the deadline of the whole run pass as soon as a reconfiguration begins. */
    RunListener passRunDeadlineAtReconfiguration() {
        return event -> {
            if (event instanceof RunEvent.StepStarted started && started.step().step() instanceof Step.Reconfigure) {
                clock.skipped = clock.skipped.plus(QUICK.deadline());
            }
        };
    }

    private EnsembleScaler withListeners(EnsembleScaler.Builder builder, RunListener... listeners) {
        builder.timeSource(clock).listener(events::add);
        for (var listener : listeners) {
            builder.listener(listener);
        }
        return builder.build();
    }

    RunResult run(ScalingRequest request) {
        var scaler = scaler();
        return scaler.run(scaler.plan(request), QUICK);
    }

    /** Runs a request while clients write that are told where the ensemble is after each of its steps. */
    RunResult run(ScalingRequest request, Ledger ledger) {
        var scaler = scaler(event -> {
            if (event instanceof RunEvent.StepEnded ended
                    && ended.report().step().step() instanceof Step.Reconfigure) {
                ledger.follow(ensemble.connectString());
            }
        });
        return scaler.run(scaler.plan(request), QUICK);
    }

    ScalingPlan plan(ScalingRequest request) {
        return scaler().plan(request);
    }

    /** The leader and, if {@code more} is positive, so many followers with the highest ids. */
    List<ServerId> leaderAnd(int more) {
        var leader = leader();
        var leaving = new ArrayList<ServerId>();
        leaving.add(leader);
        ensemble.committed().participants().stream()
                .filter(id -> !id.equals(leader))
                .sorted((one, other) -> other.compareTo(one))
                .limit(more)
                .forEach(leaving::add);
        return leaving;
    }

    List<ServerId> followers() {
        var leader = leader();
        return ensemble.committed().participants().stream()
                .filter(id -> !id.equals(leader))
                .toList();
    }

    ServerId leader() {
        return ensemble.leader().orElseThrow();
    }

    /** Begins the load that {@link io.ensembler.testkit.junit.UnderLoad} means, for an ensemble of a test's own. */
    static Ledger load(TestEnsemble ensemble) {
        return load(ensemble.connectString());
    }

    public static Ledger load(String connectString) {
        return Ledger.on(connectString)
                .writers(25)
                .writesPerSecond(10)
                .readers(25)
                .readsPerSecond(2)
                .start();
    }

    /** Fails unless clients go on to write, and each remaining server has each of the writes acknowledged by then. */
    public static void assertLostNothing(Ledger ledger, Ensemble remaining) {
        ledger.awaitAcknowledged(20);
        ledger.stop();
        assertThat(ledger.check(clientAddresses(remaining))).lostNothing().acknowledgedAtLeast(20);
    }

    /** Where clients reach each server of an ensemble. */
    static List<Address> clientAddresses(Ensemble servers) {
        return servers.servers().stream()
                .flatMap(server -> server.endpoints().reachableClient().stream())
                .toList();
    }

    /** Somebody else's reconfiguration, over a client of its own. Returns the version it brought. */
    long rivalReconfigures(List<Server> joining, List<ServerId> leaving) {
        return withClient(admin -> {
            var stat = new Stat();
            admin.reconfigure(
                    String.join(",", joining.stream().map(Server::toString).toList()),
                    String.join(",", leaving.stream().map(ServerId::toString).toList()),
                    null,
                    -1,
                    stat);
            return stat.getMzxid();
        });
    }

    /** The version of the committed configuration, as a plain client reads it after a write. */
    long version() {
        return withClient(admin -> {
            admin.setData("/", new byte[0], -1);
            var stat = new Stat();
            admin.getConfig(false, stat);
            return stat.getMzxid();
        });
    }

    /** The system's clock, put forward by what was skipped. */
    private static final class SkippingClock implements TimeSource {

        private volatile Duration skipped = Duration.ZERO;

        @Override
        public Instant now() {
            return TimeSource.system().now().plus(skipped);
        }

        @Override
        public long nanoTime() {
            return TimeSource.system().nanoTime() + skipped.toNanos();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            TimeSource.system().sleep(time);
        }
    }

    private interface Call {
        long make(ZooKeeperAdmin admin) throws KeeperException, InterruptedException;
    }

    private long withClient(Call call) {
        try {
            var connected = new CountDownLatch(1);
            var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {
                if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                    connected.countDown();
                }
            });
            try {
                if (!connected.await(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("no session to " + ensemble.connectString());
                }
                return call.make(admin);
            } finally {
                admin.close();
            }
        } catch (KeeperException | IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        driver.close();
    }

    @Override
    public String toString() {
        return events + " on " + ensemble;
    }
}
