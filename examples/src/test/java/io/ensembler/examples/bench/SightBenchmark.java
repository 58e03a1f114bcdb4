package io.ensembler.examples.bench;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.CuratorEnsembleDriver;
import io.ensembler.execution.RunControl;
import io.ensembler.execution.RunOptions;
import io.ensembler.model.Server;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.report.StepReport.Outcome;
import io.ensembler.spi.EnsembleDriver.ActiveRequest;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.EnsembleDriver.SyncRequest;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How often servers are looked at, and how soon it is noticed that one of them has caught up. */
final class SightBenchmark {

    private static final Duration TIME = Duration.ofSeconds(30);
    private static final Duration HAMMERING = Duration.ofSeconds(10);

    /** What a server logs of each look; a look asks this word once. */
    private static final String LOOK = "Processing srvr command";

    private static final double MOST_A_SECOND = 5;
    private static final double MOST_MILLIS = 250;

    private SightBenchmark() {}

    static List<Figure> figures(Length length) throws Exception {
        var figures = new ArrayList<Figure>();
        figures.add(rate(length.of(1, 1, 5)));
        figures.addAll(noticed(length.of(3, 20, 200)));
        return figures;
    }

    /**
     * How often the server that is looked at most is looked at in a second, over ten seconds, by a driver of which as much
     * is asked as it answers, in three ways at once. Counted by what the servers log.
     */
    private static Figure rate(int turns) throws Exception {
        var rates = new ArrayList<Double>();
        try (var ensemble =
                TestEnsemble.builder().runtime(ServerRuntime.forked()).start()) {
            for (int turn = 0; turn < turns; turn++) {
                rates.add(rate(ensemble));
            }
        }
        return new Figure("probe.rate", "probes/s/server", Goal.atMost(MOST_A_SECOND), rates);
    }

    private static double rate(TestEnsemble ensemble) throws Exception {
        var servers = ensemble.committed().servers();
        try (var driver =
                CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            var before = servers.stream().map(server -> looks(ensemble, server)).toList();
            long end = System.nanoTime() + HAMMERING.toNanos();
            var callers = Executors.newFixedThreadPool(3);
            try {
                var calls = List.<Callable<?>>of(
                        () -> driver.observe(new ObserveRequest(List.of(), TIME)),
                        () -> driver.confirmActive(new ActiveRequest(servers, TIME)),
                        () -> driver.proveSynced(new SyncRequest(servers.get(0), TIME)));
                var hammering = calls.stream()
                        .map(call -> callers.submit(() -> {
                            while (end - System.nanoTime() > 0) {
                                call.call();
                            }
                            return null;
                        }))
                        .toList();
                TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
                var after =
                        servers.stream().map(server -> looks(ensemble, server)).toList();
                for (var caller : hammering) {
                    caller.get(TIME.toSeconds(), TimeUnit.SECONDS);
                }
                long most = 0;
                for (int i = 0; i < servers.size(); i++) {
                    most = Math.max(most, after.get(i) - before.get(i));
                }
                return (double) most / HAMMERING.toSeconds();
            } finally {
                callers.shutdownNow();
            }
        }
    }

    private static long looks(TestEnsemble ensemble, Server server) {
        try (var lines = Files.lines(ensemble.log(server.id()).orElseThrow())) {
            return lines.filter(line -> line.contains(LOOK)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * How long after a joiner serves a run that waits for it goes on. Joiners take from a moment to two seconds to catch up,
     * so that some are awaited beyond the first, closer looks. That one serves is seen by asking nothing else but that,
     * every two milliseconds. The run ends then, and the joiner is listed by nobody.
     */
    private static List<Figure> noticed(int joins) throws Exception {
        var delays = new ArrayList<Double>();
        try (var ensemble = TestEnsemble.start(3);
                var driver =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            join(ensemble, driver, Duration.ZERO);
            for (int join = 0; join < joins; join++) {
                delays.add(join(ensemble, driver, Duration.ofMillis(2_000L * (join % 20) / 20)));
            }
        }
        Collections.sort(delays);
        double late = delays.get((int) Math.ceil(0.95 * delays.size()) - 1);
        return List.of(
                new Figure("sync.noticed.p95", "ms", Goal.atMost(MOST_MILLIS), List.of(late)),
                new Figure("sync.noticed", "ms", Goal.NONE, delays));
    }

    private static double join(TestEnsemble ensemble, CuratorEnsembleDriver driver, Duration held) throws Exception {
        var joiner = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
        var noticedAt = new AtomicLong();
        var control = RunControl.create();
        var scaler = EnsembleScaler.builder(driver)
                .launcher(ensemble.launcher())
                .listener(event -> {
                    if (event instanceof RunEvent.StepEnded ended
                            && ended.report().step().step() instanceof Step.AwaitSynced
                            && ended.report().outcome() == Outcome.DONE) {
                        noticedAt.set(System.nanoTime());
                        control.cancel();
                    }
                })
                .build();
        var options = RunOptions.builder().stabilization(Duration.ZERO).build();
        var plan = scaler.plan(ScalingRequest.change().add(joiner));
        var stall = ensemble.faults().stallSync(Selector.server(joiner.id()));
        var running = CompletableFuture.runAsync(() -> scaler.run(plan, options, control));
        TimeUnit.NANOSECONDS.sleep(held.toNanos());
        stall.heal();
        long servedAt = awaitServing(joiner);
        running.get(TIME.toSeconds(), TimeUnit.SECONDS);
        ensemble.stop(joiner.id());
        if (noticedAt.get() == 0) {
            throw new IllegalStateException("nobody noticed that " + joiner + " serves: " + ensemble);
        }
        return (noticedAt.get() - servedAt) / 1e6;
    }

    private static long awaitServing(Server joiner) throws InterruptedException {
        long deadline = System.nanoTime() + TIME.toNanos();
        while (!serves(joiner)) {
            if (deadline - System.nanoTime() <= 0) {
                throw new IllegalStateException("server " + joiner.id() + " does not serve after " + TIME);
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return System.nanoTime();
    }

    private static boolean serves(Server server) {
        var client = server.endpoints().reachableClient().orElseThrow();
        try (var socket = new Socket(client.host(), client.port())) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).contains("Mode: ");
        } catch (IOException e) {
            return false;
        }
    }
}
