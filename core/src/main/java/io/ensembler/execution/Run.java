package io.ensembler.execution;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerId;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.report.ScalingReport;
import io.ensembler.report.StepReport;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.ServerLauncher;
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
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of one plan: where it begins, its steps in order, and how it ends. */
final class Run {

    /** Violations that another observation will not mend by itself. */
    private static final Set<Rule> LASTING = EnumSet.of(
            Rule.STANDALONE,
            Rule.RECONFIGURATION_DISABLED,
            Rule.PERMISSION_MISSING,
            Rule.CONFIGURATION_TAMPERED,
            Rule.OBSERVER_WEIGHS);

    private static final Logger LOG = LoggerFactory.getLogger(PlanRunner.class);

    private final ScalingPlan plan;
    private final RunContext context;
    private final Planner planner = new Planner();
    private final Instant startedAt;
    private final List<StepReport> stepReports = new ArrayList<>();
    private @Nullable Account account;
    /** The servers set aside by this run to be rebuilt: they are not to be taken out again. */
    private final Set<ServerId> setAside = new TreeSet<>();

    private int sent;

    Run(ScalingPlan plan, RunContext context) {
        this.plan = plan;
        this.context = context;
        this.startedAt = context.time().now();
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
        } catch (RuntimeException e) {
            LOG.error("A run of {} met what should not happen", plan, e);
            return ended(Halt.stopped(
                    StopReason.UNEXPECTED,
                    "Cannot go on: driver, launcher or this library failed with " + e + ". Its log has the rest."));
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
        var opened = Account.open(context.driver(), context.patience(), context.events(), context.stepDeadline());
        account = opened.account();
        var steps = begin(opened.observation());
        try (var actions = new StepActions(context, plan, opened.account(), opened.observation())) {
            int next = 0;
            while (next < steps.size()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("between two steps");
                }
                checkTime(steps.subList(next, steps.size()));
                if (runStep(actions, steps.get(next)) == StepAction.Progress.PLAN_AGAIN) {
                    steps = planAgain(steps.get(next), opened.account(), actions);
                    next = 0;
                } else {
                    next++;
                }
            }
        }
    }

    private void checkTime(List<PlannedStep> left) {
        if (!context.deadline().isOver()) {
            return;
        }
        var unfenced = left.stream()
                .map(PlannedStep::step)
                .filter(step -> step instanceof Step.StopServer stop
                        && account != null
                        && !account.current().ensemble().contains(stop.server().id()))
                .map(step -> step.toString().replace("stop server ", ""))
                .toList();
        throw Halt.stopped(
                StopReason.DEADLINE,
                "Cannot begin \"" + left.get(0).step() + "\": the "
                        + context.deadline().limit().toMillis() + " ms for this run are over."
                        + (unfenced.isEmpty() ? "" : " Not fenced: " + String.join(",", unfenced) + ".")
                        + " Run the plan again with more time.");
    }

    /** Decides where the plan stands and returns the steps that are left. */
    private List<PlannedStep> begin(Observation now) {
        if (!now.committed().isGenuine()) {
            refuse(EnsembleRules.checkObserved(now));
        }
        var stale = EnsembleRules.checkBase(now, new Configuration(plan.origin(), plan.baseVersion()));
        // A plan that rebuilds servers may end where it starts.
        boolean begins = stale.isAdmissible();
        if (now.ensemble().equals(plan.target()) && !(begins && !plan.steps().isEmpty())) {
            return planner.remaining(plan, now);
        }
        if (!begins) {
            throw Halt.stopped(StopReason.ONE_AUTHOR, stale.toString());
        }
        refuse(EnsembleRules.checkObserved(now));
        requireLauncherFor(plan.steps());
        return plan.steps();
    }

    /** Nobody should lose a participant to a plan that cannot bring it back. */
    private void requireLauncherFor(List<PlannedStep> steps) {
        boolean able = context.launcher()
                .filter(launcher -> !launcher.capabilities().contains(ServerLauncher.Capability.WIPE))
                .isEmpty();
        steps.stream()
                .filter(planned -> !able && planned.step() instanceof Step.WipeServer)
                .findFirst()
                .ifPresent(planned -> {
                    throw Halt.stopped(
                            StopReason.LAUNCHER,
                            "Cannot run this plan: the launcher cannot " + planned.step() + ", and nobody else is asked"
                                    + " while there is a launcher. Nothing was sent. Run it without a launcher, or with"
                                    + " one that can.");
                });
    }

    private static void refuse(ValidationReport report) {
        if (!report.isAdmissible()) {
            var text = new ValidationReport(report.errors()).toString();
            boolean lasting = report.errors().stream().anyMatch(violation -> LASTING.contains(violation.rule()));
            throw lasting ? Halt.failed(StopReason.RULE, text) : Halt.stopped(StopReason.RULE, text);
        }
    }

    /** Plans the rest for whoever leads now, once somebody does. */
    private List<PlannedStep> planAgain(PlannedStep step, Account known, StepActions actions)
            throws InterruptedException {
        var deadline = context.stepDeadline();
        var now = known.observe(deadline, List.of());
        while (now.leader().isEmpty()) {
            context.patience()
                    .await(step, deadline, StopReason.ENSEMBLE_UNREACHABLE, "Cannot plan the rest: no server leads");
            now = known.observe(deadline, List.of());
        }
        try {
            var steps = planner.remaining(plan, now, setAside);
            actions.plannedFor(now.leader());
            context.events().tell(new RunEvent.Replanned(now.leader(), steps));
            return steps;
        } catch (ValidationException e) {
            throw Halt.stopped(StopReason.RULE, e.report().toString());
        }
    }

    private StepAction.Progress runStep(StepActions actions, PlannedStep planned) throws InterruptedException {
        var clock = context.stepDeadline();
        context.events().tell(new RunEvent.StepStarted(planned));
        var outcome = StepReport.Outcome.NOT_FINISHED;
        try {
            var progress = actions.prepare(planned, clock).carryOut();
            outcome = switch (progress) {
                case DONE -> StepReport.Outcome.DONE;
                case ALREADY_DONE -> StepReport.Outcome.ALREADY_DONE;
                case PLAN_AGAIN -> StepReport.Outcome.PLANNED_AGAIN;
            };
            if (planned.step() instanceof Step.WipeServer wipe && progress != StepAction.Progress.PLAN_AGAIN) {
                setAside.add(wipe.server().id());
            }
            return progress;
        } finally {
            sent = actions.sent();
            var report = new StepReport(planned, outcome, clock.elapsed());
            stepReports.add(report);
            context.events().tell(new RunEvent.StepEnded(report));
        }
    }

    private ScalingReport report(String outcome) {
        var known = Optional.ofNullable(account);
        var planned = new Configuration(plan.origin(), plan.baseVersion());
        return new ScalingReport(
                plan,
                startedAt,
                context.deadline().elapsed(),
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
