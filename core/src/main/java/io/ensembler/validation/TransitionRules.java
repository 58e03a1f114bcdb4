package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * The rules over one reconfiguration. Pure; for ensembles whose quorums are majorities.
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
                    "Cannot go from " + before + " to " + after + " in one reconfiguration",
                    "servers " + Wording.ids(changed(before, after)) + " change at once"
                            + (everyQuorumMeets(before, after)
                                    ? ""
                                    : ", so that a quorum of either need not share a server with one of the other"),
                    "Change one participant at a time, and observers in a call of their own"));
        }
        checkTolerance(before, after, live, floor, found);
        return new ValidationReport(found);
    }

    private static void checkTolerance(
            Ensemble before, Ensemble after, Set<ServerId> live, int floor, List<Violation> found) {
        int now = before.tolerance(live);
        int during = Math.min(now, after.tolerance(live));
        int least = Math.min(floor, now);
        var effect = "Cannot go from " + before + " to " + after;
        var remedy = "Wait until more of them are in sync, or bring them up";
        if (now < 0) {
            var facts = Wording.inSync(before, live) + ", which is no quorum";
            found.add(new Violation(Rule.TOLERANCE_FLOOR, effect, facts, remedy));
        } else if (during < least) {
            var facts = Wording.inSync(after, live) + ", which gives tolerance " + during + " where " + least
                    + " is needed";
            found.add(new Violation(Rule.TOLERANCE_FLOOR, effect, facts, remedy));
        }
    }

    /**
     * Returns whether the two differ in one participant only, or in observers only: then each quorum of one shares a
     * server with each quorum of the other.
     */
    public static boolean isSingleChange(Ensemble before, Ensemble after) {
        var changed = changed(before, after);
        boolean votersChange = changed.stream()
                .anyMatch(id -> before.participants().contains(id)
                        || after.participants().contains(id));
        return !votersChange || changed.size() == 1;
    }

    /**
     * Returns whether one or two participants grow in one call with the leader staying. Whoever commits that is in every
     * quorum of the old configuration and activates first, so the old one cannot revive.
     */
    public static boolean isFirstGrowth(Transition transition) {
        var before = transition.before();
        var after = transition.after();
        return before.participants().size() <= 2
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
     * Returns whether every quorum of one shares a server with every quorum of the other, each by majority of its own
     * participants.
     *
     * @throws IllegalArgumentException if quorums of either are not majorities
     */
    public static boolean everyQuorumMeets(Ensemble one, Ensemble other) {
        if (!one.quorumRule().isMajority() || !other.quorumRule().isMajority()) {
            throw new IllegalArgumentException("quorums by majority are expected: " + one + " and " + other);
        }
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
        var ids = new TreeSet<>(before.ids());
        ids.addAll(after.ids());
        ids.removeIf(id -> before.server(id).equals(after.server(id)));
        return ids;
    }
}
