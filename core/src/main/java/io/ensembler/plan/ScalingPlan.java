package io.ensembler.plan;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.ServerId;
import io.ensembler.validation.ValidationReport;
import io.ensembler.validation.Violation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * The steps from one ensemble to another, in order, made from one observation. Immutable.
 *
 * <p>A plan can be run only on the ensemble for which it was made, while that stands at {@link #baseVersion()}, and
 * running a finished plan again sends nothing.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ScalingPlan {

    private final Optional<EnsembleIdentity> identity;
    private final ConfigurationVersion baseVersion;
    private final Ensemble origin;
    private final Optional<ServerId> leader;
    private final Goal goal;
    private final String reason;
    private final List<PlannedStep> steps;
    private final Forecast forecast;
    private final ValidationReport findings;

    ScalingPlan(
            Optional<EnsembleIdentity> identity,
            ConfigurationVersion baseVersion,
            Ensemble origin,
            Optional<ServerId> leader,
            Goal goal,
            String reason,
            List<PlannedStep> steps,
            Forecast forecast,
            ValidationReport findings) {
        this.identity = identity;
        this.baseVersion = baseVersion;
        this.origin = origin;
        this.leader = leader;
        this.goal = goal;
        this.reason = reason;
        this.steps = List.copyOf(steps);
        this.forecast = forecast;
        this.findings = findings;
    }

    /**
     * Returns the plan that consists of {@code parts}, such as one that was written down.
     *
     * @throws IllegalArgumentException if the parts contradict one another
     */
    @API(status = API.Status.INTERNAL, since = "0.1")
    public static ScalingPlan of(PlanParts parts) {
        return new ScalingPlan(
                parts.identity(),
                parts.baseVersion(),
                parts.origin(),
                parts.leader(),
                new Goal(parts.target(), parts.rebuilt(), parts.helpers(), parts.floor(), parts.pace()),
                parts.reason(),
                parts.steps(),
                parts.forecast(),
                parts.findings());
    }

    /** Returns all of which this plan consists, so that it can be written down. */
    @API(status = API.Status.INTERNAL, since = "0.1")
    public PlanParts parts() {
        return new PlanParts(
                identity,
                baseVersion,
                origin,
                leader,
                goal.target(),
                goal.rebuilt(),
                goal.helpers(),
                goal.floor(),
                goal.pace(),
                reason,
                steps,
                forecast,
                findings);
    }

    /** Returns for which ensemble the plan was made, empty if nobody knew: it runs on no other. */
    public Optional<EnsembleIdentity> identity() {
        return identity;
    }

    /** Returns the version at which the ensemble stood when the plan was made. */
    public ConfigurationVersion baseVersion() {
        return baseVersion;
    }

    /** Returns the ensemble that stood when the plan was made. */
    public Ensemble origin() {
        return origin;
    }

    /** Returns the ensemble that stands when the plan is done. */
    public Ensemble target() {
        return goal.target();
    }

    /** Returns who led when the plan was made, empty if unknown. */
    public Optional<ServerId> leader() {
        return leader;
    }

    /**
     * Returns the tolerance that no step goes below but {@link #dips()}, unless it is lower already for reasons that
     * are not the plan's; at least 0.
     */
    public int floor() {
        return goal.floor();
    }

    /** Returns why, empty if nobody said. */
    public String reason() {
        return reason;
    }

    /** Returns what to do, in order; empty if the ensemble is as asked for. */
    public List<PlannedStep> steps() {
        return steps;
    }

    /** Returns what to expect of each step. */
    public Forecast forecast() {
        return forecast;
    }

    /** Returns what to mind before running it, and what is good to know. */
    public ValidationReport findings() {
        return findings;
    }

    /** Returns what to mind before running it. */
    public ValidationReport warnings() {
        return new ValidationReport(findings.warnings());
    }

    /** Returns the servers that leave and come in anew under their ids, in order. */
    public SortedSet<ServerId> rebuilt() {
        return goal.rebuilt();
    }

    Goal goal() {
        return goal;
    }

    /** Returns how often leadership moves, as far as was known when planned. */
    public int handOffs() {
        return (int) steps.stream().filter(PlannedStep::movesLeadership).count();
    }

    /**
     * Returns the steps during which tolerance is lower than {@link #floor()}, in order: there the leader, or a server
     * that may lead, reconnects at another quorum address. It is 0 at least.
     */
    public List<PlannedStep> dips() {
        return steps.stream().filter(planned -> planned.tolerance() < floor()).toList();
    }

    /**
     * Returns in a phrase which tolerance is kept and how often leadership moves, such as {@code tolerance at least 1
     * throughout, but 0 in step 1, where the leader reconnects; leader hand-offs: 1}.
     */
    public String expectation() {
        return "tolerance at least " + floor() + " throughout" + exception() + "; leader hand-offs: "
                + forecast.handOffs();
    }

    private String exception() {
        var dips = dips();
        if (dips.isEmpty()) {
            return "";
        }
        int lowest = dips.stream().mapToInt(PlannedStep::tolerance).min().orElseThrow();
        boolean allThatLow = dips.stream().allMatch(planned -> planned.tolerance() == lowest);
        var numbers =
                dips.stream().map(planned -> String.valueOf(planned.number())).collect(Collectors.joining(","));
        return ", but " + (allThatLow ? "" : "down to ") + lowest + " in " + Text.plural(dips, "step") + " " + numbers
                + ", where " + (leader.isPresent() ? "the leader reconnects" : "a server that may lead reconnects");
    }

    private Collection<ServerId> heirs(PlannedStep planned) {
        return planned.movesLeadership()
                ? forecast.steps().get(planned.number() - 1).nextLeaders()
                : List.of();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScalingPlan plan
                && identity.equals(plan.identity)
                && baseVersion.equals(plan.baseVersion)
                && origin.equals(plan.origin)
                && leader.equals(plan.leader)
                && goal.equals(plan.goal)
                && reason.equals(plan.reason)
                && steps.equals(plan.steps)
                && forecast.equals(plan.forecast)
                && findings.equals(plan.findings);
    }

    @Override
    public int hashCode() {
        return 31 * baseVersion.hashCode() + steps.hashCode();
    }

    /** Returns the plan in short: the change, then a line a step, then what to mind and what to expect. */
    @Override
    public String toString() {
        var text = new StringBuilder("Plan: ").append(origin);
        if (steps.isEmpty()) {
            text.append(" is as asked for, nothing to do\n");
        } else {
            text.append(" -> ").append(target());
            text.append(reason.isEmpty() ? "" : ", because " + reason).append('\n');
            text.append("from version ").append(baseVersion);
            text.append(", leader ").append(leader.map(ServerId::toString).orElse("unknown"));
            text.append("; ").append(expectation()).append('\n');
            steps.forEach(
                    step -> text.append("  ").append(step.line(heirs(step))).append('\n'));
        }
        for (Violation warning : findings.warnings()) {
            text.append("! ").append(warning).append('\n');
        }
        for (Violation advice : findings.advice()) {
            text.append("~ ").append(advice).append('\n');
        }
        return text.toString();
    }
}
