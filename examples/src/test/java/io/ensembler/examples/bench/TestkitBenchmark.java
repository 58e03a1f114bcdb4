package io.ensembler.examples.bench;

import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.runtime.TunedProperties;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingCluster;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * How long a test waits for its ensemble: from nothing to the first acknowledged write of a plain client, for a server
 * to join, and for everything to be closed. Starts are compared with Curator's cluster of as many servers, the two in
 * turns, each first in every other pair, in this JVM and under the same system properties. A client connects as soon as
 * some server says that it serves, to that server alone; that it is closed is not counted.
 */
final class TestkitBenchmark {

    private static final int SERVERS = 3;
    private static final int WARM_UP = 3;
    private static final int MOST_CLUSTERS = 5;
    private static final long SESSION_SECONDS = 30;

    private final int pairs;
    private final int forkedStarts;
    private final List<Double> startRatios = new ArrayList<>();
    private final List<Double> starts = new ArrayList<>();
    private final List<Double> closes = new ArrayList<>();
    private final List<Double> startsForked = new ArrayList<>();
    private final List<Double> closesForked = new ArrayList<>();

    private TestkitBenchmark(int pairs, int forkedStarts) {
        this.pairs = pairs;
        this.forkedStarts = forkedStarts;
    }

    /** Something that can be connected to, and what it takes to be rid of it. */
    private record Started(double milliseconds, AutoCloseable closing) {}

    private interface Start {
        Started start() throws Exception;
    }

    static List<Figure> figures(Length length) throws Exception {
        TunedProperties.all().forEach(System::setProperty);
        var benchmark = new TestkitBenchmark(length.of(4, 30, 100), length.of(1, 6, 30));
        // Which super identity a JVM knows is settled by the first server in it.
        TestEnsemble.start(1).close();
        benchmark.comparePairs();
        benchmark.startForked();
        return List.of(
                new Figure("testkit.start", "ratio", Goal.atMost(1.1), benchmark.startRatios),
                new Figure("testkit.start-in-jvm", "ms", Goal.NONE, benchmark.starts),
                new Figure("testkit.close", "ms", Goal.atMost(500), benchmark.closes),
                new Figure("testkit.join", "ms", Goal.atMost(200), benchmark.joins()),
                new Figure("testkit.forked-start", "ms", Goal.atMost(3_000), benchmark.startsForked),
                new Figure("testkit.forked-close", "ms", Goal.NONE, benchmark.closesForked));
    }

    private void comparePairs() throws Exception {
        for (int pair = -WARM_UP; pair < pairs; pair++) {
            double ours;
            double theirs;
            if (pair % 2 == 0) {
                ours = measure(TestkitBenchmark::inJvm, pair);
                theirs = measure(TestkitBenchmark::curator, -1);
            } else {
                theirs = measure(TestkitBenchmark::curator, -1);
                ours = measure(TestkitBenchmark::inJvm, pair);
            }
            if (pair >= 0) {
                starts.add(ours);
                startRatios.add(ours / theirs);
            }
        }
    }

    /** Returns how long the start took, and notes how long the end did if the number of the pair is not negative. */
    private double measure(Start start, int pair) throws Exception {
        var started = start.start();
        long before = System.nanoTime();
        started.closing().close();
        if (pair >= 0) {
            closes.add(millisecondsSince(before));
        }
        return started.milliseconds();
    }

    private static Started inJvm() throws Exception {
        long before = System.nanoTime();
        var ensemble = TestEnsemble.start(SERVERS);
        return written(before, ensemble.connectString(), ensemble);
    }

    private static Started curator() throws Exception {
        for (int attempt = 1; ; attempt++) {
            long before = System.nanoTime();
            TestingCluster cluster;
            try {
                cluster = new TestingCluster(SERVERS);
            } catch (IllegalArgumentException e) {
                // It picks ports that are free and holds none: two of its servers may get the same, which it refuses.
                if (attempt == MOST_CLUSTERS) {
                    throw e;
                }
                continue;
            }
            cluster.start();
            return written(before, cluster.getConnectString(), cluster);
        }
    }

    private static Started written(long before, String connectString, AutoCloseable closing) throws Exception {
        return new Started(firstWrite(before, connectString), closing);
    }

    private List<Double> joins() throws Exception {
        var joins = new ArrayList<Double>();
        try (var ensemble = TestEnsemble.start(SERVERS)) {
            for (int join = -WARM_UP; join < pairs; join++) {
                var joiner = ensemble.newServers(1).get(0);
                var address = joiner.endpoints().reachableClient().orElseThrow().toString();
                long before = System.nanoTime();
                ensemble.join(joiner);
                double milliseconds = firstRead(before, address);
                if (join >= 0) {
                    joins.add(milliseconds);
                }
                ensemble.stop(joiner.id());
            }
        }
        return joins;
    }

    private void startForked() throws Exception {
        for (int start = -1; start < forkedStarts; start++) {
            long before = System.nanoTime();
            var ensemble =
                    TestEnsemble.builder().runtime(ServerRuntime.forked()).start();
            double started = firstWrite(before, ensemble.connectString());
            long beforeClose = System.nanoTime();
            ensemble.close();
            if (start >= 0) {
                startsForked.add(started);
                closesForked.add(millisecondsSince(beforeClose));
            }
        }
    }

    private static double firstWrite(long before, String connectString) throws Exception {
        try (var client = connected(connectString)) {
            client.create("/first-write", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            return millisecondsSince(before);
        }
    }

    private static double firstRead(long before, String connectString) throws Exception {
        try (var client = connected(connectString)) {
            client.exists("/", false);
            return millisecondsSince(before);
        }
    }

    /** A session to the first server that serves: a client that finds one not serving would wait up to a second. */
    private static ZooKeeper connected(String connectString) throws Exception {
        var connected = new CountDownLatch(1);
        var client = new ZooKeeper(
                awaitServing(connectString),
                (int) Duration.ofSeconds(SESSION_SECONDS).toMillis(),
                event -> {
                    if (event.getState() == KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                });
        if (!connected.await(SESSION_SECONDS, TimeUnit.SECONDS)) {
            client.close();
            throw KeeperException.create(KeeperException.Code.CONNECTIONLOSS, connectString);
        }
        return client;
    }

    private static String awaitServing(String connectString) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SESSION_SECONDS);
        while (deadline - System.nanoTime() > 0) {
            for (var address : connectString.split(",", -1)) {
                if (serves(address)) {
                    return address;
                }
            }
            Thread.sleep(2);
        }
        throw KeeperException.create(KeeperException.Code.CONNECTIONLOSS, connectString);
    }

    private static boolean serves(String address) {
        int colon = address.lastIndexOf(':');
        try (var socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).contains("Mode: ");
        } catch (IOException e) {
            return false;
        }
    }

    private static double millisecondsSince(long before) {
        return (System.nanoTime() - before) / 1e6;
    }
}
