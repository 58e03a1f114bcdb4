package io.ensembler.execution;

import io.ensembler.plan.ScalingPlan;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.TimeSource;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Carries out plans. Thread-safe as far as its driver and launcher are; two runs at a time of plans for one ensemble stop
 * each other at the first reconfiguration that the other one made.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class PlanRunner {

    private final EnsembleDriver driver;
    private final Optional<ServerLauncher> launcher;
    private final List<RunListener> listeners;
    private final TimeSource time;

    private PlanRunner(
            EnsembleDriver driver, Optional<ServerLauncher> launcher, List<RunListener> listeners, TimeSource time) {
        this.driver = driver;
        this.launcher = launcher;
        this.listeners = List.copyOf(listeners);
        this.time = time;
    }

    /** Returns a runner that starts and stops servers through {@code launcher}. */
    public static PlanRunner with(
            EnsembleDriver driver, ServerLauncher launcher, List<RunListener> listeners, TimeSource time) {
        return new PlanRunner(driver, Optional.of(launcher), listeners, time);
    }

    /** Returns a runner that waits for somebody else to start and stop servers. */
    public static PlanRunner withoutLauncher(EnsembleDriver driver, List<RunListener> listeners, TimeSource time) {
        return new PlanRunner(driver, Optional.empty(), listeners, time);
    }

    /**
     * Runs {@code plan} on the calling thread and returns once it has completed, stopped, failed or was interrupted.
     *
     * <p>Every step begins with a fresh observation and is passed over if its effect is there already, so running a
     * finished plan again sends nothing. If interrupted, settles what was sent and returns {@link RunResult.Cancelled}
     * with the interrupt flag set.
     */
    public RunResult run(ScalingPlan plan, RunOptions options) {
        return new Run(plan, RunContext.of(options, driver, launcher, new Events(listeners), time)).execute();
    }
}
