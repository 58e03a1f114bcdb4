package io.ensembler.execution;

import io.ensembler.model.Configuration;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.ScalingReport;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.validation.ValidationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Undoes what was done of a plan: by another plan, made from what stands. */
final class Rollback {

    private final RunContext context;

    Rollback(RunContext context) {
        this.context = context;
    }

    /**
     * Returns the way back from the last run of a journal, once what it sent is settled.
     *
     * @throws DriverException if it cannot be told what stands, or that is of somebody else's making
     */
    ScalingPlan plan(Past past) throws InterruptedException {
        var last = past.last()
                .orElseThrow(() -> new EnsembleException(
                        "Cannot roll back: the journal tells of no run, so that nobody knows to where."));
        try {
            return plan(last.plan(), new PastSettlement(context, past).settle(last.accounted()));
        } catch (Halt halt) {
            throw halt.asFailure(DriverException.Kind.OUTCOME_UNKNOWN);
        }
    }

    private ScalingPlan plan(ScalingPlan plan, Configuration accounted) throws InterruptedException {
        var now = context.driver()
                .observe(new ObserveRequest(concerned(plan), context.deadline().oneCall()));
        Account.check(now.committed(), accounted, plan.identity());
        return new Planner().rollBack(plan, now);
    }

    private static List<Server> concerned(ScalingPlan plan) {
        var servers = new ArrayList<>(plan.origin().servers());
        plan.target().servers().stream()
                .filter(server -> !plan.origin().contains(server.id()))
                .forEach(servers::add);
        return servers;
    }

    /**
     * Takes the way back from a run that could not go on, if there is one, and returns its result with what came of it.
     */
    RunResult after(RunResult result, Past.LastRun last) {
        if (last.began().direction() == JournalEntry.Direction.BACK) {
            return result;
        }
        if (result instanceof RunResult.Stopped stopped && leavesAWayBack(stopped.reason())) {
            var back = takeBack(last);
            return new RunResult.Stopped(
                    back.in(stopped.report()), stopped.reason(), stopped.message() + back.sentence());
        } else if (result instanceof RunResult.Failed failed && leavesAWayBack(failed.reason())) {
            var back = takeBack(last);
            return new RunResult.Failed(back.in(failed.report()), failed.reason(), failed.message() + back.sentence());
        }
        return result;
    }

    private static boolean leavesAWayBack(StopReason reason) {
        return switch (reason) {
            case SAME_ENSEMBLE, ONE_AUTHOR, OUTCOME_UNRESOLVED, ENSEMBLE_UNREACHABLE, JOURNAL, LOCK_LOST, UNEXPECTED ->
                false;
            case SYNCED_BEFORE_VOTING,
                    TOLERANCE_FLOOR,
                    FEWEST_HANDOFFS,
                    LONE_QUORUM_STAYS,
                    NAMES_RESOLVE,
                    ADDRESS_TAKEN,
                    BARRIER,
                    BACK_UP,
                    LEADER_UNSTEADY,
                    VERIFICATION,
                    RETIRED_MEANS_SILENT,
                    NOT_ACCEPTED,
                    RULE,
                    DEADLINE,
                    LAUNCHER -> true;
        };
    }

    /** What came of the way back: reports, none if it could not be planned, and a sentence that follows another one. */
    private record WayBack(Optional<ScalingReport> report, String sentence) {

        ScalingReport in(ScalingReport forth) {
            return report.map(forth::withWayBack).orElse(forth);
        }
    }

    private WayBack takeBack(Past.LastRun last) {
        ScalingPlan plan;
        try {
            plan = plan(last.plan(), last.accounted());
        } catch (ValidationException e) {
            return new WayBack(Optional.empty(), " It was not rolled back: " + e.report());
        } catch (Halt halt) {
            return new WayBack(Optional.empty(), " It was not rolled back: " + halt.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new WayBack(Optional.empty(), " It was not rolled back: the thread was interrupted.");
        } catch (RuntimeException e) {
            return new WayBack(Optional.empty(), " It was not rolled back: " + e.getMessage());
        }
        if (plan.steps().isEmpty()) {
            return new WayBack(Optional.empty(), " There was nothing to roll back.");
        }
        var result = Run.back(plan, context.anew()).execute();
        var sentence = result instanceof RunResult.Completed
                ? " It was rolled back: the ensemble is " + plan.target() + " again."
                : " The way back ended before its end: " + result.report().outcome();
        return new WayBack(Optional.of(result.report()), sentence);
    }
}
