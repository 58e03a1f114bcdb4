package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The search for a quorum of one ensemble and a quorum of another that share no server, each by its own arithmetic. For
 * one use by one thread.
 *
 * <p>A server that counts on one side only is that side's. Every other one goes to either, tried both ways until a side
 * is out of reach of a quorum. Situations that leave the same to be done are judged once, so that the many servers of
 * equal weight, which are the rule, cost no more than their number squared. The answer is exact whatever the weights:
 * unlike ones take longer, at worst all ways to share out the servers that count on both sides.
 */
final class DisjointQuorums {

    /** Beyond this many, situations are judged again where they recur, which costs time only. */
    private static final int REMEMBERED_AT_MOST = 1 << 18;

    private final Side one;
    private final Side other;
    private final List<Contested> contested;
    private final long[] greatestGain;
    private final Set<List<Long>> judged = new HashSet<>();

    private DisjointQuorums(Side one, Side other) {
        this.one = one;
        this.other = other;
        this.contested = contested(one, other);
        this.greatestGain = greatestGain(contested);
    }

    /** Returns whether there are two that share no server. */
    static boolean exist(Ensemble one, Ensemble other) {
        return new DisjointQuorums(Side.of(one), Side.of(other)).exist(0);
    }

    private static List<Contested> contested(Side one, Side other) {
        var servers = new ArrayList<Contested>();
        one.places.forEach((id, place) -> {
            var opposed = other.places.get(id);
            if (opposed == null) {
                one.take(place);
            } else {
                servers.add(new Contested(place, opposed));
            }
        });
        other.places.forEach((id, place) -> {
            if (!one.places.containsKey(id)) {
                other.take(place);
            }
        });
        servers.forEach(server -> {
            one.offer(server.inOne);
            other.offer(server.inOther);
        });
        servers.sort(Contested.GROUP_BY_GROUP);
        return servers;
    }

    /** By the number of servers handed out already: the weight that the others can bring in at most, on one side each. */
    private static long[] greatestGain(List<Contested> contested) {
        var gains = new long[contested.size() + 1];
        for (int i = contested.size() - 1; i >= 0; i--) {
            var server = contested.get(i);
            gains[i] = sum(gains[i + 1], Math.max(server.inOne.weight, server.inOther.weight));
        }
        return gains;
    }

    private boolean exist(int handedOut) {
        long missing = sum(one.leastMissing(), other.leastMissing());
        if (missing == 0) {
            return true;
        }
        if (missing > greatestGain[handedOut] || handedOut == contested.size() || isJudged(handedOut)) {
            return false;
        }
        var next = contested.get(handedOut);
        one.withdraw(next.inOne);
        other.withdraw(next.inOther);
        one.take(next.inOne);
        boolean found = exist(handedOut + 1);
        one.giveBack(next.inOne);
        if (!found) {
            other.take(next.inOther);
            found = exist(handedOut + 1);
            other.giveBack(next.inOther);
        }
        one.offer(next.inOne);
        other.offer(next.inOther);
        return found;
    }

    private boolean isJudged(int handedOut) {
        var situation = new ArrayList<Long>();
        situation.add((long) handedOut);
        one.describe(situation);
        other.describe(situation);
        return judged.size() < REMEMBERED_AT_MOST ? !judged.add(situation) : judged.contains(situation);
    }

    /** The sum, or the greatest number where it is greater: the weights of a group fit into one, those of all may not. */
    private static long sum(long weight, long more) {
        long sum = weight + more;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Where a server counts, and how much. */
    private record Place(int group, long weight) {}

    /** A server that counts on both sides. */
    private record Contested(Place inOne, Place inOther) {

        /** Groups are settled one after another, and the heaviest decides first. */
        static final Comparator<Contested> GROUP_BY_GROUP = Comparator.<Contested>comparingInt(
                        server -> server.inOne.group)
                .thenComparingInt(server -> server.inOther.group)
                .thenComparing(Comparator.<Contested>comparingLong(server -> server.inOne.weight)
                        .thenComparingLong(server -> server.inOther.weight)
                        .reversed());
    }

    /** What one ensemble lacks for a quorum while servers are handed out. */
    private static final class Side {

        private final Map<ServerId, Place> places = new TreeMap<>();
        private final long[] missing;
        private final long[] offered;
        private final long[] everOffered;

        private Side(int groups) {
            missing = new long[groups];
            offered = new long[groups];
            everOffered = new long[groups];
        }

        static Side of(Ensemble ensemble) {
            var weightyGroups = Standings.groups(ensemble).stream()
                    .filter(group -> weight(ensemble, group) > 0)
                    .toList();
            var side = new Side(weightyGroups.size());
            for (int i = 0; i < weightyGroups.size(); i++) {
                side.missing[i] = weight(ensemble, weightyGroups.get(i)) / 2 + 1;
                for (var id : weightyGroups.get(i)) {
                    long weight = Standings.weight(ensemble, id);
                    if (weight > 0 && ensemble.participants().contains(id)) {
                        side.places.put(id, new Place(i, weight));
                    }
                }
            }
            return side;
        }

        private static long weight(Ensemble ensemble, Set<ServerId> group) {
            return group.stream()
                    .mapToLong(id -> Standings.weight(ensemble, id))
                    .sum();
        }

        void offer(Place place) {
            offered[place.group] += place.weight;
            everOffered[place.group] = Math.max(everOffered[place.group], offered[place.group]);
        }

        void withdraw(Place place) {
            offered[place.group] -= place.weight;
        }

        void take(Place place) {
            missing[place.group] -= place.weight;
        }

        void giveBack(Place place) {
            missing[place.group] += place.weight;
        }

        /** The least weight that makes a quorum of what it has; the greatest number if what is left cannot. */
        long leastMissing() {
            long groupsMissing = missing.length / 2 + 1 - heldGroups();
            if (groupsMissing <= 0) {
                return 0;
            }
            var withinReach = new long[missing.length];
            int found = 0;
            for (int i = 0; i < missing.length; i++) {
                if (missing[i] > 0 && missing[i] <= offered[i]) {
                    withinReach[found++] = missing[i];
                }
            }
            if (found < groupsMissing) {
                return Long.MAX_VALUE;
            }
            Arrays.sort(withinReach, 0, found);
            return Arrays.stream(withinReach).limit(groupsMissing).reduce(0, DisjointQuorums::sum);
        }

        /** Adds all on which the rest of the search depends: of a group that is settled, only whether it is held. */
        void describe(List<Long> situation) {
            situation.add(heldGroups());
            for (int i = 0; i < missing.length; i++) {
                if (offered[i] > 0 && offered[i] < everOffered[i]) {
                    situation.add(missing[i] > offered[i] ? Long.MAX_VALUE : Math.max(0, missing[i]));
                }
            }
        }

        private long heldGroups() {
            return Arrays.stream(missing).filter(weight -> weight <= 0).count();
        }
    }
}
