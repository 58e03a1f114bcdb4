package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * The rules over one reconfiguration, by majority and by groups and weights. Pure.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TransitionRules {

    private TransitionRules() {}

    /**
     * Returns what forbids going from one configuration to the next in one reconfiguration.
     *
     * @param transition where it goes from and to, and who leads
     * @param live the participants of the ensemble before that are proved synced, and the joiners that are
     * @param floor the tolerance that the plan keeps, at least 0
     */
    public static ValidationReport check(Transition transition, Set<ServerId> live, int floor) {
        var before = transition.before();
        var after = transition.after();
        var found = new ArrayList<Violation>();
        if (!isSingleChange(before, after) && !isFirstGrowth(transition)) {
            found.add(new Violation(
                    Rule.QUORUMS_MEET,
                    effect(transition) + " in one reconfiguration",
                    "servers " + Wording.ids(changed(before, after)) + " change at once"
                            + (everyQuorumMeets(before, after)
                                    ? ""
                                    : ", so that a quorum of either need not share a server with one of the other"),
                    "Change one participant at a time, and observers in a call of their own"));
        }
        checkTolerance(transition, live, floor, found);
        checkNames(transition, found);
        return new ValidationReport(found);
    }

    /**
     * A call that is not by majority before and after sends all lines, so that the leader resolves its own name anew;
     * if that gives another address, it finds nobody to hand over to where it alone holds a quorum.
     */
    private static void checkNames(Transition transition, List<Violation> found) {
        var before = transition.before();
        var after = transition.after();
        if (before.quorumRule().isMajority() && after.quorumRule().isMajority()) {
            return;
        }
        before.participants().stream()
                .filter(id -> transition.leader().map(id::equals).orElse(true))
                .filter(id -> after.containsQuorum(Set.of(id)))
                .filter(id -> after.server(id)
                        .filter(server -> server.endpoints().usesNames())
                        .isPresent())
                .findFirst()
                .ifPresent(id -> found.add(new Violation(
                        Rule.LONE_QUORUM_STAYS,
                        effect(transition),
                        "server " + id + (transition.leader().isPresent() ? " leads" : " may lead")
                                + ", alone holds a quorum and is listed by host name; with groups and weights all lines"
                                + " are sent, and if its name has come to resolve to another address every server goes"
                                + " down",
                        "Let another server lead first")));
    }

    /**
     * Returns the tolerance that is left while a reconfiguration is under way: the lower one of before and after, where
     * an observer that is promoted counts as not live, and so does a leader that changes its quorum address, since both
     * reconnect. Where nobody is known to lead, whoever changes its quorum address may do so.
     *
     * @param live the participants of the ensemble before that are proved synced, and the joiners that are
     */
    public static int tolerance(Transition transition, Set<ServerId> live) {
        return reconnectingLeaders(transition).stream()
                .mapToInt(id -> during(transition, without(id, live)))
                .min()
                .orElseGet(() -> during(transition, live));
    }

    private static int during(Transition transition, Set<ServerId> live) {
        var before = transition.before();
        var after = transition.after();
        var liveAfter = new TreeSet<ServerId>();
        for (var id : after.participants()) {
            boolean promoted = !before.participants().contains(id) && before.contains(id);
            if (live.contains(id) && !promoted) {
                liveAfter.add(id);
            }
        }
        return Math.min(before.tolerance(live), after.tolerance(liveAfter));
    }

    /** Who may lead, stays a participant and hands over nevertheless, since its quorum address changes. */
    private static SortedSet<ServerId> reconnectingLeaders(Transition transition) {
        var leaders = new TreeSet<>(transition.mayHandOver());
        leaders.retainAll(transition.after().participants());
        return leaders;
    }

    private static Set<ServerId> without(ServerId id, Set<ServerId> live) {
        var others = new TreeSet<>(live);
        others.remove(id);
        return others;
    }

    private static void checkTolerance(Transition transition, Set<ServerId> live, int floor, List<Violation> found) {
        var before = transition.before();
        var after = transition.after();
        int now = before.tolerance(live);
        int least = Math.min(floor, now);
        int during = during(transition, live);
        if (now < 0) {
            found.add(belowFloor(transition, Wording.inSync(before, live) + ", which is no quorum"));
        } else if (during < least) {
            found.add(belowFloor(
                    transition,
                    Wording.inSync(after, live) + ", which gives tolerance " + during + " where " + least
                            + " is needed"));
        } else {
            reconnectingLeaders(transition).stream()
                    .filter(id -> during(transition, without(id, live)) < 0)
                    .findFirst()
                    .ifPresent(id -> found.add(endangeredBy(id, transition, live)));
        }
    }

    private static Violation endangeredBy(ServerId id, Transition transition, Set<ServerId> live) {
        return new Violation(
                Rule.LONE_QUORUM_STAYS,
                effect(transition),
                (transition.leader().isPresent() ? "leader " + id : "server " + id + ", which may lead,")
                        + " reconnects at its new quorum address, and meanwhile "
                        + Wording.inSync(transition.after(), without(id, live)) + ", which is no quorum",
                "Bring in another participant first, for instance as a helper");
    }

    private static Violation belowFloor(Transition transition, String facts) {
        return new Violation(
                Rule.TOLERANCE_FLOOR,
                effect(transition),
                facts,
                "Wait until more of them are in sync, or bring them up");
    }

    private static String effect(Transition transition) {
        return "Cannot go from " + transition.before() + " to " + transition.after();
    }

    /**
     * Returns whether the two differ in one participant only, or in observers only: then each quorum of one shares a
     * server with each quorum of the other.
     *
     * <p>By groups and weights the weight of one server may differ by one: it enters and leaves at weight 1 or 0, and
     * goes to another group with weight 0 in one of the two. A majority is one group in which everybody weighs 1, so
     * that the form may change along. The numbers of groups mean nothing.
     */
    static boolean isSingleChange(Ensemble before, Ensemble after) {
        var changed = changedLines(before, after);
        boolean votersChange = changed.stream()
                .anyMatch(id -> before.participants().contains(id)
                        || after.participants().contains(id));
        if (before.quorumRule().isMajority() && after.quorumRule().isMajority()) {
            return !votersChange || changed.size() == 1;
        }
        var standingsBefore = Standings.of(before);
        var standingsAfter = Standings.of(after);
        if (standingsBefore.equals(standingsAfter)) {
            return !votersChange || changed.size() == 1;
        }
        var suspects = changed.isEmpty() ? before.ids() : changed;
        return changed.size() <= 1
                && suspects.stream().anyMatch(id -> Standings.differByOneAt(id, standingsBefore, standingsAfter));
    }

    /**
     * Returns whether one or two participants grow in one call with the leader staying, by majority before and after.
     * Whoever commits that is in every quorum of the old configuration and activates first, so the old one cannot
     * revive.
     */
    static boolean isFirstGrowth(Transition transition) {
        var before = transition.before();
        var after = transition.after();
        return before.quorumRule().isMajority()
                && after.quorumRule().isMajority()
                && before.participants().size() <= 2
                && transition
                        .leader()
                        .filter(id -> before.participants().contains(id))
                        .isPresent()
                && after.participants().containsAll(before.participants())
                && before.servers().stream()
                        .allMatch(server ->
                                after.server(server.id()).filter(server::equals).isPresent())
                && changed(before, after).stream()
                        .allMatch(id -> after.participants().contains(id));
    }

    /**
     * Returns whether every quorum of one shares a server with every quorum of the other, each by its own arithmetic.
     */
    static boolean everyQuorumMeets(Ensemble one, Ensemble other) {
        boolean byMajority = one.quorumRule().isMajority() && other.quorumRule().isMajority();
        return byMajority ? everyMajorityMeets(one, other) : !DisjointQuorums.exist(one, other);
    }

    private static boolean everyMajorityMeets(Ensemble one, Ensemble other) {
        var shared = new HashSet<>(one.participants());
        shared.retainAll(other.participants());
        // Two disjoint quorums take the servers they do not share first; what they still need must not fit into the
        // rest.
        return neededOfShared(one, shared.size()) + neededOfShared(other, shared.size()) > shared.size();
    }

    private static int neededOfShared(Ensemble ensemble, int shared) {
        int quorum = ensemble.participants().size() / 2 + 1;
        return Math.max(0, quorum - (ensemble.participants().size() - shared));
    }

    private static Set<ServerId> changed(Ensemble before, Ensemble after) {
        var counting = new TreeSet<>(before.ids());
        counting.addAll(after.ids());
        counting.removeIf(
                id -> Standings.weight(before, id) == Standings.weight(after, id) && !changesGroup(before, after, id));
        var ids = changedLines(before, after);
        ids.addAll(counting);
        return ids;
    }

    private static boolean changesGroup(Ensemble before, Ensemble after, ServerId id) {
        var groupAfter = group(after, id);
        return group(before, id)
                .flatMap(number -> groupAfter.filter(other -> !other.equals(number)))
                .isPresent();
    }

    private static Optional<Long> group(Ensemble ensemble, ServerId id) {
        return ensemble.quorumRule().groups().entrySet().stream()
                .filter(group -> group.getValue().contains(id))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static SortedSet<ServerId> changedLines(Ensemble before, Ensemble after) {
        return new TreeSet<>(before.differingLines(after));
    }
}
