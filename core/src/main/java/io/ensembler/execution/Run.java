package io.ensembler.execution;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerId;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import io.ensembler.report.Backup;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.RunEvent;
import io.ensembler.report.ScalingReport;
import io.ensembler.report.StepReport;
import io.ensembler.report.Verification;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.ServerLauncher.Capability;
import io.ensembler.validation.EnsembleRules;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
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
    private final Past past;
    private final Optional<Past.LastRun> resumed;
    private final JournalEntry.Direction direction;
    private final Planner planner = new Planner();
    private final Holding holding;
    private final Instant startedAt;
    private final List<StepReport> stepReports = new ArrayList<>();
    private @Nullable Account account;
    /**
     * The servers set aside to be rebuilt, by this run or by one that it resumes: they are not to be taken out again.
     */
    private final Set<ServerId> setAside = new TreeSet<>();

    private int sent;
    private Optional<Backup> backup = Optional.empty();
    private List<Verification> verifications = List.of();

    /** How it began, once it has. */
    private Optional<JournalEntry.RunBegan> began = Optional.empty();

    /** What is left to do, the step under way included. */
    private List<PlannedStep> left = List.of();

    private Duration syncTime = Duration.ZERO;

    private Run(
            ScalingPlan plan,
            RunContext context,
            Past past,
            Optional<Past.LastRun> resumed,
            JournalEntry.Direction direction) {
        this.plan = plan;
        this.context = context;
        this.past = past;
        this.resumed = resumed;
        this.direction = direction;
        this.holding = new Holding(context);
        this.startedAt = context.time().now();
    }

    /** A run from the beginning of a plan. */
    static Run of(ScalingPlan plan, RunContext context, Past past) {
        return new Run(plan, context, past, Optional.empty(), JournalEntry.Direction.FORTH);
    }

    /** A run that leads back from where another one ended. */
    static Run back(ScalingPlan plan, RunContext context) {
        return new Run(plan, context, Past.NONE, Optional.empty(), JournalEntry.Direction.BACK);
    }

    /** A run that goes on where the last one ended, wherever that was. */
    static Run resuming(Past.LastRun last, RunContext context, Past past) {
        var run = new Run(
                last.plan(), context, past, Optional.of(last), last.began().direction());
        run.setAside.addAll(last.setAside());
        run.backup = last.backup();
        return run;
    }

    /** What was done by now, as a journal would tell it; empty if nothing was begun. */
    Optional<Past.LastRun> asPast() {
        var standing = Optional.ofNullable(account)
                .map(known -> known.current().configuration())
                .orElse(new Configuration(plan.origin(), plan.baseVersion()));
        return began.map(entry -> new Past.LastRun(entry, standing, setAside, backup, false));
    }

    RunResult execute() {
        var result = run();
        try {
            context.journal().runEnded(ending(result), result.report().outcome());
        } catch (Halt halt) {
            LOG.warn("The end of a run could not be written down: {}", halt.text());
        }
        return result;
    }

    private static JournalEntry.Ending ending(RunResult result) {
        if (result instanceof RunResult.Completed) {
            return JournalEntry.Ending.COMPLETED;
        } else if (result instanceof RunResult.Stopped) {
            return JournalEntry.Ending.STOPPED;
        }
        return result instanceof RunResult.Failed ? JournalEntry.Ending.FAILED : JournalEntry.Ending.CANCELLED;
    }

    private RunResult run() {
        try {
            runSteps();
            return new RunResult.Completed(report("completed: the ensemble is " + plan.target()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RunResult.Cancelled(report("cancelled: the thread was interrupted" + caveats()));
        } catch (Cancellation e) {
            return new RunResult.Cancelled(report("cancelled: somebody asked for it" + caveats()));
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
        var base = new Configuration(plan.origin(), plan.baseVersion());
        var accounted = new PastSettlement(context, past)
                .settle(past.last().map(Past.LastRun::accounted).orElse(base));
        var opened = Account.open(
                context,
                context.stepDeadline(),
                plan.identity(),
                resumed.isPresent() ? Optional.of(accounted) : Optional.empty());
        account = opened.account();
        var now = opened.observation();
        syncTime = syncTime(now);
        var steps = resumed.isPresent() ? remaining(opened.account(), now, resumed.get()) : begin(now);
        var entry = resumed.map(Past.LastRun::began)
                .orElseGet(
                        () -> new JournalEntry.RunBegan(context.time().now(), plan, direction, Barrier.following(now)));
        if (resumed.isPresent()) {
            context.journal().runResumed(now.committed().configuration());
        } else {
            context.journal().runBegan(entry);
        }
        began = Optional.of(entry);
        left = steps;
        try (var actions = new StepActions(context, entry, opened.account(), now, setAside)) {
            if (!steps.isEmpty()) {
                actions.awaitInForce(steps.get(0), now, context.stepDeadline());
            }
            run(steps, actions, opened.account());
        }
    }

    private void run(List<PlannedStep> planned, StepActions actions, Account known) throws InterruptedException {
        var steps = planned;
        int next = 0;
        while (next < steps.size()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("between two steps");
            }
            left = steps.subList(next, steps.size());
            var step = steps.get(next);
            holding.before(step);
            checkTime(left);
            context.guard().check(() -> "Cannot begin \"" + step.step() + "\"");
            if (runStep(actions, step) == StepAction.Progress.PLAN_AGAIN) {
                steps = planAgain(step, known, actions);
                next = 0;
            } else {
                next++;
            }
        }
        left = List.of();
    }

    /** What whoever ends it early must know besides. */
    private String caveats() {
        var text = new StringBuilder();
        if (began.isEmpty() && !past.unsettled().isEmpty()) {
            text.append("; what became of a reconfiguration sent before is not settled: stop none of its servers");
        }
        if (!left.isEmpty() && left.get(0).step() instanceof Step.ConfirmActive) {
            text.append("; not confirmed: that the servers act on the last reconfiguration");
        }
        var unfenced = unfenced(left);
        return text.append(unfenced.isEmpty() ? "" : "; not fenced: " + String.join(",", unfenced))
                .toString();
    }

    /** The servers that are listed no more and are yet to be stopped. */
    private List<String> unfenced(List<PlannedStep> steps) {
        var known = account;
        return steps.stream()
                .flatMap(planned ->
                        planned.step() instanceof Step.StopServer stop ? Stream.of(stop.server()) : Stream.empty())
                .filter(server -> known != null && !known.current().ensemble().contains(server.id()))
                .map(server -> server.id().toString())
                .toList();
    }

    /** Returns the steps that are left of a plan that was begun. */
    private List<PlannedStep> remaining(Account known, Observation found, Past.LastRun last)
            throws InterruptedException {
        if (last.completed()) {
            return List.of();
        }
        boolean reached = found.ensemble().equals(plan.target()) && setAside.containsAll(plan.rebuilt());
        if (!reached) {
            // What forbids changes forbids no proof of what was changed.
            refuse(EnsembleRules.checkObserved(found));
        }
        var deadline = context.stepDeadline();
        var revival = new Revival(context, Optional.of(plan));
        var now = found;
        while (true) {
            try {
                var steps = planner.remaining(plan, now, setAside);
                requireLauncherFor(steps);
                return steps;
            } catch (ValidationException e) {
                var down = downOfThoseThatCameIn(now);
                if (down.isEmpty() || context.launcher().isEmpty() || deadline.isOver()) {
                    throw Halt.stopped(StopReason.RULE, e.report().toString());
                }
                Cancellation.check(context.control());
                var listed = now.committed().configuration();
                revival.ofListed(down, listed, deadline);
                context.patience().pause(deadline);
                now = known.observe(deadline, List.of());
            }
        }
    }

    /** Those cannot start by their own files where they ended right then, and nothing goes on without them. */
    private List<Server> downOfThoseThatCameIn(Observation now) {
        return now.ensemble().servers().stream()
                .filter(server -> !plan.origin().contains(server.id()) || setAside.contains(server.id()))
                .filter(server -> !now.live().contains(server.id()) && server.isParticipant())
                .toList();
    }

    private void checkTime(List<PlannedStep> steps) {
        if (!context.deadline().isOver()) {
            return;
        }
        var unfenced = unfenced(steps);
        throw Halt.stopped(
                StopReason.DEADLINE,
                "Cannot begin \"" + steps.get(0).step() + "\": the "
                        + context.deadline().limit().toMillis() + " ms for this run are over."
                        + (unfenced.isEmpty() ? "" : " Not fenced: " + String.join(",", unfenced) + ".")
                        + " Resume it with more time; without a journal, plan anew.");
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

    /** Nobody should lose a participant to a plan that cannot bring it back, or data that was to be kept. */
    private void requireLauncherFor(List<PlannedStep> steps) {
        var able = context.launcher().map(ServerLauncher::capabilities);
        for (var planned : steps) {
            if (planned.step() instanceof Step.WipeServer
                    && able.isPresent()
                    && !able.get().contains(Capability.WIPE)) {
                throw Halt.stopped(
                        StopReason.LAUNCHER,
                        "Cannot run this plan: the launcher cannot " + planned.step() + ", and nobody else is asked"
                                + " while there is a launcher. Nothing was sent. Run it without a launcher, or with one"
                                + " that can.");
            } else if (planned.step() instanceof Step.BackUp backUp
                    && backUp.contents() == Step.Contents.CONFIGURATION_AND_DATA
                    && !context.canBackUpData()) {
                throw Halt.stopped(
                        StopReason.LAUNCHER,
                        "Cannot run this plan: it is to " + planned.step()
                                + ", and neither launcher nor driver can copy any. Nothing was sent. Run it with one that"
                                + " can, or plan without backUpData().");
            }
        }
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
            context.journal().plannedAgain(now.leader(), steps);
            context.events().tell(new RunEvent.Replanned(now.leader(), steps));
            return steps;
        } catch (ValidationException e) {
            throw Halt.stopped(StopReason.RULE, e.report().toString());
        }
    }

    private StepAction.Progress runStep(StepActions actions, PlannedStep planned) throws InterruptedException {
        context.journal().stepBegan(planned);
        var clock = context.stepDeadline(fetches(planned.step()) ? syncTime : Duration.ZERO);
        context.events().tell(new RunEvent.StepStarted(planned));
        var outcome = StepReport.Outcome.NOT_FINISHED;
        StepReport report;
        StepAction.Progress progress;
        try {
            progress = actions.prepare(planned, clock).carryOut();
            outcome = outcome(progress);
        } finally {
            sent = actions.sent();
            // What was kept first is what leads back to where it began.
            backup = backup.or(actions::backup);
            verifications = actions.verifications();
            report = new StepReport(planned, outcome, clock.elapsed());
            stepReports.add(report);
            context.events().tell(new RunEvent.StepEnded(report));
        }
        if (planned.step() instanceof Step.WipeServer wipe && progress != StepAction.Progress.PLAN_AGAIN) {
            setAside.add(wipe.server().id());
            context.journal().setAside(wipe.server().id());
        }
        if (planned.step() instanceof Step.BackUp) {
            backup.ifPresent(context.journal()::backedUp);
        }
        context.journal().stepEnded(report, actions.accounted(), actions.leader());
        return progress;
    }

    /** Whether a step waits until a server has fetched the data. */
    private static boolean fetches(Step step) {
        return step instanceof Step.AwaitSynced
                || (step instanceof Step.Reconfigure change
                        && !new Effects(change.before(), change.after())
                                .toProve()
                                .isEmpty());
    }

    /** How long a joiner may take to fetch the data, as far as anybody knows how much that is. */
    private Duration syncTime(Observation now) {
        return now.servers().values().stream()
                .flatMap(facts -> facts.details().value(ServerDetail.DATA_SIZE).stream())
                .max(Comparator.naturalOrder())
                .map(size -> Duration.ofSeconds(
                        size.bytes() / context.options().slowestSync().bytes()))
                .orElse(Duration.ZERO);
    }

    private static StepReport.Outcome outcome(StepAction.Progress progress) {
        return switch (progress) {
            case DONE -> StepReport.Outcome.DONE;
            case ALREADY_DONE -> StepReport.Outcome.ALREADY_DONE;
            case PLAN_AGAIN -> StepReport.Outcome.PLANNED_AGAIN;
        };
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
                backup,
                verifications,
                known.map(seen -> seen.leadership().handOffs()).orElse(0),
                known.map(seen -> seen.leadership().elections()).orElse(0),
                sent,
                outcome,
                Optional.empty());
    }
}
