package io.ensembler;

import io.ensembler.execution.PlanRunner;
import io.ensembler.execution.RunControl;
import io.ensembler.execution.RunListener;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.joiner.Incarnation;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetails;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.report.Verification;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.ExclusiveLock;
import io.ensembler.spi.PlanJournal;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.ServerLauncher.InspectRequest;
import io.ensembler.spi.TimeSource;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apiguardian.api.API;

/**
 * Observes one ensemble, plans its changes and runs the plans. Thread-safe; it holds nothing that needs closing, since
 * driver and launcher stay with whoever made them.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class EnsembleScaler {

    private static final Duration ONE_LOOK = Duration.ofSeconds(30);

    private final EnsembleDriver driver;
    private final Optional<ServerLauncher> launcher;
    private final PlanRunner runner;
    private final Planner planner = new Planner();

    private EnsembleScaler(Builder builder) {
        this.driver = builder.driver;
        this.launcher = builder.launcher;
        this.runner = builder.runner.build();
    }

    /** Returns a builder for a scaler of the ensemble that {@code driver} reaches. */
    public static Builder builder(EnsembleDriver driver) {
        return new Builder(driver);
    }

    /**
     * Returns what stands now. Nothing is changed but znodes of the driver's own.
     *
     * @throws DriverException if the ensemble cannot be reached within 30 s, or the thread is interrupted (its flag is
     *     then set)
     */
    public Observation observe() {
        return observe(List.of());
    }

    private Observation observe(List<Server> besides) {
        try {
            return driver.observe(new ObserveRequest(besides, ONE_LOOK));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(
                    DriverException.Kind.RETRYABLE, "Cannot observe the ensemble: the thread was interrupted", e);
        }
    }

    /**
     * Returns the plan that fulfils {@code request} from what stands now; it has no steps if nothing is to be done. The
     * servers that the request introduces are looked at as well, by the launcher too if it can.
     *
     * @throws ValidationException if a rule forbids it; nothing was sent
     * @throws DriverException if the ensemble cannot be observed
     */
    public ScalingPlan plan(ScalingRequest request) {
        var seen = observe(request.introduced());
        for (var server : request.introduced()) {
            seen = seen.withDetails(server.id(), inspect(seen, server));
        }
        return planner.plan(seen, request);
    }

    /** What the launcher sees of a server that is to join. What it cannot see stays unknown, which a rule may mind. */
    private ServerDetails inspect(Observation seen, Server server) {
        if (launcher.isEmpty() || seen.ensemble().participants().isEmpty()) {
            return ServerDetails.none();
        }
        var incarnation = new Incarnation(seen.version(), seen.committed().identity());
        var fresh = JoinerFiles.seed(seen.committed().configuration(), server, incarnation);
        var seed = seen.ensemble().contains(server.id()) ? fresh.with(JoinerSeed.Data.KEPT) : fresh;
        try {
            return launcher.get().inspect(new InspectRequest(seed, seen.version(), ONE_LOOK));
        } catch (DriverException e) {
            return ServerDetails.none();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(
                    DriverException.Kind.RETRYABLE,
                    "Cannot look at server " + server.id() + ": the thread was interrupted",
                    e);
        }
    }

    /** Runs {@code plan} with {@link RunOptions#defaults()}. */
    public RunResult run(ScalingPlan plan) {
        return run(plan, RunOptions.defaults());
    }

    /**
     * Runs {@code plan} on the calling thread and returns once it has completed, stopped, failed or was interrupted, as
     * {@link PlanRunner#run} does.
     */
    public RunResult run(ScalingPlan plan, RunOptions options) {
        return runner.run(plan, options);
    }

    /** Runs {@code plan} as {@link #run(ScalingPlan, RunOptions)} does, held and ended by {@code control}. */
    public RunResult run(ScalingPlan plan, RunOptions options, RunControl control) {
        return runner.run(plan, options, control);
    }

    /**
     * Returns what stands in the way of {@code plan} now, and what to mind, as {@link PlanRunner#check} does. Nothing
     * is sent.
     */
    public ValidationReport check(ScalingPlan plan) {
        return runner.check(plan);
    }

    /**
     * Puts the ensemble to work and returns what was found, as {@link PlanRunner#verify} does. Nothing is reconfigured.
     *
     * @throws DriverException if the ensemble cannot be observed
     */
    public Verification verify() {
        return runner.verify();
    }

    /**
     * Goes on with the last plan that {@code journal} tells of, from wherever its run ended, as {@link
     * PlanRunner#resume} does.
     */
    public RunResult resume(PlanJournal journal, RunOptions options) {
        return runner.resume(journal, options);
    }

    /** Goes on as {@link #resume(PlanJournal, RunOptions)} does, held and ended by {@code control}. */
    public RunResult resume(PlanJournal journal, RunOptions options, RunControl control) {
        return runner.resume(journal, options, control);
    }

    /**
     * Returns the plan that leads back to where the last run began that {@code journal} tells of, as {@link
     * PlanRunner#planRollback} does. Nothing is reconfigured.
     *
     * @throws ValidationException if a rule forbids it
     */
    public ScalingPlan planRollback(PlanJournal journal) {
        return runner.planRollback(journal);
    }

    /** Collects what a scaler needs. Not thread-safe. */
    public static final class Builder {

        private final EnsembleDriver driver;
        private final PlanRunner.Builder runner;
        private Optional<ServerLauncher> launcher = Optional.empty();

        private Builder(EnsembleDriver driver) {
            this.driver = driver;
            this.runner = PlanRunner.on(driver);
        }

        /**
         * Sets who starts and stops servers. Without, a run tells which server somebody must start or stop, and waits.
         */
        public Builder launcher(ServerLauncher launcher) {
            this.launcher = Optional.of(launcher);
            runner.launcher(launcher);
            return this;
        }

        /**
         * Sets where runs are written down, so that another process can go on with them. Without, the first run warns.
         */
        public Builder journal(PlanJournal journal) {
            runner.journal(journal);
            return this;
        }

        /** Sets what keeps other runners off the ensemble while a plan runs. */
        public Builder lock(ExclusiveLock lock) {
            runner.lock(lock);
            return this;
        }

        /**
         * Adds a listener that is told by {@code executor}, in order, so that no run waits for it; as {@link
         * PlanRunner.Builder#listener(RunListener, Executor)} says.
         */
        public Builder listener(RunListener listener, Executor executor) {
            runner.listener(listener, executor);
            return this;
        }

        /** Adds a listener to what happens in runs. Without any, {@link RunListener#logging()} is told. */
        public Builder listener(RunListener listener) {
            runner.listener(listener);
            return this;
        }

        /** Sets the clock. Default {@link TimeSource#system()}. */
        public Builder timeSource(TimeSource time) {
            runner.timeSource(time);
            return this;
        }

        /** Returns the scaler. */
        public EnsembleScaler build() {
            if (runner.isUnheard()) {
                runner.listener(RunListener.logging());
            }
            return new EnsembleScaler(this);
        }
    }
}
