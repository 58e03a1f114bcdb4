package io.ensembler.examples;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.CuratorEnsembleDriver;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.model.Address;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.report.ScalingReport;
import io.ensembler.report.TrafficReport;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Grows a real ensemble from three to five servers and shrinks it to three again, its leader leaving, while clients
 * write; then looks on each remaining server for every write that was acknowledged. Needs nothing but this JVM.
 *
 * <p>Ends with status 0 only if both plans completed and no acknowledged write was lost.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class QuickStart {

    /** Short, since these servers hold next to nothing; {@link RunOptions} tells what to choose elsewhere. */
    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(100))
            .stepDeadline(Duration.ofSeconds(30))
            .build();

    private QuickStart() {}

    /** Runs it; arguments are ignored. */
    public static void main(String[] args) {
        System.exit(run() ? 0 : 1);
    }

    private static boolean run() {
        try (var ensemble = TestEnsemble.start(3);
                var driver =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open();
                var ledger = Ledger.start(ensemble.connectString())) {
            var scaler = EnsembleScaler.builder(driver)
                    .launcher(ensemble.launcher())
                    .listener(System.out::println)
                    .build();
            var before = ensemble.awaitSettled();

            ledger.mark("grow");
            var grown = apply(
                    scaler, ScalingRequest.change().add(ensemble.newServers(2)).because("more traffic"));
            if (grown.isEmpty()) {
                return false;
            }
            var between = ensemble.awaitSettled();

            ledger.mark("shrink");
            var shrunk = apply(
                    scaler,
                    ScalingRequest.change().remove(leaderAndOneMore(ensemble)).because("less traffic"));
            if (shrunk.isEmpty()) {
                return false;
            }
            var after = ensemble.awaitSettled();

            ledger.stop();
            var traffic = ledger.check(clientAddresses(after));
            print(List.of(before, between, after), traffic, grown.get(), shrunk.get());
            return traffic.lost() == 0 && traffic.acknowledged() > 0;
        }
    }

    /** Plans, prints and runs; returns the report if the plan completed. */
    private static Optional<ScalingReport> apply(EnsembleScaler scaler, ScalingRequest request) {
        var plan = scaler.plan(request);
        System.out.println(plan);
        var result = scaler.run(plan, OPTIONS);
        System.out.println();
        if (result instanceof RunResult.Completed completed) {
            return Optional.of(completed.report());
        }
        System.out.println(result.report());
        return Optional.empty();
    }

    private static List<ServerId> leaderAndOneMore(TestEnsemble ensemble) {
        var leader = ensemble.leader().orElseThrow();
        var other = ensemble.committed().participants().stream()
                .filter(id -> !id.equals(leader))
                .max(ServerId::compareTo)
                .orElseThrow();
        return List.of(leader, other);
    }

    private static List<Address> clientAddresses(Ensemble ensemble) {
        return ensemble.servers().stream()
                .map(Server::endpoints)
                .flatMap(endpoints -> endpoints.reachableClient().stream())
                .toList();
    }

    private static void print(
            List<Ensemble> stations, TrafficReport traffic, ScalingReport grown, ScalingReport shrunk) {
        System.out.println(
                "participants: " + stations.stream().map(Ensemble::toString).collect(Collectors.joining(" -> ")));
        System.out.println("writes: " + traffic.acknowledged() + " acknowledged, " + traffic.lost() + " lost");
        var gaps = traffic.longestGapByMark();
        System.out.println("longest write gap: grow " + gaps.get("grow") + ", shrink " + gaps.get("shrink"));
        System.out.println("leader hand-offs: grow " + epochs(grown) + ", shrink " + epochs(shrunk));
        System.out.println("took: grow " + millis(grown.took()) + ", shrink " + millis(shrunk.took()));
    }

    /** Every leader that takes office begins an epoch; here none does but by the plan. */
    private static int epochs(ScalingReport report) {
        return report.handOffs() + report.elections();
    }

    private static String millis(Duration time) {
        return time.toMillis() + " ms";
    }
}
