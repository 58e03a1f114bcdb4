package io.ensembler.examples;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.CuratorEnsembleDriver;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.json.JournalLines;
import io.ensembler.model.Ensemble;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.report.JournalEntry;
import io.ensembler.spi.PlanJournal;
import io.ensembler.spi.ServerLauncher;
import java.time.Duration;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apiguardian.api.API;

/**
 * Automation that runs in several replicas: one is elected and works, the others wait; if its process dies, another goes
 * on where it ended.
 *
 * <p>The latch only saves the others the trouble: it may be lost with a connection, and then two replicas are at it. What
 * keeps them apart is the lock, and what one knows of the other's work is in the journal. Both lie in the ensemble.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ReplicatedAutomation {

    /** Where the replicas elect one: all of them name the same znode. */
    public static final String LATCH = "/our-automation/latch";

    /** As long as the session of a lock lives without its process, and then some. */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(60);

    private static final Duration ONE_READ = Duration.ofSeconds(10);

    private ReplicatedAutomation() {}

    /**
     * Waits to be elected, goes on with what another replica began, and brings the ensemble to {@code target}. Every
     * replica calls it, and calls it again if it throws or the run has stopped.
     *
     * @param curator a started client of this replica's own
     * @return how the last run ended; empty if there was nothing to do
     */
    public static Optional<RunResult> reach(
            Ensemble target, CuratorFramework curator, ServerLauncher launcher, RunOptions options) throws Exception {
        var self = "process " + ProcessHandle.current().pid(); // for whoever wants to know who was elected
        try (var latch = new LeaderLatch(curator, LATCH, self)) {
            latch.start();
            latch.await(); // until whoever was elected before is done, or its session has ended
            return reachElected(target, curator, launcher, options);
        }
    }

    private static Optional<RunResult> reachElected(
            Ensemble target, CuratorFramework curator, ServerLauncher launcher, RunOptions options) {
        try (var driver = CuratorEnsembleDriver.on(curator).open()) {
            var patient = options.toBuilder().lockWait(LOCK_WAIT).build();
            var scaler = EnsembleScaler.builder(driver)
                    .launcher(launcher)
                    .journal(driver.journal()) // every replica reads what the others wrote
                    .lock(driver.lock()) // one of them acts at a time
                    .build();
            Optional<RunResult> ended = Optional.empty();
            if (tellsOfUnfinishedRun(driver.journal())) {
                ended = Optional.of(scaler.resume(driver.journal(), patient));
                if (!(ended.get() instanceof RunResult.Completed)) {
                    return ended; // nothing is planned on top of what is not finished
                }
            }
            var plan = scaler.plan(ScalingRequest.change().reach(target).because("our automation wants it"));
            return plan.steps().isEmpty() ? ended : Optional.of(scaler.run(plan, patient));
        }
    }

    private static boolean tellsOfUnfinishedRun(PlanJournal journal) {
        var entries = JournalLines.read(journal.lines(ONE_READ));
        return !entries.isEmpty()
                && !(entries.get(entries.size() - 1) instanceof JournalEntry.RunEnded ended
                        && ended.ending() == JournalEntry.Ending.COMPLETED);
    }
}
