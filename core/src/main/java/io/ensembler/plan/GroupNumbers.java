package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * By which number each group of the target goes on the way there. Numbers mean nothing, so it is that of the group of
 * today with which it shares most participants: then no server changes groups for a number's sake. Immutable.
 */
final class GroupNumbers {

    private final Map<Long, Long> onTheWay;

    private GroupNumbers(Map<Long, Long> onTheWay) {
        this.onTheWay = Map.copyOf(onTheWay);
    }

    /** A group of today and one of the target, and how many participants they share that stay all the time. */
    private record Pair(long now, long then, long shared) {

        private static final Comparator<Pair> LIKEST_FIRST = Comparator.comparingLong(Pair::shared)
                .reversed()
                .thenComparing(pair -> pair.now != pair.then)
                .thenComparing(Pair::now)
                .thenComparing(Pair::then);
    }

    static GroupNumbers of(Ensemble now, Goal goal) {
        var today = now.quorumRule().groups();
        var target = goal.target().quorumRule().groups();
        var pairs = new ArrayList<Pair>();
        today.forEach((number, servers) -> target.forEach(
                (other, members) -> pairs.add(new Pair(number, other, shared(servers, members, now, goal)))));
        pairs.sort(Pair.LIKEST_FIRST);
        var numbers = new TreeMap<Long, Long>();
        var taken = new ArrayList<>(today.keySet());
        for (var pair : pairs) {
            if (!numbers.containsKey(pair.then) && !numbers.containsValue(pair.now)) {
                numbers.put(pair.then, pair.now);
            }
        }
        for (long number : target.keySet()) {
            if (!numbers.containsKey(number)) {
                long free = number;
                while (taken.contains(free)) {
                    free++;
                }
                taken.add(free);
                numbers.put(number, free);
            }
        }
        return new GroupNumbers(new HashMap<>(numbers));
    }

    /** A server that is rebuilt does not count until it is back, so that meanwhile the same groups belong together. */
    private static long shared(Set<ServerId> one, Set<ServerId> other, Ensemble now, Goal goal) {
        return one.stream()
                .filter(id -> other.contains(id)
                        && now.participants().contains(id)
                        && goal.target().participants().contains(id)
                        && !goal.rebuilt().contains(id))
                .count();
    }

    /** The number of a target's group on the way. */
    long onTheWay(long number) {
        return onTheWay.getOrDefault(number, number);
    }

    /** Returns the group in which each server of an ensemble is, by its own numbers. */
    static Map<ServerId, Long> groups(Ensemble ensemble) {
        var groups = new HashMap<ServerId, Long>();
        ensemble.quorumRule().groups().forEach((number, servers) -> servers.forEach(id -> groups.put(id, number)));
        return groups;
    }

    /** Returns the group in which each server of the target is, by the numbers on the way. */
    Map<ServerId, Long> groupsOf(Ensemble target) {
        var groups = groups(target);
        groups.replaceAll((id, number) -> onTheWay(number));
        return groups;
    }
}
