package io.ensembler.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * The tolerance of situations: what {@link io.ensembler.model.Ensemble#tolerance} says of the ensemble in which so many
 * servers stand in each slot. A search asks it of thousands.
 */
final class Tolerances {

    private static final int NO_SLOT = -1;

    private final Slots slots;

    Tolerances(Slots slots) {
        this.slots = slots;
    }

    int of(Situation situation) {
        return slots.byMajority ? byMajority(situation.tally(), 0) : byGroups(situation.counts(), NO_SLOT);
    }

    /** With one live participant of that slot counted as not live. */
    int without(Situation situation, int slot) {
        if (!slots.live[slot]) {
            return of(situation);
        }
        return slots.byMajority ? byMajority(situation.tally(), 1) : byGroups(situation.counts(), slot);
    }

    /**
     * Whether one participant of that slot is a quorum by itself: all weight is in its group, and most of that its own.
     */
    boolean isQuorum(Situation situation, int slot) {
        long others = -slots.weight[slot];
        for (int other = 0; other < slots.size(); other++) {
            long weight = slots.participant[other] ? situation.count(other) * slots.weight[other] : 0;
            if (weight > 0 && slots.group[other] != slots.group[slot]) {
                return false;
            }
            others += weight;
        }
        return slots.participant[slot] && situation.count(slot) > 0 && slots.weight[slot] > others;
    }

    private static int byMajority(Situation.Tally tally, int less) {
        return Math.max(-1, tally.live() - less - tally.participants() / 2 - 1);
    }

    private int byGroups(int[] counts, int less) {
        var all = new TreeMap<Long, Long>();
        var live = new TreeMap<Long, List<Long>>();
        for (int slot = 0; slot < counts.length; slot++) {
            if (!slots.participant[slot] || counts[slot] == 0) {
                continue;
            }
            all.merge(slots.group[slot], counts[slot] * slots.weight[slot], Long::sum);
            int alive = slots.live[slot] ? counts[slot] - (slot == less ? 1 : 0) : 0;
            for (int i = 0; i < alive; i++) {
                live.computeIfAbsent(slots.group[slot], group -> new ArrayList<>())
                        .add(slots.weight[slot]);
            }
        }
        int groups = 0;
        var costs = new ArrayList<Integer>();
        for (var group : all.entrySet()) {
            if (group.getValue() > 0) {
                groups++;
                costs.add(costOfDenying(live.getOrDefault(group.getKey(), new ArrayList<>()), group.getValue()));
            }
        }
        costs.removeIf(cost -> cost == 0);
        int toDeny = costs.size() - groups / 2;
        if (toDeny <= 0) {
            return -1;
        }
        Collections.sort(costs);
        return costs.subList(0, toDeny).stream().mapToInt(Integer::intValue).sum() - 1;
    }

    /** How many losses, the heaviest first, leave a group with half of its weight or less. */
    private static int costOfDenying(List<Long> live, long all) {
        live.sort(Collections.reverseOrder());
        long left = live.stream().mapToLong(Long::longValue).sum();
        int losses = 0;
        for (long weight : live) {
            if (left <= all / 2) {
                break;
            }
            left -= weight;
            losses++;
        }
        return losses;
    }
}
