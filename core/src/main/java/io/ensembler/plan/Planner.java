package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Aim;
import io.ensembler.validation.EnsembleRules;
import io.ensembler.validation.Rule;
import io.ensembler.validation.TargetRules;
import io.ensembler.validation.TransitionRules;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
        return plan(observation, request, List.of());
    }

    /** The same, after these steps with servers that are not listed. */
    private static ScalingPlan plan(Observation observation, ScalingRequest request, List<Step> before) {
        var origin = observation.ensemble();
        var observed = EnsembleRules.checkObserved(observation);
        if (!observed.isAdmissible() && origin.servers().isEmpty()) {
            throw new ValidationException(observed);
        }
        var resolved = resolve(observation, request, observed);
        var aim = resolved.aim();
        var report = heeded(observed, observation, aim)
                .and(resolved.report())
                .and(TargetRules.check(observation, aim))
                .orThrow();
        var goal =
                new Goal(aim.target(), aim.rebuilt(), aim.helpers(), floor(observation, aim, request), request.pace());
        var route = found(observation, goal, request::effect);
        var begin = new ArrayList<>(before);
        if (!route.legs().isEmpty() || !before.isEmpty()) {
            begin.add(0, new Step.BackUp(request.backUp()));
        }
        var steps = steps(observation, goal, List.of(), begin, route);
        var forecast = Forecast.of(steps, route, observation);
        return new ScalingPlan(
                observation.committed().identity(),
                observation.version(),
                origin,
                observation.leader(),
                goal,
                request.reason(),
                steps,
                forecast,
                report.and(detours(origin, goal.target(), steps)).and(assumed(route, steps, forecast)));
    }

    /** Where nothing is to be changed, it forbids nothing that we may not change anything. */
    private static ValidationReport heeded(ValidationReport observed, Observation observation, Aim aim) {
        boolean isAsAskedFor =
                observation.ensemble().equals(aim.target()) && aim.rebuilt().isEmpty();
        return new ValidationReport(observed.violations().stream()
                .filter(violation -> !isAsAskedFor
                        || (violation.rule() != Rule.PERMISSION_MISSING
                                && violation.rule() != Rule.RECONFIGURATION_DISABLED))
                .toList());
    }

    private static Resolver.Resolved resolve(
            Observation observation, ScalingRequest request, ValidationReport observed) {
        try {
            return Resolver.resolve(observation, request);
        } catch (ValidationException e) {
            throw new ValidationException(observed.and(e.report()));
        }
    }

    /**
     * Returns what is left of {@code plan} as the ensemble stands now and for whoever leads now, with the plan's own
     * floor: first the stopping of servers that left already, then the steps to the target. Of a plan that has reached
     * its target it is the last barrier at least, since whoever ran it may have ended before passing it. Where the
     * target stands, servers to rebuild are taken as rebuilt.
     *
     * @throws ValidationException if no sequence of admissible steps leads from here to the plan's target
     */
    public List<PlannedStep> remaining(ScalingPlan plan, Observation now) {
        boolean reached = now.ensemble().equals(plan.target());
        return remaining(plan, now, reached ? plan.goal().rebuilt() : Set.of());
    }

    /**
     * Returns what is left of {@code plan} as the ensemble stands now, given which of the servers it rebuilds have
     * left, been stopped and been set aside since it began: that is not done to them again.
     *
     * @throws ValidationException if no sequence of admissible steps leads from here to the plan's target
     */
    public List<PlannedStep> remaining(ScalingPlan plan, Observation now, Set<ServerId> rebuilt) {
        var goal = plan.goal().without(new TreeSet<>(rebuilt));
        var unlisted = retired(plan, goal).stream()
                .filter(server -> !now.ensemble().contains(server.id()))
                .toList();
        var steps = steps(
                now,
                goal,
                unlisted,
                begin(plan, now, rebuilt),
                found(now, goal, () -> "Cannot reach " + plan.target()));
        return steps.isEmpty() && !plan.steps().isEmpty() ? lastProof(plan, now) : steps;
    }

    /**
     * Returns the plan that undoes {@code plan} as far as it was done, from what stands {@code now}: to the ensemble it
     * began with. Servers that it may have started, and that are not listed, are stopped first. To go back to where a
     * plan began is consent to the tolerance that was there.
     *
     * @throws ValidationException if a rule forbids it
     */
    public ScalingPlan rollBack(ScalingPlan plan, Observation now) {
        var origin = plan.origin();
        var request = ScalingRequest.change()
                .reach(origin)
                .consentToTolerance(Math.max(0, origin.tolerance(origin.participants())))
                .pace(plan.goal().pace())
                .because(plan.reason().isEmpty() ? "rolled back" : "rolled back: " + plan.reason());
        var before = new ArrayList<Step>();
        plan.steps().stream()
                .flatMap(planned ->
                        planned.step() instanceof Step.StartServer start ? Stream.of(start.server()) : Stream.empty())
                .filter(server ->
                        !origin.contains(server.id()) && !now.ensemble().contains(server.id()))
                .distinct()
                .forEach(server -> before.add(new Step.StopServer(server)));
        // What they have missed since they left is as much as all, and their directories bear an earlier marker.
        origin.servers().stream()
                .filter(server -> !now.ensemble().contains(server.id()))
                .forEach(server -> {
                    before.add(new Step.StopServer(server));
                    before.add(new Step.WipeServer(server));
                });
        return plan(now, request, before);
    }

    /**
     * The servers that do not outlast a plan as they are: those that leave or are yet to be rebuilt, and its helpers.
     */
    private static List<Server> retired(ScalingPlan plan, Goal goal) {
        var retired = new ArrayList<Server>();
        plan.origin().servers().stream()
                .filter(server ->
                        !goal.target().contains(server.id()) || goal.rebuilt().contains(server.id()))
                .forEach(retired::add);
        goal.helpers().stream()
                .filter(helper ->
                        plan.steps().stream().anyMatch(planned -> planned.step().equals(new Step.StopServer(helper))))
                .forEach(retired::add);
        plan.steps().stream()
                .flatMap(planned ->
                        planned.step() instanceof Step.StopServer stop ? Stream.of(stop.server()) : Stream.empty())
                .filter(server -> !plan.origin().contains(server.id())
                        && !goal.target().contains(server.id())
                        && !goal.helpers().contains(server))
                .forEach(retired::add);
        return retired;
    }

    /** What a plan does before its first reconfiguration, as far as it was not done. */
    private static List<Step> begin(ScalingPlan plan, Observation now, Set<ServerId> setAside) {
        var steps = new ArrayList<Step>();
        for (var planned : plan.steps()) {
            if (planned.step() instanceof Step.BackUp && isOrigin(now, plan)) {
                steps.add(planned.step());
            }
            if (planned.step() instanceof Step.WipeServer wipe) {
                var id = wipe.server().id();
                if (!plan.origin().contains(id) && !now.ensemble().contains(id) && !setAside.contains(id)) {
                    steps.add(new Step.StopServer(wipe.server()));
                    steps.add(wipe);
                }
            }
        }
        return steps;
    }

    private static boolean isOrigin(Observation now, ScalingPlan plan) {
        return now.version().equals(plan.baseVersion()) && now.ensemble().equals(plan.origin());
    }

    /**
     * The barrier behind the last reconfiguration of a plan, and the proof that its ensemble works; whoever leads,
     * joiners come in in the order of their ids.
     */
    private static List<PlannedStep> lastProof(ScalingPlan plan, Observation now) {
        var barrier = plan.steps().stream()
                .map(PlannedStep::step)
                .filter(Step.ConfirmActive.class::isInstance)
                .reduce((earlier, later) -> later);
        if (barrier.isEmpty()) {
            return List.of();
        }
        var steps = List.of(barrier.get(), new Step.Stabilize(), new Step.Verify());
        return IntStream.range(0, steps.size())
                .mapToObj(i -> new PlannedStep(i + 1, steps.size(), steps.get(i), plan.target(), now.tolerance()))
                .toList();
    }

    /** Names the addresses that servers have for a time, because those they are to have are still taken. */
    private static ValidationReport detours(Ensemble origin, Ensemble target, List<PlannedStep> steps) {
        var found = new ArrayList<Violation>();
        for (var planned : steps) {
            if (planned.step() instanceof Step.Reconfigure step) {
                for (var server : step.changing()) {
                    var here = server.endpoints();
                    boolean passing = Stream.of(origin, target)
                            .flatMap(ensemble -> ensemble.server(server.id()).stream())
                            .noneMatch(line -> line.endpoints().equals(here));
                    if (passing) {
                        found.add(new Violation(
                                Rule.ADDRESS_FOR_A_TIME,
                                "Mind server " + server.id(),
                                "in step " + planned.number() + " it moves to \"" + server
                                        + "\" for a time, since another server still has the ports it is to have",
                                "See that those ports are free and can be reached"));
                    }
                }
            }
        }
        return new ValidationReport(found);
    }

    /** Names the leaders for whom the steps after a hand-off are planned, where others may come to lead. */
    private static ValidationReport assumed(Route route, List<PlannedStep> steps, Forecast forecast) {
        var found = new ArrayList<Violation>();
        var calls = steps.stream()
                .filter(planned -> planned.step() instanceof Step.Reconfigure)
                .toList();
        for (int i = 0; i + 1 < calls.size(); i++) {
            var expected = forecast.steps().get(calls.get(i).number() - 1);
            var leader = route.legs().get(i + 1).leader();
            if (calls.get(i).movesLeadership() && expected.nextLeaders().size() > 1 && leader.isPresent()) {
                found.add(new Violation(
                        Rule.LEADER_ASSUMED,
                        "Expect that other steps may follow step "
                                + calls.get(i).number(),
                        "leadership moves there to " + Text.oneOf(expected.nextLeaders())
                                + ", and what follows is planned for the worst of these, server " + leader.get(),
                        "Nothing need be done: it is planned anew for whoever leads then"));
            }
        }
        return new ValidationReport(found);
    }

    private static int floor(Observation observation, Aim aim, ScalingRequest request) {
        var origin = observation.ensemble();
        var target = aim.target();
        var live = arrived(observation.live(), origin, aim);
        int reached = target.tolerance(live);
        if (reached < 0) {
            var remaining = new TreeSet<>(target.participants());
            remaining.retainAll(live);
            throw new ValidationException(new Violation(
                    Rule.TOLERANCE_FLOOR,
                    request.effect(),
                    "of participants " + Text.ids(target.participants()) + " "
                            + (remaining.isEmpty() ? "none" : "only " + Text.ids(remaining))
                            + " would be in sync, which is no quorum",
                    "Bring the others up first, or let those leave that are down"));
        }
        int kept = Math.max(0, Math.min(observation.tolerance(), reached));
        return Math.min(kept, request.consent().orElse(kept));
    }

    /** Who is live once all that come in have done so. */
    private static SortedSet<ServerId> arrived(Set<ServerId> live, Ensemble origin, Aim aim) {
        var all = new TreeSet<>(live);
        aim.target().participants().stream()
                .filter(id ->
                        !origin.participants().contains(id) || aim.rebuilt().contains(id))
                .forEach(all::add);
        return all;
    }

    private static Route found(Observation now, Goal goal, Supplier<String> effect) {
        return route(now, goal).orElseThrow(() -> refused(now, goal, effect.get()));
    }

    /** The steps to the goal, after those that stop whoever retires and is not listed, but for helpers that come in. */
    private static List<PlannedStep> steps(
            Observation now, Goal goal, List<Server> unlisted, List<Step> before, Route route) {
        var ensemble = now.ensemble();
        var itinerary = new Itinerary(goal, now.live(), now.names());
        before.forEach(step -> itinerary.begin(step, ensemble));
        itinerary.stopGone(
                ensemble,
                unlisted.stream()
                        .filter(server -> !goal.helpers().contains(server) || !route.bringsIn(server.id()))
                        .toList(),
                route);
        itinerary.follow(route);
        return itinerary.steps();
    }

    private static Optional<Route> route(Observation now, Goal goal) {
        return route(now, goal, Search.Names.REFUSED);
    }

    private static Optional<Route> route(Observation now, Goal goal, Search.Names names) {
        try {
            return Route.find(now.ensemble(), goal, Condition.of(now), names);
        } catch (Search.TooManyException e) {
            throw new ValidationException(new Violation(
                    Rule.TOO_COMPLEX,
                    "Cannot plan the way from " + now.ensemble() + " to " + goal.target(),
                    e.facts(),
                    e.remedy()));
        }
    }

    /** What a leader that alone holds a quorum risks by its host name, on a route that is admissible but for that. */
    private static Optional<Violation> endangered(Route route) {
        return route.legs().stream()
                .flatMap(leg -> {
                    var everybody = new TreeSet<>(leg.before().ids());
                    everybody.addAll(leg.after().ids());
                    return TransitionRules.check(leg.transition(), everybody, 0).errors().stream();
                })
                .filter(violation -> violation.rule() == Rule.LONE_QUORUM_STAYS)
                .findFirst();
    }

    /** Says which tolerance the request would need, if any would do. */
    private static ValidationException refused(Observation now, Goal goal, String effect) {
        if (now.tolerance() < 0) {
            var counted = new TreeSet<>(now.ensemble().participants());
            counted.retainAll(now.live());
            return new ValidationException(new Violation(
                    Rule.TOLERANCE_FLOOR,
                    effect,
                    "of participants " + Text.ids(now.ensemble().participants()) + " "
                            + (counted.isEmpty() ? "none" : "only " + Text.ids(counted))
                            + (counted.size() > 1 ? " are" : " is") + " proved in sync, which is no quorum",
                    "Wait until more of them are in sync, or bring them up"));
        }
        var named = route(now, goal, Search.Names.ADMITTED).flatMap(Planner::endangered);
        if (named.isPresent()) {
            return new ValidationException(new Violation(
                    named.get().rule(), effect, named.get().facts(), named.get().remedy()));
        }
        for (int lower = goal.floor() - 1; lower >= 0; lower--) {
            if (route(now, goal.withFloor(lower)).isPresent()) {
                return new ValidationException(new Violation(
                        Rule.TOLERANCE_FLOOR,
                        effect,
                        "on the way tolerance would fall to " + lower + " where " + goal.floor() + " is kept",
                        Remedies.of(now, goal)
                                .or("consent to tolerance " + lower + " in the request")
                                .toString()));
            }
        }
        return new ValidationException(new Violation(
                Rule.TOLERANCE_FLOOR,
                effect,
                "from " + now.ensemble() + " with " + Text.ids(now.live()) + " in sync, no sequence of single changes"
                        + " to " + goal.target() + " keeps a quorum of servers in sync at each moment",
                Remedies.of(now, goal).toString()));
    }
}
