package io.ensembler.execution;

import io.ensembler.model.Configuration;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Observation;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.report.Verification;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.ExclusiveLock;
import io.ensembler.spi.PlanJournal;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.TimeSource;
import io.ensembler.validation.EnsembleRules;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out plans. Thread-safe as far as its driver and launcher are. Of two runs at a time for one ensemble the
 * second is refused while the first has the lock, or waits as long as its options say; without a lock they stop each
 * other at the first reconfiguration that the other one made.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class PlanRunner {

    private static final Logger LOG = LoggerFactory.getLogger(PlanRunner.class);

    private static final Duration ONE_LOOK = Duration.ofSeconds(30);

    private final EnsembleDriver driver;
    private final Optional<ServerLauncher> launcher;
    private final Optional<PlanJournal> journal;
    private final Optional<ExclusiveLock> lock;
    private final List<Supplier<RunListener>> listeners;
    private final TimeSource time;
    private boolean warned;

    private PlanRunner(Builder builder) {
        this.driver = builder.driver;
        this.launcher = builder.launcher;
        this.journal = builder.journal;
        this.lock = builder.lock;
        this.listeners = List.copyOf(builder.listeners);
        this.time = builder.time;
    }

    /** Returns a builder for a runner on the ensemble that {@code driver} reaches. */
    public static Builder on(EnsembleDriver driver) {
        return new Builder(driver);
    }

    /**
     * Runs {@code plan} on the calling thread and returns once it has completed, stopped, failed or was interrupted.
     *
     * <p>Every step begins with an observation no more than 100 ms old, nothing done since, and is passed over if its
     * effect is there already, so running a finished plan again sends nothing. If interrupted, settles what was sent and returns {@link RunResult.Cancelled}
     * with the interrupt flag set.
     *
     * @throws DriverException of kind {@code CONFLICT} if somebody else holds the lock for {@link RunOptions#lockWait};
     *     of kind {@code RETRYABLE} if the thread is interrupted meanwhile, its flag is then set; nothing was done
     * @throws EnsembleException if there is a journal that cannot be read or relied on; nothing was done
     */
    public RunResult run(ScalingPlan plan, RunOptions options) {
        return run(plan, options, RunControl.create());
    }

    /** Runs {@code plan} as {@link #run(ScalingPlan, RunOptions)} does, held and ended by {@code control}. */
    public RunResult run(ScalingPlan plan, RunOptions options, RunControl control) {
        warnWithoutJournal();
        return run(journal, options, control, past -> Work.from(plan));
    }

    /**
     * Returns what stands in the way of {@code plan} now, and what to mind: it is held against a fresh observation, and
     * planned again for whoever leads and is up today. Nothing is sent.
     *
     * @throws DriverException if the ensemble cannot be observed
     */
    public ValidationReport check(ScalingPlan plan) {
        try {
            var joining = plan.target().servers().stream()
                    .filter(server -> !plan.origin().contains(server.id()))
                    .toList();
            return check(plan, driver.observe(new ObserveRequest(joining, ONE_LOOK)));
        } catch (InterruptedException e) {
            throw interrupted("Cannot check a plan", e);
        }
    }

    private static ValidationReport check(ScalingPlan plan, Observation now) {
        var report = plan.identity()
                .map(identity -> EnsembleRules.checkSame(now, identity))
                .orElse(ValidationReport.clean())
                .and(EnsembleRules.checkObserved(now));
        if (!now.ensemble().equals(plan.target())) {
            report = report.and(EnsembleRules.checkBase(now, new Configuration(plan.origin(), plan.baseVersion())));
        }
        if (!report.isAdmissible()) {
            return report;
        }
        try {
            new Planner().remaining(plan, now);
            return report;
        } catch (ValidationException e) {
            return report.and(e.report());
        }
    }

    /**
     * Puts the ensemble to work as the last step of a plan does, and returns what was found: a znode created, changed and
     * deleted, and looked for through each server that the configuration lists; by which configuration each acts; whether
     * servers that have applied the same transaction hold as much. Nothing is reconfigured, and the znode is gone again.
     *
     * @throws DriverException if the ensemble cannot be observed, {@code CONFLICT} if it is reconfigured meanwhile, or the
     *     thread is interrupted (its flag is then set)
     */
    public Verification verify() {
        var guard = new Guard(Optional.empty());
        var context = context(Optional.empty(), RunOptions.defaults(), RunControl.create(), guard, Past.NONE);
        var deadline = Deadline.in(ONE_LOOK, time);
        try {
            var opened = Account.open(context, deadline, Optional.empty(), Optional.empty());
            var first = opened.observation();
            var order = new WorkingOrder(context, opened.account(), new Barrier(driver, Barrier.following(first)));
            order.broughtIn(first.ensemble().ids());
            return order.look(deadline);
        } catch (Halt halt) {
            throw halt.asFailure(DriverException.Kind.RETRYABLE);
        } catch (InterruptedException e) {
            throw interrupted("Cannot verify the ensemble", e);
        }
    }

    private synchronized void warnWithoutJournal() {
        if (journal.isEmpty() && !warned) {
            warned = true;
            LOG.warn("There is no journal: if this process ends in the middle of a plan, another one knows the ensemble"
                    + " only as it then finds it");
        }
    }

    /**
     * Goes on with the last plan that {@code kept} tells of, from wherever its run ended, however it ended. What was
     * sent and not settled is settled first; then every configuration that came since must be of the plan's making. A
     * plan that was completed is not run again: then only what stands is looked at.
     *
     * @throws DriverException as {@link #run} does, for want of the lock
     * @throws EnsembleException if the journal cannot be read or relied on, or tells of no run; nothing was done
     */
    public RunResult resume(PlanJournal kept, RunOptions options) {
        return resume(kept, options, RunControl.create());
    }

    /** Goes on as {@link #resume(PlanJournal, RunOptions)} does, held and ended by {@code control}. */
    public RunResult resume(PlanJournal kept, RunOptions options, RunControl control) {
        return run(
                Optional.of(kept),
                options,
                control,
                past -> Work.goingOn(past.last()
                        .orElseThrow(() -> new EnsembleException(
                                "Cannot resume: the journal tells of no run. Run a plan with this journal first."))));
    }

    /**
     * Returns the plan that leads back to the ensemble from which the last run began that {@code kept} tells of, made
     * from what stands now under the same rules as any other: servers it brought in or started go, servers it removed
     * come back on empty directories. It is run like every plan. What was sent and not settled is settled first, which
     * takes a lock as a run does.
     *
     * @throws ValidationException if a rule forbids it: the way forward is to resume
     * @throws DriverException of kind {@code CONFLICT} if a configuration stands that the journal does not account for,
     *     of kind {@code OUTCOME_UNKNOWN} if nobody can tell what became of what was sent, else if the ensemble cannot
     *     be observed or the thread is interrupted
     * @throws EnsembleException if the journal cannot be read or relied on, or tells of no run
     */
    public ScalingPlan planRollback(PlanJournal kept) {
        try {
            return holdingLock(Duration.ZERO, guard -> {
                var past = RunJournal.read(Optional.of(kept));
                var context = context(Optional.of(kept), RunOptions.defaults(), RunControl.create(), guard, past);
                return new Rollback(context).plan(past);
            });
        } catch (InterruptedException e) {
            throw interrupted("Cannot plan the way back", e);
        }
    }

    /** What to run: a plan from its beginning, or what is left of one. */
    private record Work(ScalingPlan plan, Optional<Past.LastRun> resumed) {

        static Work from(ScalingPlan plan) {
            return new Work(plan, Optional.empty());
        }

        static Work goingOn(Past.LastRun last) {
            return new Work(last.plan(), Optional.of(last));
        }

        Run in(RunContext context, Past past) {
            return resumed.map(last -> Run.resuming(last, context, past)).orElseGet(() -> Run.of(plan, context, past));
        }
    }

    private interface Choice {
        Work after(Past past);
    }

    private RunResult run(Optional<PlanJournal> kept, RunOptions options, RunControl control, Choice choice) {
        try {
            return holdingLock(options.lockWait(), guard -> {
                // Under the lock, so that it tells what the holder before did last.
                var past = RunJournal.read(kept);
                var context = context(kept, options, control, guard, past);
                var run = choice.after(past).in(context, past);
                var result = run.execute();
                return run.asPast()
                        .filter(begun -> options.failurePolicy() == FailurePolicy.ROLL_BACK)
                        .map(begun -> new Rollback(context).after(result, begun))
                        .orElse(result);
            });
        } catch (InterruptedException e) {
            throw interrupted("Cannot run a plan", e);
        }
    }

    private interface Locked<T> {
        T act(Guard guard) throws InterruptedException;
    }

    private <T> T holdingLock(Duration wait, Locked<T> locked) throws InterruptedException {
        if (lock.isEmpty()) {
            return locked.act(new Guard(Optional.empty()));
        }
        try (var held = lock.get().acquire(wait)) {
            return locked.act(new Guard(Optional.of(held)));
        }
    }

    private static DriverException interrupted(String effect, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new DriverException(
                DriverException.Kind.RETRYABLE, effect + ": the thread was interrupted. Nothing was done.", e);
    }

    private RunContext context(
            Optional<PlanJournal> kept, RunOptions options, RunControl control, Guard guard, Past past) {
        return RunContext.of(
                options,
                control,
                driver,
                launcher,
                guard,
                new RunJournal(kept, guard, time, past),
                listeners.stream().map(Supplier::get).toList(),
                time);
    }

    /** Collects what a runner needs. Not thread-safe. */
    public static final class Builder {

        private final EnsembleDriver driver;
        private final List<Supplier<RunListener>> listeners = new ArrayList<>();
        private Optional<ServerLauncher> launcher = Optional.empty();
        private Optional<PlanJournal> journal = Optional.empty();
        private Optional<ExclusiveLock> lock = Optional.empty();
        private TimeSource time = TimeSource.system();

        private Builder(EnsembleDriver driver) {
            this.driver = driver;
        }

        /** Sets who starts and stops servers. Without, a run waits for somebody else to do so. */
        public Builder launcher(ServerLauncher serverLauncher) {
            launcher = Optional.of(serverLauncher);
            return this;
        }

        /** Sets where runs are written down. Without, nobody can resume them; the first of them warns. */
        public Builder journal(PlanJournal planJournal) {
            journal = Optional.of(planJournal);
            return this;
        }

        /**
         * Sets what keeps other runners off the ensemble. Without, somebody else's change is noticed once it is there.
         */
        public Builder lock(ExclusiveLock exclusiveLock) {
            lock = Optional.of(exclusiveLock);
            return this;
        }

        /** Adds a listener to what happens in runs. It is told on the thread that runs, which waits for it. */
        public Builder listener(RunListener listener) {
            listeners.add(() -> listener);
            return this;
        }

        /**
         * Adds a listener that is told by {@code executor}, in order and one event after the other, so that no run
         * waits for it. Where it falls behind, it is not told all that is waited for: what {@link
         * io.ensembler.report.RunEvent.Waiting} tells beyond 256 of its kind is left out. One that throws is logged
         * once and not told the rest of that run.
         */
        public Builder listener(RunListener listener, Executor executor) {
            listeners.add(() -> new QueueingListener(listener, executor));
            return this;
        }

        /** Sets the clock. Default {@link TimeSource#system()}. */
        public Builder timeSource(TimeSource timeSource) {
            time = timeSource;
            return this;
        }

        /** Returns whether no listener was added yet. */
        public boolean isUnheard() {
            return listeners.isEmpty();
        }

        /** Returns the runner. */
        public PlanRunner build() {
            return new PlanRunner(this);
        }
    }
}
