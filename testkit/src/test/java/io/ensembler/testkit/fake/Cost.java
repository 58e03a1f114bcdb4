package io.ensembler.testkit.fake;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a sequence of reconfigurations costs by what the planner prefers, counted from the ensembles passed and by whom
 * they were led, with arithmetic of its own.
 */
final class Cost {

    /** What is counted, the most important first. */
    static final List<String> NAMES = List.of(
            "no joiner whose loss leaves no quorum",
            "fewest-handoffs",
            "little unfinished at hand-offs",
            "the dead taken out early",
            "nobody taken out early",
            "few reconfigurations",
            "few participants beyond the target",
            "few even sizes");

    private final SimulatedEnsemble ensemble;
    private final ScalingPlan plan;
    private final Set<ServerId> dead;
    private final int[] counts = new int[NAMES.size()];
    private final Set<ServerId> toRebuild;

    private Cost(SimulatedEnsemble ensemble, ScalingPlan plan, Set<ServerId> dead) {
        this.ensemble = ensemble;
        this.plan = plan;
        this.dead = dead;
        this.toRebuild = new TreeSet<>(plan.rebuilt());
    }

    /** What a plan promises, whoever takes over at a hand-off. */
    static List<Integer> promised(SimulatedEnsemble ensemble, ScalingPlan plan, Set<ServerId> dead) {
        var cost = new Cost(ensemble, plan, dead);
        for (var planned : plan.steps()) {
            if (planned.step() instanceof Step.Reconfigure step) {
                cost.add(step.before(), step.after(), step.leadershipMoves() == Step.Leadership.MOVES ? 1 : 0);
            }
        }
        return cost.counts();
    }

    /** What was seen of a run: each configuration that was committed, and who took office by it. */
    static List<Integer> seen(SimulatedEnsemble ensemble, ScalingPlan plan, Set<ServerId> dead) {
        var cost = new Cost(ensemble, plan, dead);
        for (var sent : ensemble.invariants().sends()) {
            var proposal = sent.proposal();
            if (proposal != null && sent.request().reply() == Reply.OK) {
                int offices = (int) ensemble.invariants().offices().stream()
                        .filter(listing -> listing.version() == proposal.version())
                        .count();
                cost.add(sent.before().ensemble(), sent.target().ensemble(), offices);
            }
        }
        return cost.counts();
    }

    private void add(Ensemble before, Ensemble after, int handOffs) {
        toRebuild.removeIf(id -> !after.contains(id));
        var live = new TreeSet<>(after.participants());
        live.removeAll(dead);
        var goneAlive = new TreeSet<>(before.participants());
        goneAlive.removeAll(after.participants());
        goneAlive.removeAll(dead);
        var deadListed = new TreeSet<>(after.participants());
        deadListed.retainAll(dead);
        int size = after.participants().size();
        int targetSize = plan.target().participants().size();
        int[] more = {
            hasFragileJoiner(before, after, live) ? 1 : 0,
            handOffs,
            handOffs * unfinished(after),
            deadListed.size(),
            live.size() < targetSize ? goneAlive.size() : 0,
            1,
            Math.max(0, size - targetSize),
            size % 2 == 0 ? 1 : 0
        };
        for (int i = 0; i < counts.length; i++) {
            counts[i] += more[i];
        }
    }

    private boolean hasFragileJoiner(Ensemble before, Ensemble after, Set<ServerId> live) {
        var listing = ensemble.simulation().listing(after, 0);
        long all = 0;
        for (var id : live) {
            all |= ensemble.simulation().roster().bit(id);
        }
        for (var id : live) {
            long others = all & ~ensemble.simulation().roster().bit(id);
            if (!before.contains(id) && !listing.isQuorum(others)) {
                return true;
            }
        }
        return false;
    }

    /** The servers that do not stand as in the target, or are yet to be rebuilt. */
    private int unfinished(Ensemble now) {
        var unfinished = new TreeSet<>(toRebuild);
        var all = new TreeSet<>(now.ids());
        all.addAll(plan.target().ids());
        for (var id : all) {
            if (!standing(now, id).equals(standing(plan.target(), id))) {
                unfinished.add(id);
            }
        }
        return unfinished.size();
    }

    private static List<Object> standing(Ensemble ensemble, ServerId id) {
        return List.of(ensemble.server(id), ensemble.quorumRule().weights().getOrDefault(id, 1L));
    }

    private List<Integer> counts() {
        return Arrays.stream(counts).boxed().toList();
    }

    /** Returns in which count {@code one} is more than {@code other}, if the first in which they differ is. */
    static List<String> excess(List<Integer> one, List<Integer> other) {
        var names = new ArrayList<String>();
        for (int i = 0; i < NAMES.size() && names.isEmpty(); i++) {
            if (one.get(i) > other.get(i)) {
                names.add(NAMES.get(i));
            } else if (one.get(i) < other.get(i)) {
                break;
            }
        }
        return names;
    }
}
