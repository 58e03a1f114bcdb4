package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * How the servers of an ensemble count, and together with whom. A majority is one group in which everybody weighs 1; a
 * group's number is but a name, and observers without weight are left out. Immutable.
 *
 * @param groups the servers of each group with their weights
 */
record Standings(Set<Map<ServerId, Long>> groups) {

    static Standings of(Ensemble ensemble) {
        var standings = new HashSet<Map<ServerId, Long>>();
        for (var group : groups(ensemble)) {
            var weights = new TreeMap<ServerId, Long>();
            group.forEach(id -> weights.put(id, weight(ensemble, id)));
            weights.keySet()
                    .removeIf(id -> weight(ensemble, id) == 0
                            && !ensemble.participants().contains(id));
            addUnlessEmpty(standings, weights);
        }
        return new Standings(standings);
    }

    /** Returns the servers of each group, in order; by majority all participants are one. */
    static List<SortedSet<ServerId>> groups(Ensemble ensemble) {
        var rule = ensemble.quorumRule();
        return rule.isMajority()
                ? List.of(ensemble.participants())
                : List.copyOf(rule.groups().values());
    }

    /** Returns what the server adds to the weight of its group, 0 if it is in none. */
    static long weight(Ensemble ensemble, ServerId id) {
        var rule = ensemble.quorumRule();
        if (rule.isMajority()) {
            return ensemble.participants().contains(id) ? 1 : 0;
        }
        return rule.weights().getOrDefault(id, 0L);
    }

    /**
     * Returns whether at most this server counts differently in the two, and by a weight of one at most: in the same
     * group, or in another one with no weight on one of the two sides. Absent weighs nothing.
     */
    static boolean differByOneAt(ServerId id, Standings before, Standings after) {
        long weightBefore = before.weight(id);
        long weightAfter = after.weight(id);
        boolean byOne = before.othersInGroupOf(id).equals(after.othersInGroupOf(id))
                ? Math.abs(weightAfter - weightBefore) <= 1
                : Math.max(weightBefore, weightAfter) <= 1 && weightBefore + weightAfter <= 1;
        return byOne && before.without(id).equals(after.without(id));
    }

    private long weight(ServerId id) {
        return groups.stream()
                .filter(group -> group.containsKey(id))
                .mapToLong(group -> group.getOrDefault(id, 0L))
                .sum();
    }

    private Map<ServerId, Long> othersInGroupOf(ServerId id) {
        return groups.stream()
                .filter(group -> group.containsKey(id))
                .findFirst()
                .map(group -> without(group, id))
                .orElseGet(TreeMap::new);
    }

    private Standings without(ServerId id) {
        var others = new HashSet<Map<ServerId, Long>>();
        groups.forEach(group -> addUnlessEmpty(others, without(group, id)));
        return new Standings(others);
    }

    private static SortedMap<ServerId, Long> without(Map<ServerId, Long> group, ServerId id) {
        var others = new TreeMap<>(group);
        others.remove(id);
        return others;
    }

    private static void addUnlessEmpty(Set<Map<ServerId, Long>> groups, Map<ServerId, Long> group) {
        if (!group.isEmpty()) {
            groups.add(group);
        }
    }
}
