package io.ensembler.plan;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.EnsembleRules;
import io.ensembler.validation.Rule;
import io.ensembler.validation.Transition;
import io.ensembler.validation.TransitionRules;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apiguardian.api.API;

/**
 * Makes plans: which single changes lead from the ensemble observed to the one asked for, with tolerance kept and
 * leadership moved as rarely as can be. Pure, deterministic and thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Planner {

    /** Creates a planner. All planners are alike. */
    public Planner() {}

    /**
     * Returns the plan that fulfils {@code request}; it has no steps if the ensemble is as asked for.
     *
     * @throws ValidationException if a rule forbids it; it holds everything found
     */
    public ScalingPlan plan(Observation observation, ScalingRequest request) {
        var origin = observation.ensemble();
        var observed = EnsembleRules.checkObserved(observation);
        if (!observed.isAdmissible() && origin.servers().isEmpty()) {
            throw new ValidationException(observed);
        }
        var joiners = request.additions().stream()
                .filter(server -> !origin.server(server.id()).equals(Optional.of(server)))
                .distinct()
                .toList();
        var report = observed.and(checkRequest(origin, joiners, request))
                .and(EnsembleRules.checkJoiners(origin, joiners))
                .orThrow();

        var target = target(origin, joiners, request.removals());
        int floor = floor(origin, target, observation.live(), request);
        var steps = steps(origin, origin, target, observation.live(), observation.leader(), floor);
        return new ScalingPlan(
                observation.version(),
                origin,
                target,
                observation.leader(),
                floor,
                request.reason(),
                steps,
                new ValidationReport(report.warnings()));
    }

    /**
     * Returns what is left of {@code plan} as the ensemble stands now and for whoever leads now, with the plan's own
     * floor: first the stopping of servers that left already, then the steps to the target. Of a plan that has reached its
     * target it is the last barrier at least, since whoever ran it may have ended before passing it.
     *
     * @throws ValidationException if no sequence of admissible steps leads from here to the plan's target
     */
    public List<PlannedStep> remaining(ScalingPlan plan, Observation now) {
        var steps = steps(plan.origin(), now.ensemble(), plan.target(), now.live(), now.leader(), plan.floor());
        return steps.isEmpty() && !plan.steps().isEmpty() ? lastBarrier(plan, now) : steps;
    }

    /** The barrier behind the last reconfiguration of a plan; whoever leads, joiners come in in the order of their ids. */
    private static List<PlannedStep> lastBarrier(ScalingPlan plan, Observation now) {
        var draft = new Draft();
        plan.steps().stream()
                .map(PlannedStep::step)
                .filter(Step.ConfirmActive.class::isInstance)
                .reduce((earlier, later) -> later)
                .ifPresent(barrier -> draft.add(barrier, plan.target(), now.tolerance()));
        return draft.numbered();
    }

    private static ValidationReport checkRequest(Ensemble origin, List<Server> joiners, ScalingRequest request) {
        var found = new ArrayList<Violation>();
        var removals = request.removals();
        var named = new TreeSet<ServerId>();
        for (var added : request.additions().stream().distinct().toList()) {
            var effect = "Cannot add server " + added.id();
            var listed = origin.server(added.id());
            boolean again = !named.add(added.id());
            if (removals.contains(added.id())) {
                found.add(new Violation(
                        Rule.CONTRADICTION,
                        effect,
                        "the request removes it as well",
                        "Ask for one of both, and for the other once that is done"));
            } else if (listed.isPresent() && !listed.get().equals(added)) {
                found.add(new Violation(
                        Rule.ID_TAKEN,
                        effect,
                        "the ensemble lists its id as \"" + ConfigurationText.print(listed.get()) + "\"",
                        "Choose an id that is not in use"));
            } else if (again) {
                found.add(new Violation(
                        Rule.ID_TAKEN, effect, "the request names its id twice", "Give each server an id of its own"));
            }
        }
        for (var id : removals) {
            if (!origin.contains(id)) {
                found.add(new Violation(
                        Rule.UNKNOWN_SERVER,
                        "Cannot remove server " + id,
                        "the ensemble lists " + Text.ids(origin.ids()) + " only",
                        "Name a listed server; if it was removed already, nothing is left to do"));
            }
        }
        boolean participantsStay = origin.participants().stream().anyMatch(id -> !removals.contains(id));
        if (!participantsStay && joiners.stream().noneMatch(Server::isParticipant)) {
            found.add(new Violation(
                    Rule.LAST_PARTICIPANT,
                    "Cannot remove " + Text.plural(removals, "server") + " " + Text.ids(removals),
                    "no participant would remain",
                    "Keep one, or add another in the same request"));
        }
        return new ValidationReport(found);
    }

    private static Ensemble target(Ensemble origin, List<Server> joiners, List<ServerId> removals) {
        var target = origin;
        for (var joiner : joiners) {
            target = target.plus(joiner);
        }
        for (var id : removals) {
            target = target.minus(id);
        }
        return target;
    }

    private static int floor(Ensemble origin, Ensemble target, Set<ServerId> live, ScalingRequest request) {
        int reached = target.tolerance(withJoiners(live, origin, target));
        if (reached < 0) {
            var remaining = new TreeSet<>(target.participants());
            remaining.retainAll(withJoiners(live, origin, target));
            throw new ValidationException(new Violation(
                    Rule.TOLERANCE_FLOOR,
                    "Cannot " + request,
                    "of participants " + Text.ids(target.participants()) + " "
                            + (remaining.isEmpty() ? "none" : "only " + Text.ids(remaining))
                            + " would be in sync, which is no quorum",
                    "Bring the others up first, or let those leave that are down"));
        }
        return Math.max(0, Math.min(origin.tolerance(live), reached));
    }

    private static Set<ServerId> withJoiners(Set<ServerId> live, Ensemble before, Ensemble after) {
        var all = new TreeSet<>(live);
        after.participants().stream().filter(id -> !before.contains(id)).forEach(all::add);
        return all;
    }

    private static List<PlannedStep> steps(
            Ensemble origin,
            Ensemble now,
            Ensemble target,
            Set<ServerId> liveNow,
            Optional<ServerId> leader,
            int floor) {
        var draft = new Draft();
        var live = new TreeSet<>(liveNow);
        var gone = servers(origin, server -> !now.contains(server.id()) && !target.contains(server.id()));
        for (var server : gone) {
            // Which of them left last is not known; as if each had: stricter than needed, and never too weak.
            draft.add(new Step.ConfirmActive(now.plus(server), now), now, now.tolerance(live));
            draft.add(new Step.StopServer(server), now, now.tolerance(live));
        }
        var before = now;
        for (var after : Route.between(now, target, liveNow, leader)) {
            addLeg(draft, before, after, live, leader, floor);
            before = after;
        }
        return draft.numbered();
    }

    private static void addLeg(
            Draft draft, Ensemble before, Ensemble after, Set<ServerId> live, Optional<ServerId> leader, int floor) {
        boolean moves = leader.filter(id -> before.participants().contains(id)
                        && !after.participants().contains(id))
                .isPresent();
        var reconfigure = new Step.Reconfigure(before, after, moves ? Step.Leadership.MOVES : Step.Leadership.STAYS);
        int toleranceBefore = before.tolerance(live);
        for (var joiner : reconfigure.joining()) {
            draft.add(new Step.StartServer(joiner), before, toleranceBefore);
            draft.add(new Step.AwaitSynced(joiner), before, toleranceBefore);
            live.add(joiner.id());
        }
        TransitionRules.check(new Transition(before, after, leader), live, floor)
                .orThrow();
        draft.add(reconfigure, after, Math.min(toleranceBefore, after.tolerance(live)));
        draft.add(new Step.ConfirmActive(before, after), after, after.tolerance(live));
        reconfigure.leaving().forEach(server -> draft.add(new Step.StopServer(server), after, after.tolerance(live)));
    }

    private static List<Server> servers(Ensemble ensemble, Predicate<Server> condition) {
        return ensemble.servers().stream().filter(condition).toList();
    }

    /** Steps before it is known how many there are. */
    private static final class Draft {

        private final List<PlannedStep> steps = new ArrayList<>();

        void add(Step step, Ensemble leadsTo, int tolerance) {
            steps.add(new PlannedStep(steps.size() + 1, 0, step, leadsTo, tolerance));
        }

        List<PlannedStep> numbered() {
            return steps.stream()
                    .map(step ->
                            new PlannedStep(step.number(), steps.size(), step.step(), step.leadsTo(), step.tolerance()))
                    .toList();
        }
    }
}
