package io.ensembler.execution;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.Observation;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.report.RunEvent;
import io.ensembler.report.ScalingReport;
import io.ensembler.report.StepReport;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.TimeSource;
import io.ensembler.validation.EnsembleRules;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of one plan: where it begins, its steps in order, and how it ends. */
final class Run {

    /** Violations that another observation will not mend by itself. */
    private static final Set<Rule> LASTING = EnumSet.of(
            Rule.STANDALONE,
            Rule.RECONFIGURATION_DISABLED,
            Rule.PERMISSION_MISSING,
            Rule.CONFIGURATION_TAMPERED,
            Rule.GROUPS_UNSUPPORTED);

    private final ScalingPlan plan;
    private final RunOptions options;
    private final EnsembleDriver driver;
    private final Optional<ServerLauncher> launcher;
    private final TimeSource time;
    private final Events events;
    private final Planner planner = new Planner();
    private final Deadline deadline;
    private final Instant startedAt;
    private final List<StepReport> stepReports = new ArrayList<>();
    private @Nullable Account account;
    private int sent;

    Run(
            ScalingPlan plan,
            RunOptions options,
            EnsembleDriver driver,
            Optional<ServerLauncher> launcher,
            List<RunListener> listeners,
            TimeSource time) {
        this.plan = plan;
        this.options = options;
        this.driver = driver;
        this.launcher = launcher;
        this.time = time;
        this.events = new Events(listeners);
        this.deadline = Deadline.in(options.deadline(), time);
        this.startedAt = time.now();
    }

    RunResult execute() {
        try {
            runSteps();
            return new RunResult.Completed(report("completed: the ensemble is " + plan.target()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RunResult.Cancelled(report("cancelled: the thread was interrupted; nothing is unsettled"));
        } catch (Halt halt) {
            return ended(halt);
        } catch (DriverException e) {
            return ended(Halt.stopped(StopReason.ENSEMBLE_UNREACHABLE, String.valueOf(e.getMessage())));
        }
    }

    private RunResult ended(Halt halt) {
        var code = " [" + halt.reason().code() + "]";
        return switch (halt.resumption()) {
            case POSSIBLE ->
                new RunResult.Stopped(report("stopped: " + halt.text() + code), halt.reason(), halt.text());
            case FUTILE -> new RunResult.Failed(report("failed: " + halt.text() + code), halt.reason(), halt.text());
        };
    }

    private void runSteps() throws InterruptedException {
        var opened = Account.open(driver, time, options.poll(), events, stepDeadline());
        account = opened.account();
        var steps = begin(opened.observation());
        try (var actions = new StepActions(
                plan, options, driver, launcher, time, events, opened.account(), opened.observation())) {
            int next = 0;
            while (next < steps.size()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("between two steps");
                }
                if (runStep(actions, steps.get(next)) == StepAction.Progress.PLAN_AGAIN) {
                    steps = planAgain(opened.account().observe(stepDeadline(), List.of()), actions);
                    next = 0;
                } else {
                    next++;
                }
            }
        }
    }

    /** Decides where the plan stands and returns the steps that are left. */
    private List<PlannedStep> begin(Observation now) {
        if (now.ensemble().equals(plan.target())) {
            return planner.remaining(plan, now);
        }
        if (!now.version().equals(plan.baseVersion()) || !now.ensemble().equals(plan.origin())) {
            throw Halt.stopped(
                    StopReason.ONE_AUTHOR,
                    "Cannot run this plan: it starts from " + plan.origin() + " at version " + plan.baseVersion()
                            + ", and the ensemble is " + now.ensemble() + " at version " + now.version()
                            + ". Find out who changed it, then plan again from what stands now.");
        }
        refuse(EnsembleRules.checkObserved(now));
        return plan.steps();
    }

    private static void refuse(ValidationReport report) {
        if (!report.isAdmissible()) {
            var text = new ValidationReport(report.errors()).toString();
            boolean lasting = report.errors().stream().anyMatch(violation -> LASTING.contains(violation.rule()));
            throw lasting ? Halt.failed(StopReason.RULE, text) : Halt.stopped(StopReason.RULE, text);
        }
    }

    private List<PlannedStep> planAgain(Observation now, StepActions actions) {
        try {
            var steps = planner.remaining(plan, now);
            actions.plannedFor(now.leader());
            events.tell(new RunEvent.Replanned(now.leader(), steps));
            return steps;
        } catch (ValidationException e) {
            throw Halt.stopped(StopReason.TOLERANCE_FLOOR, e.report().toString());
        }
    }

    private StepAction.Progress runStep(StepActions actions, PlannedStep planned) throws InterruptedException {
        var clock = stepDeadline();
        events.tell(new RunEvent.StepStarted(planned));
        var outcome = StepReport.Outcome.NOT_FINISHED;
        try {
            var progress = actions.prepare(planned, clock).carryOut();
            outcome = switch (progress) {
                case DONE -> StepReport.Outcome.DONE;
                case ALREADY_DONE -> StepReport.Outcome.ALREADY_DONE;
                case PLAN_AGAIN -> StepReport.Outcome.PLANNED_AGAIN;
            };
            return progress;
        } finally {
            sent = actions.sent();
            var report = new StepReport(planned, outcome, clock.elapsed());
            stepReports.add(report);
            events.tell(new RunEvent.StepEnded(report));
        }
    }

    private Deadline stepDeadline() {
        return deadline.atMost(options.stepDeadline());
    }

    private ScalingReport report(String outcome) {
        var known = Optional.ofNullable(account);
        var planned = new Configuration(plan.origin(), plan.baseVersion());
        return new ScalingReport(
                plan,
                startedAt,
                deadline.elapsed(),
                known.map(Account::first)
                        .map(CommittedConfiguration::configuration)
                        .orElse(planned),
                known.map(Account::current)
                        .map(CommittedConfiguration::configuration)
                        .orElse(planned),
                stepReports,
                known.map(seen -> seen.leadership().handOffs()).orElse(0),
                known.map(seen -> seen.leadership().elections()).orElse(0),
                sent,
                outcome);
    }
}
