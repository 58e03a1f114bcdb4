package io.ensembler.examples.bench;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunOptions;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.testkit.fake.SimulatedEnsemble;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How many plans a second are run on a simulated ensemble, from its start to the last check: to grow from 3 to 5, to
 * replace the leader, and to promote an observer, in turns, each with a journal and with one fault that a seed draws. One
 * thread runs them, and only the time is counted in which it has a processor.
 */
final class SimulationBenchmark {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration FAULT_WITHIN = Duration.ofSeconds(10);
    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(500))
            .stepDeadline(Duration.ofSeconds(60))
            .poll(Duration.ofMillis(200))
            .build();
    private static final List<Change> CHANGES = List.of(
            new Change(0, ensemble -> ScalingRequest.change().add(ensemble.newServers(2))),
            new Change(0, ensemble -> ScalingRequest.change()
                    .replace(
                            ensemble.leader().orElseThrow(),
                            ensemble.newServers(1).get(0))),
            new Change(1, ensemble -> ScalingRequest.change()
                    .changeRole(ServerId.of(4), ServerRole.PARTICIPANT)
                    .add(ensemble.newServers(1))));

    /** How many runs are measured at a time: each change as often as the others. */
    private static final int ROUND = 30;

    private long seed;

    private SimulationBenchmark() {}

    private record Change(int observers, Function<SimulatedEnsemble, ScalingRequest> request) {}

    static Figure figure(Length length) {
        var benchmark = new SimulationBenchmark();
        var time = Duration.ofSeconds(length.of(1, 6, 60));
        // What a plan passes through is compiled for good after some thousand runs.
        benchmark.rates(time.multipliedBy(2));
        return new Figure("simulation.rate", "runs/s", Goal.atLeast(2_000), benchmark.rates(time));
    }

    private List<Double> rates(Duration time) {
        var rates = new ArrayList<Double>();
        long end = System.nanoTime() + time.toNanos();
        do {
            rates.add(round());
        } while (end - System.nanoTime() > 0);
        return rates;
    }

    /** Returns how many of some runs this thread did in a second of a processor's time. */
    private double round() {
        long before = THREADS.getCurrentThreadCpuTime();
        for (int run = 0; run < ROUND; run++) {
            seed++;
            run(CHANGES.get(run % CHANGES.size()));
        }
        return ROUND / ((THREADS.getCurrentThreadCpuTime() - before) / 1e9);
    }

    private void run(Change change) {
        var ensemble = SimulatedEnsemble.builder()
                .observers(change.observers())
                .seed(seed)
                .start();
        var process = ensemble.process();
        var scaler = EnsembleScaler.builder(process.driver())
                .launcher(process.launcher())
                .journal(process.journal())
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();
        var plan = scaler.plan(change.request().apply(ensemble));
        ensemble.invariants().floor(plan.floor());
        ensemble.faults().arrange(seed, 1, FAULT_WITHIN);
        var result = scaler.run(plan, OPTIONS);
        var violations = ensemble.invariants().violations();
        if (!violations.isEmpty()) {
            throw new IllegalStateException("seed " + seed + ": " + violations + " in " + result.report());
        }
    }
}
