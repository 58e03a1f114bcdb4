package io.ensembler.examples.bench;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.CuratorEnsembleDriver;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Server;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.spi.ServerLauncher.StopRequest;
import io.ensembler.testkit.TestEnsemble;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;

/**
 * How much longer a plan takes than somebody who does by hand what cannot be left out, from 3 participants to 5 and back,
 * on one ensemble in this JVM. Both begin with nothing open and end when the last configuration is in force at a server
 * that stays; they take turns, each first in every other pair. Stabilization is off.
 *
 * <p>By hand: a server is started, and awaited until it follows; a marker is written, and read there after a sync; it is
 * added on condition of the version, and a write committed; then the next. To leave: removed on condition of the
 * version, a write committed, and stopped; then the next.
 */
final class OverheadBenchmark {

    private static final int WARM_UP = 3;
    private static final Duration TIME = Duration.ofSeconds(30);

    /** What may be lost to looking twice, where a share of the whole would be less. */
    private static final double ALLOWED_MILLIS = 120;

    private static final double ALLOWED_RATIO = 1.15;
    private static final RunOptions OPTIONS =
            RunOptions.builder().stabilization(Duration.ZERO).build();

    private final TestEnsemble ensemble;
    private final Server staying;
    private final Times grow = new Times();
    private final Times shrink = new Times();

    private OverheadBenchmark(TestEnsemble ensemble) {
        this.ensemble = ensemble;
        this.staying = ensemble.server(ensemble.leader().orElseThrow());
    }

    /** What was measured in pairs, in milliseconds. */
    private static final class Times {
        private final List<Double> ours = new ArrayList<>();
        private final List<Double> byHand = new ArrayList<>();

        void add(double ofOurs, double ofHand) {
            ours.add(ofOurs);
            byHand.add(ofHand);
        }

        private List<Double> ratios() {
            var ratios = new ArrayList<Double>();
            for (int pair = 0; pair < ours.size(); pair++) {
                ratios.add(ours.get(pair) / byHand.get(pair));
            }
            return ratios;
        }

        private List<Double> differences() {
            var differences = new ArrayList<Double>();
            for (int pair = 0; pair < ours.size(); pair++) {
                differences.add(ours.get(pair) - byHand.get(pair));
            }
            return differences;
        }

        List<Figure> figures(String name) {
            var absolute = new Figure(name + ".by-hand", "ms", Goal.NONE, byHand);
            var allowed = Goal.atMost(Math.max(ALLOWED_RATIO, 1 + ALLOWED_MILLIS / absolute.median()));
            return List.of(
                    absolute,
                    new Figure(name, "ratio", allowed, ratios()),
                    new Figure(name + ".ms", "ms", Goal.NONE, differences()));
        }
    }

    /** What is done with two servers. */
    private interface Way {
        void go(List<Server> servers) throws Exception;
    }

    static List<Figure> figures(Length length) throws Exception {
        try (var ensemble = TestEnsemble.start(3)) {
            var benchmark = new OverheadBenchmark(ensemble);
            for (int pair = -WARM_UP; pair < length.of(2, 30, 60); pair++) {
                benchmark.pair(pair);
            }
            var figures = new ArrayList<>(benchmark.grow.figures("overhead.grow"));
            figures.addAll(benchmark.shrink.figures("overhead.shrink"));
            return figures;
        }
    }

    private void pair(int pair) throws Exception {
        double[] ours;
        double[] byHand;
        if (pair % 2 == 0) {
            ours = thereAndBack(this::add, this::remove);
            byHand = thereAndBack(this::addByHand, this::removeByHand);
        } else {
            byHand = thereAndBack(this::addByHand, this::removeByHand);
            ours = thereAndBack(this::add, this::remove);
        }
        if (pair >= 0) {
            grow.add(ours[0], byHand[0]);
            shrink.add(ours[1], byHand[1]);
        }
    }

    private double[] thereAndBack(Way there, Way back) throws Exception {
        var servers = ensemble.newServers(2);
        return new double[] {time(there, servers, true), time(back, servers, false)};
    }

    /** Returns after how long the server that stays acts on a list that has these servers, or has none of them. */
    private double time(Way way, List<Server> servers, boolean listed) throws Exception {
        long before = System.nanoTime();
        var inForce = CompletableFuture.supplyAsync(() -> awaitInForce(servers, listed));
        way.go(servers);
        return (inForce.get(TIME.toSeconds(), TimeUnit.SECONDS) - before) / 1e6;
    }

    private long awaitInForce(List<Server> servers, boolean listed) {
        long deadline = System.nanoTime() + TIME.toNanos();
        while (deadline - System.nanoTime() > 0) {
            var conf = ask(staying, "conf");
            if (conf.contains("version=")
                    && servers.stream().allMatch(server -> conf.contains("server." + server.id() + "=") == listed)) {
                return System.nanoTime();
            }
            pause();
        }
        throw new IllegalStateException("not in force after " + TIME + ": " + ensemble);
    }

    private void add(List<Server> servers) {
        run(ScalingRequest.change().add(servers));
    }

    private void remove(List<Server> servers) {
        run(ScalingRequest.change().remove(servers.stream().map(Server::id).toList()));
    }

    private void run(ScalingRequest request) {
        try (var driver =
                CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            var scaler = EnsembleScaler.builder(driver)
                    .launcher(ensemble.launcher())
                    .listener(event -> {})
                    .build();
            var result = scaler.run(scaler.plan(request), OPTIONS);
            if (!(result instanceof RunResult.Completed)) {
                throw new IllegalStateException(result.report().toString());
            }
        }
    }

    private void addByHand(List<Server> servers) throws Exception {
        try (var admin = admin()) {
            var marker =
                    admin.create("/marker", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);
            for (var server : servers) {
                var committed = configuration(admin);
                var seed = JoinerFiles.seed(committed, server, committed.version());
                ensemble.launcher().start(new StartRequest(seed, asOf(committed), TIME));
                while (!ask(server, "srvr").contains("Mode: follower")) {
                    pause();
                }
                try (var joiner = connected(address(server))) {
                    long written = admin.setData(marker, new byte[0], -1).getMzxid();
                    sync(joiner);
                    if (joiner.exists(marker, false).getMzxid() < written) {
                        throw new IllegalStateException("server " + server.id() + " lacks the marker");
                    }
                }
                admin.reconfigure(
                        List.of(server.toString()),
                        null,
                        null,
                        committed.version().value(),
                        new Stat());
                admin.setData(marker, new byte[0], -1);
            }
        }
    }

    private void removeByHand(List<Server> servers) throws Exception {
        try (var admin = admin()) {
            var marker =
                    admin.create("/marker", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);
            for (var server : servers) {
                var committed = configuration(admin);
                admin.reconfigure(
                        null,
                        List.of(server.id().toString()),
                        null,
                        committed.version().value(),
                        new Stat());
                admin.setData(marker, new byte[0], -1);
                ensemble.launcher().stop(new StopRequest(server, asOf(configuration(admin)), TIME));
            }
        }
    }

    private static FencingToken asOf(Configuration committed) {
        return new FencingToken(0, committed.version());
    }

    private static Configuration configuration(ZooKeeper client) throws Exception {
        return ConfigurationText.parse(new String(client.getConfig(false, new Stat()), StandardCharsets.UTF_8));
    }

    private static void sync(ZooKeeper client) throws InterruptedException {
        var synced = new CountDownLatch(1);
        client.sync("/", (code, path, context) -> synced.countDown(), null);
        synced.await();
    }

    private ZooKeeperAdmin admin() throws Exception {
        var connected = new CountDownLatch(1);
        return awaited(
                new ZooKeeperAdmin(address(staying), (int) TIME.toMillis(), event -> {
                    if (event.getState() == KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                }),
                connected);
    }

    private static ZooKeeper connected(String address) throws Exception {
        var connected = new CountDownLatch(1);
        return awaited(
                new ZooKeeper(address, (int) TIME.toMillis(), event -> {
                    if (event.getState() == KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                }),
                connected);
    }

    private static <T extends ZooKeeper> T awaited(T client, CountDownLatch connected) throws Exception {
        if (!connected.await(TIME.toSeconds(), TimeUnit.SECONDS)) {
            client.close();
            throw KeeperException.create(KeeperException.Code.CONNECTIONLOSS);
        }
        return client;
    }

    private static String address(Server server) {
        return server.endpoints().reachableClient().orElseThrow().toString();
    }

    private static String ask(Server server, String word) {
        var client = server.endpoints().reachableClient().orElseThrow();
        try (var socket = new Socket(client.host(), client.port())) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
