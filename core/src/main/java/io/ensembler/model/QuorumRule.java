package io.ensembler.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * How participants form a quorum, with the server's own arithmetic. Immutable.
 *
 * <p>By <em>majority</em>, a quorum is more than half of the participants. <em>Hierarchical</em>, it is more than half
 * of the weight in more than half of the groups whose weight is not zero.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class QuorumRule {

    private static final QuorumRule MAJORITY = new QuorumRule(new TreeMap<>(), new TreeMap<>());

    private final SortedMap<Long, SortedSet<ServerId>> groups;
    private final SortedMap<ServerId, Long> weights;

    private QuorumRule(SortedMap<Long, SortedSet<ServerId>> groups, SortedMap<ServerId, Long> weights) {
        this.groups = Collections.unmodifiableSortedMap(groups);
        this.weights = Collections.unmodifiableSortedMap(weights);
    }

    /** Returns the rule by which more than half of the participants are a quorum. */
    public static QuorumRule majority() {
        return MAJORITY;
    }

    /**
     * Returns the rule of groups and weights.
     *
     * @param groups the servers of each group, by the group's number
     * @param weights the weight of servers; a server of a group that is not named here weighs 1
     * @throws IllegalArgumentException if there is no group, a group is empty, a server is in two groups or has a weight
     *     and no group, a weight is negative, or the weights of a group add up to more than a {@code long} holds
     */
    public static QuorumRule hierarchical(
            Map<Long, ? extends Collection<ServerId>> groups, Map<ServerId, Long> weights) {
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("a hierarchical quorum needs a group");
        }
        var copiedGroups = new TreeMap<Long, SortedSet<ServerId>>();
        var grouped = new TreeSet<ServerId>();
        new TreeMap<>(groups).forEach((number, servers) -> {
            if (servers.isEmpty()) {
                throw new IllegalArgumentException("group " + number + " is empty");
            }
            for (var server : servers) {
                if (!grouped.add(server)) {
                    throw new IllegalArgumentException("server " + server + " is named twice in the groups");
                }
            }
            copiedGroups.put(number, Collections.unmodifiableSortedSet(new TreeSet<>(servers)));
        });
        var copiedWeights = new TreeMap<ServerId, Long>();
        new TreeMap<>(weights).forEach((server, weight) -> {
            if (weight < 0) {
                throw new IllegalArgumentException("the weight of server " + server + " is negative: " + weight);
            }
            if (!grouped.contains(server)) {
                throw new IllegalArgumentException("server " + server + " has a weight but is in no group");
            }
            copiedWeights.put(server, weight);
        });
        grouped.forEach(server -> copiedWeights.putIfAbsent(server, 1L));
        copiedGroups.forEach((number, servers) -> checkSum(number, servers, copiedWeights));
        return new QuorumRule(copiedGroups, copiedWeights);
    }

    private static void checkSum(long number, Set<ServerId> servers, Map<ServerId, Long> weights) {
        long sum = 0;
        try {
            for (var server : servers) {
                sum = Math.addExact(sum, weights.getOrDefault(server, 0L));
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "the weights of group " + number + " add up to more than a server can count", e);
        }
    }

    /** Returns whether more than half of the participants are a quorum. */
    public boolean isMajority() {
        return groups.isEmpty();
    }

    /** Returns the servers of each group by its number, in order; empty by majority. */
    public SortedMap<Long, SortedSet<ServerId>> groups() {
        return groups;
    }

    /** Returns the weight of every server in a group, in order; empty by majority. */
    public SortedMap<ServerId, Long> weights() {
        return weights;
    }

    QuorumRule without(ServerId server) {
        if (isMajority()) {
            return this;
        }
        var remainingGroups = new TreeMap<Long, SortedSet<ServerId>>();
        groups.forEach((number, servers) -> {
            var remaining = new TreeSet<>(servers);
            remaining.remove(server);
            if (!remaining.isEmpty()) {
                remainingGroups.put(number, remaining);
            }
        });
        if (remainingGroups.isEmpty()) {
            throw new IllegalArgumentException("server " + server + " is the last one in any group");
        }
        var remainingWeights = new TreeMap<>(weights);
        remainingWeights.remove(server);
        return hierarchical(remainingGroups, remainingWeights);
    }

    boolean containsQuorum(Set<ServerId> participants, Set<ServerId> servers) {
        if (isMajority()) {
            return common(participants, servers) > participants.size() / 2;
        }
        int heldGroups = 0;
        int weightyGroups = 0;
        for (var group : groups.values()) {
            long all = weightOf(group);
            long held = 0;
            for (var server : group) {
                held += participants.contains(server) && servers.contains(server) ? weightOf(server) : 0;
            }
            weightyGroups += all > 0 ? 1 : 0;
            heldGroups += held > all / 2 ? 1 : 0;
        }
        return heldGroups > weightyGroups / 2;
    }

    private static int common(Set<ServerId> participants, Set<ServerId> servers) {
        int common = 0;
        for (var participant : participants) {
            common += servers.contains(participant) ? 1 : 0;
        }
        return common;
    }

    /** The fewest of {@code live} whose loss leaves no quorum among the rest of them, less one; -1 if they hold none. */
    int tolerance(Set<ServerId> participants, Set<ServerId> live) {
        if (isMajority()) {
            return Math.max(-1, common(participants, live) - participants.size() / 2 - 1);
        }
        if (!containsQuorum(participants, live)) {
            return -1;
        }
        int weightyGroups = 0;
        var costs = new ArrayList<Integer>();
        for (var group : groups.values()) {
            long all = weightOf(group);
            if (all == 0) {
                continue;
            }
            weightyGroups++;
            var counting = counting(group, participants, live);
            if (weightOf(counting) > all / 2) {
                costs.add(costOfDenying(counting, all));
            }
        }
        int toDeny = costs.size() - weightyGroups / 2;
        Collections.sort(costs);
        return costs.subList(0, toDeny).stream().mapToInt(Integer::intValue).sum() - 1;
    }

    /** How many losses, heaviest first, leave a group at half of its weight or less. */
    private int costOfDenying(List<ServerId> live, long all) {
        long remaining = weightOf(live);
        var heaviestFirst = live.stream()
                .map(this::weightOf)
                .sorted(Comparator.reverseOrder())
                .toList();
        int losses = 0;
        for (long weight : heaviestFirst) {
            if (remaining <= all / 2) {
                break;
            }
            remaining -= weight;
            losses++;
        }
        return losses;
    }

    private static List<ServerId> counting(Set<ServerId> group, Set<ServerId> participants, Set<ServerId> servers) {
        return group.stream()
                .filter(server -> participants.contains(server) && servers.contains(server))
                .toList();
    }

    /** Loops rather than streams: planning and proving ask this for every set they weigh up. */
    private long weightOf(Collection<ServerId> servers) {
        long sum = 0;
        for (var server : servers) {
            sum += weightOf(server);
        }
        return sum;
    }

    private long weightOf(ServerId server) {
        return weights.getOrDefault(server, 0L);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QuorumRule rule && groups.equals(rule.groups) && weights.equals(rule.weights);
    }

    @Override
    public int hashCode() {
        return 31 * groups.hashCode() + weights.hashCode();
    }

    /** Returns {@code majority}, or the groups with the weights that are not 1. */
    @Override
    public String toString() {
        if (isMajority()) {
            return "majority";
        }
        return groups.values().stream()
                .map(group -> group.stream().map(this::weighted).collect(Collectors.joining(",", "(", ")")))
                .collect(Collectors.joining(" ", "groups ", ""));
    }

    private String weighted(ServerId server) {
        long weight = weightOf(server);
        return weight == 1 ? server.toString() : server + "*" + weight;
    }
}
