package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The reconfigurations from one ensemble to another, the best that can be found. Immutable. */
record Route(List<Leg> legs, Preference cost) {

    /** Copies {@code legs}. */
    Route {
        legs = List.copyOf(legs);
    }

    /**
     * One reconfiguration.
     *
     * @param before the ensemble before it
     * @param after the ensemble after it
     * @param leader who leads before it, after a hand-off the worst who could
     */
    record Leg(Ensemble before, Ensemble after, Optional<ServerId> leader) {

        Transition transition() {
            return new Transition(before, after, leader);
        }
    }

    /** Returns the best route, empty if no sequence of admissible reconfigurations leads to the goal. */
    static Optional<Route> find(Ensemble now, Goal goal, Condition condition, Search.Names names) {
        var inOffice = condition.leader().filter(id -> now.participants().contains(id));
        var courses = Courses.of(now, goal, inOffice);
        var slots = Slots.of(courses.byId().values(), condition, inOffice);
        int leaderSlot = inOffice.map(id -> slots.slot(id, 0)).orElse(Situation.NOBODY);
        return new Search(slots, goal.floor(), growth(now, goal), names)
                .from(leaderSlot)
                .flatMap(found -> new Walk(now, goal, condition, courses, slots, inOffice, names)
                        .along(found)
                        .map(legs -> new Route(legs, found.cost())));
    }

    /**
     * Growth in one call is for majorities that are written as such before and after it. On the way to such a target
     * each ensemble that counts like one is, once a call has been made.
     */
    private static Moves.Growth growth(Ensemble now, Goal goal) {
        if (!goal.target().quorumRule().isMajority()) {
            return Moves.Growth.NEVER;
        }
        return now.quorumRule().isMajority() ? Moves.Growth.ALWAYS : Moves.Growth.LATER;
    }

    /** Whether this server comes to be listed on the way. */
    boolean bringsIn(ServerId id) {
        return legs.stream()
                .anyMatch(leg -> !leg.before().contains(id) && leg.after().contains(id));
    }

    /** Puts servers in place of numbers: of those alike the one with the lowest id goes first. */
    private static final class Walk {

        private final Ensemble now;
        private final Goal goal;
        private final Condition condition;
        private final Courses courses;
        private final Slots slots;
        private final Optional<ServerId> inOffice;
        private final Search.Names names;
        private final Map<ServerId, Integer> standing = new TreeMap<>();

        Walk(
                Ensemble now,
                Goal goal,
                Condition condition,
                Courses courses,
                Slots slots,
                Optional<ServerId> inOffice,
                Search.Names names) {
            this.now = now;
            this.goal = goal;
            this.condition = condition;
            this.courses = courses;
            this.slots = slots;
            this.inOffice = inOffice;
            this.names = names;
        }

        /** Empty if there is no way on from a hand-off as it will be planned then. */
        Optional<List<Leg>> along(Search.Found found) {
            var legs = new ArrayList<Leg>();
            var current = now;
            var leader = inOffice;
            for (var leg : found.legs()) {
                for (var shift : leg.move().shifts()) {
                    for (var id : movers(leg, shift, leader)) {
                        standing.put(id, slots.station(shift.to()));
                    }
                }
                var next = courses.ensemble(standing);
                legs.add(new Leg(current, next, leader));
                current = next;
                if (leg.movesLeadership()) {
                    return rest(current, successor(leg, leader)).map(rest -> {
                        legs.addAll(rest.legs());
                        return legs;
                    });
                }
            }
            if (!current.equals(goal.target())) {
                // Nothing but how the same quorums are written.
                legs.add(new Leg(current, goal.target(), leader));
            }
            return Optional.of(legs);
        }

        /** As it will be planned once that server leads, so that what is left of a plan then is what the plan says. */
        private Optional<Route> rest(Ensemble current, Optional<ServerId> leader) {
            var arrived = new TreeSet<ServerId>();
            var toRebuild = new TreeSet<>(goal.rebuilt());
            var helpers = new ArrayList<>(goal.helpers());
            for (var course : courses.byId().values()) {
                int station = standing.getOrDefault(course.id(), 0);
                if (station > 0) {
                    helpers.removeIf(helper -> helper.id().equals(course.id()));
                    if (course.hasLeft(station)) {
                        toRebuild.remove(course.id());
                    }
                    if (course.hasArrived(station)) {
                        arrived.add(course.id());
                    }
                }
            }
            var then = condition.withLive(arrived).ledBy(leader, current.participants());
            var left = new Goal(goal.target(), toRebuild, helpers, goal.floor(), goal.pace());
            return find(current, left, then, names);
        }

        private Optional<ServerId> successor(Search.Leg leg, Optional<ServerId> before) {
            return in(leg.leaderAfter()).stream()
                    .filter(id -> !Optional.of(id).equals(before))
                    .findFirst();
        }

        private List<ServerId> movers(Search.Leg leg, Move.Shift shift, Optional<ServerId> leader) {
            if (leg.move().who() == Move.Who.LEADER) {
                return leader.stream().toList();
            }
            return in(shift.from()).stream()
                    .filter(id -> !Optional.of(id).equals(leader))
                    .limit(shift.servers())
                    .toList();
        }

        private List<ServerId> in(int slot) {
            return slots.cohortAt(slot).stream()
                    .map(Course::id)
                    .filter(id -> standing.getOrDefault(id, 0) == slots.station(slot))
                    .toList();
        }
    }
}
