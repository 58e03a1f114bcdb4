package io.ensembler.plan.oracle;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import io.ensembler.validation.ValidationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the planner really does with a task: the calls of its plan up to a hand-off, then for everybody who may lead after it
 * what is left of the plan, and so on. Each call is held against the oracle's idea of what is admissible, and what the whole
 * costs is what it costs with the leaders for whom it costs most.
 */
final class Strategy {

    private final Task task;
    private final Oracle oracle;
    private final Planner planner;
    private final ScalingPlan plan;

    Strategy(Task task, Oracle oracle, Planner planner, ScalingPlan plan) {
        this.task = task;
        this.oracle = oracle;
        this.planner = planner;
        this.plan = plan;
    }

    /** What a way costs, and its calls. */
    record Outcome(Preference cost, List<String> way) {}

    /** The planner does what it must not do. */
    static final class Fault extends Exception {

        private static final long serialVersionUID = 1L;

        Fault(String fault, List<String> way) {
            super(fault + "; its way so far: " + way);
        }
    }

    /**
     * Returns what the planner does at worst.
     *
     * @throws Fault if with any leaders it does not reach the target by admissible calls
     */
    Outcome follow(ServerId leader) throws Fault {
        return follow(task.origin(), leader, plan.steps(), List.of());
    }

    private Outcome follow(Ensemble from, ServerId leader, List<PlannedStep> steps, List<String> wayHere) throws Fault {
        var calls = calls(steps);
        var way = new ArrayList<>(wayHere);
        var cost = Preference.NOTHING;
        var at = from;
        for (int i = 0; i < calls.size(); i++) {
            var call = calls.get(i);
            var before = place(at, way);
            var after = place(call.after(), way);
            if (!call.before().equals(at)) {
                throw new Fault("it goes from " + call.before() + " where " + at + " stands", way);
            }
            way.add(oracle.describe(before, after, leader));
            if (!oracle.isAdmissible(before, after, leader)) {
                throw new Fault("its last call is not admissible", way);
            }
            cost = cost.plus(oracle.edge(before, after, leader));
            at = call.after();
            if (oracle.movesLeadership(before, after, leader)) {
                var printed = calls.subList(i + 1, calls.size());
                var rest = followTheWorst(at, oracle.leadersAfter(before, after, leader), printed, way);
                return new Outcome(cost.plus(rest.cost()), rest.way());
            }
        }
        if (!at.equals(task.target())) {
            throw new Fault("it ends at " + at, way);
        }
        return new Outcome(cost, way);
    }

    private Outcome followTheWorst(
            Ensemble from, List<ServerId> leaders, List<Step.Reconfigure> printed, List<String> wayHere) throws Fault {
        Map<List<Step.Reconfigure>, Preference> costs = new HashMap<>();
        Outcome worst = null;
        for (var leader : leaders) {
            var way = new ArrayList<>(wayHere);
            way.add(leader + " leads");
            var rest = rest(from, leader, way);
            var outcome = follow(from, leader, rest, way);
            costs.merge(calls(rest), outcome.cost(), (one, other) -> one.compareTo(other) > 0 ? one : other);
            if (worst == null || outcome.cost().compareTo(worst.cost()) > 0) {
                worst = outcome;
            }
        }
        if (!worst.cost().equals(costs.get(printed))) {
            throw new Fault("what it prints after the hand-off is not what it does at worst: " + printed, worst.way());
        }
        return worst;
    }

    private List<PlannedStep> rest(Ensemble from, ServerId leader, List<String> way) throws Fault {
        try {
            return planner.remaining(plan, task.see(from, leader));
        } catch (ValidationException e) {
            throw new Fault("it knows no way on: " + e.getMessage(), way);
        }
    }

    private Oracle.Place place(Ensemble ensemble, List<String> way) throws Fault {
        var place = oracle.place(ensemble);
        if (place.isEmpty()) {
            throw new Fault("it leads to servers that neither origin nor target have: " + ensemble.servers(), way);
        }
        return place.get();
    }

    private static List<Step.Reconfigure> calls(List<PlannedStep> steps) {
        return steps.stream()
                .map(PlannedStep::step)
                .filter(Step.Reconfigure.class::isInstance)
                .map(Step.Reconfigure.class::cast)
                .toList();
    }
}
