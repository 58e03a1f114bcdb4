package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.curator.ScalingProcess.Call;
import io.ensembler.curator.ScalingProcess.Options;
import io.ensembler.json.JournalLines;
import io.ensembler.model.Configuration;
import io.ensembler.model.SendIntent;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.JournalEntry;
import io.ensembler.testkit.FailureFolder;
import io.ensembler.testkit.ForkedRuntime;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * One plan that a process carries out on servers in processes of their own, and that a fault strikes. The fault is healed
 * after a time, or once the run has stopped; a run that has stopped is resumed by another process then. Clients write all
 * the while.
 */
final class FaultedPlan implements AutoCloseable {

    /** What is asked for. */
    enum Kind {
        GROW(3),
        SHRINK(5),
        REPLACE(3);

        private final int participants;

        Kind(int participants) {
            this.participants = participants;
        }
    }

    /** What goes wrong. */
    enum Trouble {
        LEADER_ISOLATED,
        ONE_WAY_CUT,
        LINKS_DELAYED,
        SERVER_FROZEN,
        JOINER_CRASHED_IN_ITS_SYNC
    }

    /**
     * When the fault strikes: as a call begins within a step, or as the step ends if it has not come to that call.
     *
     * @param step the number of the step
     * @param call which of its calls, from 1
     * @param name which method is called; empty for any
     */
    record Moment(int step, int call, String name) {

        /** Right before this method is called first in the first step of this kind. */
        static Moment before(String name, Class<? extends Step> kind, ScalingPlan plan) {
            int step = plan.steps().stream()
                    .filter(planned -> kind.isInstance(planned.step()))
                    .findFirst()
                    .orElseThrow()
                    .number();
            return new Moment(step, 1, name);
        }

        /** In any step that does something to the ensemble, or waits for it. */
        static Moment drawn(ScalingPlan plan, Random random) {
            var steps = plan.steps().stream()
                    .filter(planned -> !(planned.step() instanceof Step.BackUp
                            || planned.step() instanceof Step.Stabilize
                            || planned.step() instanceof Step.Verify))
                    .toList();
            return new Moment(steps.get(random.nextInt(steps.size())).number(), 1 + random.nextInt(5), "");
        }
    }

    /** How long the fault lasts: so long, and if need be until the run has ended; healed at the latest after this. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** How long a frozen server stands still: many times what it takes to be given up by the others. */
    private static final Duration FROZEN = Duration.ofSeconds(20);

    /** How long a step of a run lasts that is to stop for a fault. */
    private static final Duration IMPATIENT = Duration.ofSeconds(8);

    private static final Duration SESSIONS = Duration.ofSeconds(6);
    private static final Duration TIME = Duration.ofSeconds(90);
    private static final int ZNODE_BYTES = 100_000;

    private final Kind kind;
    private final Trouble trouble;
    private final Random random;
    private final TestEnsemble ensemble;
    private final Ledger ledger;
    private final Scaling scaling;
    private final OutsideWatch watch;
    private final Configuration origin;
    private final ScalingPlan plan;
    private final Path folder;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch struck = new CountDownLatch(1);
    private final CompletableFuture<Void> healing = new CompletableFuture<>();

    private FaultedPlan(Kind kind, Trouble trouble, long seed, int megabytes, TestEnsemble ensemble, Path folder)
            throws Exception {
        this.kind = kind;
        this.trouble = trouble;
        this.random = new Random(seed);
        this.ensemble = ensemble;
        this.folder = folder;
        fill(megabytes);
        this.ledger = Scaling.load(ensemble);
        this.scaling = Scaling.of(ensemble);
        this.plan = scaling.plan(request());
        this.origin = new Configuration(plan.origin(), plan.baseVersion());
        this.watch = OutsideWatch.begin(ensemble);
    }

    static FaultedPlan start(Kind kind, Trouble trouble, long seed, int megabytes, Path folder) throws Exception {
        int participants = kind == Kind.SHRINK && trouble == Trouble.JOINER_CRASHED_IN_ITS_SYNC ? 4 : kind.participants;
        var ensemble = TestEnsemble.builder()
                .participants(participants)
                .runtime(runtime(megabytes))
                .start();
        try {
            return new FaultedPlan(kind, trouble, seed, megabytes, ensemble, folder);
        } catch (Exception | Error e) {
            ensemble.close();
            throw e;
        }
    }

    private static ForkedRuntime runtime(int megabytes) {
        var runtime = ServerRuntime.forked();
        return megabytes > 0 ? runtime.jvmOption("-Xmx1g") : runtime;
    }

    ScalingPlan plan() {
        return plan;
    }

    private ScalingRequest request() {
        var change = ScalingRequest.change();
        boolean leaderLeaves = random.nextBoolean();
        var leaving = new ArrayList<>(scaling.followers());
        if (leaderLeaves) {
            leaving.add(0, scaling.leader());
        }
        return switch (kind) {
            case GROW -> change.add(ensemble.newServers(2));
            // Only a joiner can crash in its sync: two leave and one comes.
            case SHRINK ->
                trouble == Trouble.JOINER_CRASHED_IN_ITS_SYNC
                        ? change.add(ensemble.newServers(1)).remove(leaving.subList(0, 2))
                        : change.remove(leaving.subList(0, 2));
            case REPLACE ->
                change.replace(leaving.get(0), ensemble.newServers(1).get(0));
        };
    }

    /** Lets the plan be carried out and the fault strike, and fails unless all ends as it should. */
    void carryOut(Moment moment) throws Exception {
        var options = Options.forked(folder, SESSIONS);
        // Half of all faults outlast the run if it has to wait for their end.
        boolean lasting = trouble != Trouble.JOINER_CRASHED_IN_ITS_SYNC && random.nextBoolean();
        var lasts = trouble == Trouble.SERVER_FROZEN ? FROZEN : Duration.ofMillis(3_000 + random.nextInt(3_000));
        ensemble.mark(kind + ", " + trouble + " at " + moment + " for " + (lasting ? "the run, " : "") + lasts);
        ensemble.attach("plan.txt", plan.toString());
        var ended = new CountDownLatch(1);
        var script = new Lookout(moment);
        if (trouble == Trouble.JOINER_CRASHED_IN_ITS_SYNC) {
            inBackground("crashes-a-joiner", this::crashInSync);
        } else {
            inBackground("heals", () -> healLater(lasting, lasts, ended));
        }
        var outcome = run(options.withStep(lasting ? IMPATIENT : TIME), script);
        if (struck.getCount() > 0 && outcome.startsWith("stopped: ")) {
            // It had no patience with a server that was slow to start, and nothing was wrong yet.
            outcome = run(options.withStep(TIME), script);
        }
        ended.countDown();
        if (healing.isCompletedExceptionally()) {
            healing.get();
        }
        assertThat(struck.getCount()).as("the fault has struck").isZero();
        healing.get(2 * LONGEST.toSeconds(), TimeUnit.SECONDS);
        if (outcome.startsWith("stopped: ")) {
            outcome = run(options.withStep(TIME), script);
        }
        assertNothingBroken();
        assertThat(outcome).startsWith("completed: the ensemble is " + plan.target());
        assertAllWell();
    }

    private String run(Options options, Lookout script) throws Exception {
        try (var process = ScalingProcess.start(ensemble, plan, options, script)) {
            var outcome = process.awaitEnd().orElseThrow();
            ensemble.mark("the run ended: " + outcome);
            return outcome;
        }
    }

    private void assertAllWell() throws Exception {
        assertThat(ensemble.awaitSettled(TIME)).isEqualTo(plan.target());
        assertThat(ensemble.servers().stream().map(Server::id).filter(ensemble::isRunning))
                .as("those that run")
                .containsExactlyElementsOf(plan.target().ids());
        assertNothingBroken();
        Scaling.assertLostNothing(ledger, plan.target());
    }

    private void assertNothingBroken() {
        assertThat(watch.broken(origin)).as("seen from outside").isEmpty();
        assertThat(ensemble.exitRequests()).isEmpty();
    }

    /** Watches a process for the moment, and what it sends for what must hold by then. */
    private final class Lookout implements ScalingProcess.Script {

        private final Moment moment;
        private int step;
        private int calls;

        Lookout(Moment moment) {
            this.moment = moment;
        }

        @Override
        public boolean mayGoOn(Call call) throws Exception {
            if (call.name().equals("sendOnce") && !call.isOver()) {
                watch.beforeSending(lastIntent());
            }
            if (!call.isOver()
                    && step == moment.step()
                    && call.name().matches(moment.name().isEmpty() ? ".*" : moment.name())) {
                calls++;
                if (calls == moment.call()) {
                    strike();
                }
            }
            return true;
        }

        @Override
        public void hear(String event) throws Exception {
            told.add(event);
            ensemble.mark(event);
            ensemble.attach("events.txt", String.join("\n", told));
            // A step begins with its number, and so does what is told of it; waiting for something says so.
            if (event.matches("\\d+/\\d+ .*") && !event.contains(" waiting: ")) {
                int number = Integer.parseInt(event.substring(0, event.indexOf('/')));
                if (step == moment.step() && number == step) {
                    strike();
                }
                if (number != step) {
                    step = number;
                    calls = 0;
                }
            }
        }

        private void strike() throws Exception {
            if (struck.getCount() > 0 && trouble != Trouble.JOINER_CRASHED_IN_ITS_SYNC) {
                FaultedPlan.this.strike();
                struck.countDown();
            }
        }
    }

    /** What was written down last before something is sent. */
    private SendIntent lastIntent() throws IOException {
        return JournalLines.read(Files.readAllLines(folder.resolve("run.journal"))).stream()
                .flatMap(entry ->
                        entry instanceof JournalEntry.Intended intended ? Stream.of(intended.intent()) : Stream.empty())
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private void strike() {
        Watching.until("somebody leads", ensemble, () -> ensemble.leader().isPresent());
        var leading = ensemble.leader().orElseThrow();
        var leader = Selector.server(leading);
        var follower = Selector.server(drawn(followersThatStay()));
        var faults = ensemble.faults();
        switch (trouble) {
            case LEADER_ISOLATED -> faults.isolate(leader);
            case ONE_WAY_CUT -> {
                boolean fromLeader = random.nextBoolean();
                faults.cutOneWay(fromLeader ? leader : follower, fromLeader ? follower : leader);
            }
            case LINKS_DELAYED -> {
                var by = Duration.ofMillis(100 + random.nextInt(200));
                Selector others = it -> it.servers().stream()
                        .map(Server::id)
                        .filter(id -> !id.equals(leading))
                        .collect(Collectors.toSet());
                faults.delay(leader, others, by);
                faults.delay(others, leader, by);
            }
            case SERVER_FROZEN -> {
                var joining = Selector.joining().select(ensemble);
                faults.pause(
                        !joining.isEmpty() && random.nextBoolean()
                                ? Selector.joining().first()
                                : random.nextBoolean() ? leader : follower);
            }
            case JOINER_CRASHED_IN_ITS_SYNC -> throw new AssertionError("it is crashed when it syncs");
        }
    }

    /** One that leaves would soon be waited for no more. */
    private List<ServerId> followersThatStay() {
        var followers = Selector.followers().select(ensemble);
        var staying = followers.stream().filter(plan.target()::contains).toList();
        return staying.isEmpty() ? List.copyOf(followers) : staying;
    }

    private ServerId drawn(List<ServerId> ids) {
        return ids.get(random.nextInt(ids.size()));
    }

    private void healLater(boolean lasting, Duration lasts, CountDownLatch ended) throws Exception {
        struck.await();
        Thread.sleep(lasts.toMillis());
        if (lasting) {
            ended.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        }
        ensemble.faults().healAll();
    }

    /** Kills the first joiner once it has begun to fetch what it lacks, and is far from having it. */
    private void crashInSync() throws Exception {
        var joiner = plan.target().servers().stream()
                .map(Server::id)
                .filter(id -> !plan.origin().contains(id))
                .findFirst()
                .orElseThrow();
        Watching.until(
                "server " + joiner + " fetches a snapshot", ensemble, () -> logged(joiner, "Getting a snapshot"));
        var crash = ensemble.faults().crash(Selector.server(joiner));
        assertThat(logged(joiner, "UPTODATE")).as("it had synced").isFalse();
        struck.countDown();
        // It is for the run to start it anew.
        assertThat(crash.isHealed()).isFalse();
    }

    private boolean logged(ServerId id, String what) {
        try {
            var log = ensemble.log(id);
            return log.isPresent()
                    && Files.exists(log.get())
                    && Files.readString(log.get()).contains(what);
        } catch (IOException e) {
            return false;
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void inBackground(String name, Work work) {
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                        healing.complete(null);
                    } catch (Exception | Error e) {
                        healing.completeExceptionally(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Writes so much data. */
    private void fill(int megabytes) throws Exception {
        if (megabytes == 0) {
            return;
        }
        var connected = new CountDownLatch(1);
        var client = new ZooKeeper(ensemble.connectString(), 30_000, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        try {
            assertThat(connected.await(TIME.toSeconds(), TimeUnit.SECONDS)).isTrue();
            var data = new byte[ZNODE_BYTES];
            var answers = new ArrayList<CompletableFuture<Code>>();
            for (int number = 0; number < megabytes * 1_000_000 / ZNODE_BYTES; number++) {
                random.nextBytes(data);
                var answer = new CompletableFuture<Code>();
                answers.add(answer);
                client.create(
                        "/data-" + number,
                        data.clone(),
                        Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT,
                        (code, path, context, name) -> answer.complete(Code.get(code)),
                        null);
                if (answers.size() % 20 == 0) {
                    answer.get(TIME.toSeconds(), TimeUnit.SECONDS);
                }
            }
            for (var answer : answers) {
                assertThat(answer.get(TIME.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Code.OK);
            }
        } finally {
            client.close();
        }
    }

    /** Keeps what there is to know of it if it failed, or if all is to be kept. */
    void keep(Optional<Throwable> failure) {
        var kept = FailureFolder.of(FaultedPlan.class.getName(), kind + "-" + trouble);
        kept.delete();
        failure.ifPresent(kept::write);
        if (failure.isPresent() || FailureFolder.isAlwaysKept()) {
            kept.write(ensemble);
        }
    }

    @Override
    public void close() {
        watch.close();
        scaling.close();
        ledger.close();
        ensemble.close();
    }
}
