package io.ensembler.examples.chaos;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.CuratorEnsembleDriver;
import io.ensembler.examples.ReplicatedAutomation;
import io.ensembler.examples.chaos.ReplicaProcess.LauncherCall;
import io.ensembler.json.JournalLines;
import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.JournalEntry.Ending;
import io.ensembler.report.JournalEntry.Outcome;
import io.ensembler.spi.DriverException;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.KeeperException;

/**
 * One plan on one ensemble that is written to, for three replicas of which one or two are killed.
 *
 * @param findings what was not as it should be, with how to see it again; empty if nothing
 * @param takeovers how many milliseconds it took another one to go on
 */
record ReplicaTrial(Optional<String> findings, List<Long> takeovers) {

    private static final Duration TIME = Duration.ofSeconds(10);
    private static final int REPLICAS = 3;

    /** In how many parts a run is divided, so that few trials are spread over all of it. */
    private static final int PARTS = 5;

    /** What servers grant at most, so that nobody waits long for the sessions of who was killed. */
    private static final Duration SESSIONS = Duration.ofSeconds(3);

    /** Copies the list. */
    ReplicaTrial {
        takeovers = List.copyOf(takeovers);
    }

    static ReplicaTrial run(long seed) {
        var draw = Draw.of(seed);
        try (var run = new Run(draw)) {
            return run.checked();
        } catch (Exception | AssertionError e) {
            return new ReplicaTrial(
                    Optional.of("seed " + seed + ", " + draw + ": " + e.getMessage()
                            + "\nagain: mvn -Pchaos verify -pl examples -am -Dtest=ReplicasTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dreplicas.trials=1 -Dreplicas.seed=" + seed),
                    List.of());
        }
    }

    /** What is asked for. */
    private enum Kind {
        GROW(3, 0),
        SHRINK(4, 0),
        REPLACE_THE_LEADER(3, 0),
        PROMOTE_AN_OBSERVER(3, 1),
        MOVE_A_FOLLOWER(3, 0);

        private final int participants;
        private final int observers;

        Kind(int participants, int observers) {
            this.participants = participants;
            this.observers = observers;
        }

        ScalingRequest request(TestEnsemble ensemble) {
            var change = ScalingRequest.change();
            return switch (this) {
                case GROW -> change.add(ensemble.newServers(2));
                case SHRINK -> change.resizeTo(3);
                case REPLACE_THE_LEADER ->
                    change.replace(
                            ensemble.leader().orElseThrow(),
                            ensemble.newServers(1).get(0));
                case PROMOTE_AN_OBSERVER -> change.changeRole(ServerId.of(4), ServerRole.PARTICIPANT);
                case MOVE_A_FOLLOWER -> {
                    var leader = ensemble.leader().orElseThrow();
                    var moved = ensemble.committed().participants().stream()
                            .filter(id -> !id.equals(leader))
                            .findFirst()
                            .orElseThrow();
                    yield change.changeEndpoints(moved, ensemble.newEndpoints(moved));
                }
            };
        }
    }

    /**
     * What a seed stands for.
     *
     * @param place how much of the run is done when the first is killed, from 0 to 1
     * @param delay how much later it is killed
     * @param kills how many are
     */
    private record Draw(Kind kind, double place, Duration delay, int kills) {

        static Draw of(long seed) {
            var random = new Random(seed);
            // Seeds in a row draw each part of each kind.
            int part = Math.floorMod(seed, PARTS);
            var kinds = List.of(Kind.values());
            var kind = kinds.get(Math.floorMod(seed / PARTS + seed, kinds.size()));
            return new Draw(
                    kind,
                    (part + random.nextDouble()) / PARTS,
                    Duration.ofMillis(random.nextInt(60)),
                    random.nextInt(4) == 0 ? 2 : 1);
        }
    }

    /** The trial while it runs. */
    private static final class Run implements AutoCloseable {

        private final Deque<AutoCloseable> opened = new ArrayDeque<>();
        private final List<ReplicaProcess> replicas = new ArrayList<>();
        private final List<LauncherCall> calls = Collections.synchronizedList(new ArrayList<>());
        private final List<Instant> kills = new ArrayList<>();
        private final Draw draw;
        private final TestEnsemble ensemble;
        private final Ledger ledger;
        private final CuratorFramework curator;
        private final CuratorEnsembleDriver driver;
        private final Ensemble origin;
        private final ScalingPlan plan;

        private Run(Draw draw) throws Exception {
            this.draw = draw;
            boolean begun = false;
            try {
                for (int replica = 0; replica < REPLICAS; replica++) {
                    replicas.add(opened(ReplicaProcess.start(calls)));
                }
                this.ensemble = opened(TestEnsemble.builder()
                        .participants(draw.kind().participants)
                        .observers(draw.kind().observers)
                        .setting("maxSessionTimeout", Long.toString(SESSIONS.toMillis()))
                        .start());
                this.ledger = opened(Ledger.on(ensemble.connectString())
                        .writesPerSecond(20)
                        .readsPerSecond(20)
                        .start());
                this.curator = opened(CuratorFrameworkFactory.newClient(
                        ensemble.connectString(), new ExponentialBackoffRetry(100, 3)));
                curator.start();
                this.driver = opened(
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open());
                this.origin = ensemble.committed();
                var scaler =
                        EnsembleScaler.builder(driver).listener(event -> {}).build();
                var target = scaler.plan(draw.kind().request(ensemble)).target();
                this.plan = scaler.plan(ScalingRequest.change().reach(target));
                begun = true;
            } finally {
                if (!begun) {
                    close();
                }
            }
        }

        private <T extends AutoCloseable> T opened(T what) {
            opened.push(what);
            return what;
        }

        ReplicaTrial checked() throws Exception {
            try {
                var takeovers = killAndGoOn();
                check();
                return new ReplicaTrial(Optional.empty(), takeovers);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        e + "\nkilled " + kills + "\n" + String.join("\n", calls()) + "\n" + told(), e);
            }
        }

        private List<String> calls() {
            return calls.stream().map(LauncherCall::toString).toList();
        }

        private String told() {
            try {
                return driver.journal().lines(TIME).stream()
                        .map(line -> line.substring(0, Math.min(line.length(), 300)))
                        .collect(Collectors.joining("\n"));
            } catch (DriverException e) {
                return "the journal cannot be read: " + e.getMessage();
            }
        }

        /** Returns after how many milliseconds another one went on, for each that was killed. */
        List<Long> killAndGoOn() throws Exception {
            for (var replica : replicas) {
                replica.awaitReady();
            }
            replicas.forEach(replica -> replica.reach(ensemble, plan.target()));
            // The last line but one is of a step that takes a moment.
            int lines = (int) Math.round(draw.place() * (leastLines() - 2));
            require(killAt(lines), "the first was to be killed at line " + lines + ", but had ended");
            if (draw.kills() > 1) {
                killAt(Math.max(lines + 1, leastLines() / 2));
            }
            return takeovers();
        }

        /** A run has as many lines as this, or more if it is planned again. */
        private int leastLines() {
            return 2
                    + plan.steps().stream()
                            .mapToInt(planned -> planned.step() instanceof Step.Reconfigure ? 4 : 2)
                            .sum();
        }

        /** Kills who is at work once the journal has so many lines; returns whether it was. */
        private boolean killAt(int lines) throws Exception {
            while (true) {
                var atWork = elected();
                if (atWork.isPresent() && journalLines() >= lines) {
                    TimeUnit.MILLISECONDS.sleep(draw.delay().toMillis());
                    var at = Instant.now();
                    boolean killed = atWork.get().kill();
                    if (killed) {
                        kills.add(at);
                    }
                    return killed;
                }
                if (replicas.stream().noneMatch(ReplicaProcess::isAlive)) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }

        private Optional<ReplicaProcess> elected() throws Exception {
            var name = new LeaderLatch(curator, ReplicatedAutomation.LATCH)
                    .getLeader()
                    .getId();
            return replicas.stream()
                    .filter(replica -> replica.isAlive() && name.equals("process " + replica.pid()))
                    .findFirst();
        }

        private int journalLines() throws Exception {
            try {
                var text = new String(curator.getData().forPath("/ensembler/journal"), StandardCharsets.US_ASCII);
                return text.isEmpty() ? 0 : Integer.parseInt(text.split(" ", -1)[1]);
            } catch (KeeperException.NoNodeException e) {
                return 0;
            }
        }

        void check() throws Exception {
            var ends = new ArrayList<String>();
            for (var replica : replicas) {
                var own = replica.awaitEnd();
                // On a machine short of time a connection is not always there again before a lock is in doubt.
                require(
                        replica.troubles().stream().allMatch(trouble -> trouble.endsWith("[lock-lost]")),
                        "a replica met what it should not: " + replica.troubles());
                require(
                        own.size() == (replica.isKilled() ? 0 : 1),
                        "replica " + replica.pid() + (replica.isKilled() ? ", killed," : "") + " ended " + own);
                ends.addAll(own);
            }
            require(
                    ends.stream().allMatch(end -> end.startsWith("completed") || end.equals("nothing to do")),
                    "the replicas ended " + ends);
            checkJournal();
            checkConfigurations();
            checkCalls();
            var settled = ensemble.awaitSettled();
            require(settled.equals(plan.target()), "the ensemble is " + settled + ", not " + plan.target());
            var running = ensemble.servers().stream()
                    .map(Server::id)
                    .filter(ensemble::isRunning)
                    .toList();
            require(running.equals(List.copyOf(settled.ids())), "those run: " + running + " of " + settled);
            checkLedger();
        }

        private List<JournalEntry> journal() {
            return JournalLines.read(driver.journal().lines(TIME));
        }

        /** The journal tells of one run, which was completed, and of nothing sent after that. */
        private void checkJournal() throws Exception {
            require(curator.getChildren().forPath("/ensembler/journal").size() == 1, "the journal was started over");
            var entries = journal();
            long began = entries.stream()
                    .filter(entry -> entry instanceof JournalEntry.RunBegan)
                    .count();
            require(began == 1, "the journal tells of " + began + " runs");
            var unsettled = new HashMap<String, JournalEntry>();
            boolean completed = false;
            for (var entry : entries) {
                if (entry instanceof JournalEntry.Intended intended) {
                    require(!completed, "something was sent after the plan was done");
                    unsettled.put(intended.intent().sender().value(), entry);
                } else if (entry instanceof JournalEntry.Settled settled && settled.outcome() != Outcome.UNRESOLVED) {
                    unsettled.remove(settled.sender().value());
                } else if (entry instanceof JournalEntry.RunEnded ended) {
                    require(ended.ending() == Ending.COMPLETED, "a run ended otherwise: " + entry);
                    completed = true;
                }
            }
            require(completed, "the journal tells of no end");
            require(unsettled.isEmpty(), "not settled: " + unsettled);
        }

        /** Each membership came once, and none that the journal does not account for. */
        private void checkConfigurations() throws IOException {
            var accounted = new ArrayList<Ensemble>();
            accounted.add(origin);
            for (var entry : journal()) {
                if (entry instanceof JournalEntry.Settled settled && settled.outcome() == Outcome.APPLIED) {
                    accounted.add(settled.found().ensemble());
                }
            }
            var acted = configurations();
            require(acted.equals(accounted), "servers acted by " + acted + ", and the journal has " + accounted);
            require(acted.stream().distinct().count() == acted.size(), "a membership came twice: " + acted);
            require(acted.size() == 1 + reconfigurations(), "there were more reconfigurations than planned: " + acted);
        }

        private long reconfigurations() {
            return plan.steps().stream()
                    .filter(planned -> planned.step() instanceof Step.Reconfigure)
                    .count();
        }

        /** What servers have acted by, in order: each writes a file, named by its version, and deletes none. */
        private List<Ensemble> configurations() throws IOException {
            var byVersion = new TreeMap<Long, Ensemble>(Comparator.naturalOrder());
            for (var server : ensemble.servers()) {
                var folder = ensemble.directory(server.id()).resolve("conf");
                if (!Files.exists(folder)) {
                    continue;
                }
                try (var files = Files.newDirectoryStream(folder, "zoo.cfg.dynamic.*")) {
                    for (var file : files) {
                        version(file).ifPresent(version -> byVersion.put(version, read(file)));
                    }
                }
            }
            // A no-op is a version of its own.
            var found = new ArrayList<Ensemble>();
            for (var next : byVersion.values()) {
                if (found.isEmpty() || !found.get(found.size() - 1).equals(next)) {
                    found.add(next);
                }
            }
            return found;
        }

        private static Optional<Long> version(Path file) {
            var suffix = file.getFileName().toString().replaceFirst(".*[.]", "");
            return suffix.matches("[0-9a-f]{1,16}")
                    ? Optional.of(Long.parseUnsignedLong(suffix, 16))
                    : Optional.empty();
        }

        private static Ensemble read(Path file) {
            try {
                return ConfigurationText.parse(Files.readString(file)).ensemble();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** No two replicas ever acted at once, and nobody after somebody else did. */
        private void checkCalls() {
            var inOrder = new ArrayList<>(calls);
            inOrder.sort(Comparator.comparing(LauncherCall::began));
            for (int next = 1; next < inOrder.size(); next++) {
                var before = inOrder.get(next - 1);
                var call = inOrder.get(next);
                require(
                        before.epoch() > 0 && call.epoch() >= before.epoch() && call.began() >= before.over(),
                        "calls to the launcher overlap, or are out of order: " + inOrder);
                require(
                        call.process() == before.process() || call.epoch() > before.epoch(),
                        "two replicas had the same lock: " + inOrder);
            }
            require(
                    inOrder.stream().allMatch(call -> call.answer().isEmpty()),
                    "the launcher refused something: " + inOrder);
        }

        private void checkLedger() {
            ledger.awaitAcknowledged(20);
            ledger.stop();
            List<Address> clients = plan.target().servers().stream()
                    .flatMap(server -> server.endpoints().reachableClient().stream())
                    .toList();
            var traffic = ledger.check(clients);
            require(traffic.lost() == 0 && traffic.acknowledged() >= 20, "of what clients wrote: " + traffic);
        }

        private List<Long> takeovers() throws Exception {
            for (var replica : replicas) {
                replica.awaitEnd();
            }
            var starts = journal().stream()
                    .filter(entry -> entry instanceof JournalEntry.RunResumed || entry instanceof JournalEntry.RunBegan)
                    .map(JournalEntry::at)
                    .toList();
            var moments = List.copyOf(kills);
            var found = new ArrayList<Long>();
            for (int kill = 0; kill < moments.size(); kill++) {
                var since = moments.get(kill);
                // Who was killed before it could go on did not take over.
                var until = kill + 1 < moments.size() ? moments.get(kill + 1) : Instant.MAX;
                starts.stream()
                        .filter(start -> start.isAfter(since) && start.isBefore(until))
                        .findFirst()
                        .ifPresent(start ->
                                found.add(Duration.between(since, start).toMillis()));
            }
            return found;
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new AssertionError(otherwise);
            }
        }

        @Override
        public void close() throws Exception {
            while (!opened.isEmpty()) {
                opened.pop().close();
            }
        }
    }
}
