package io.ensembler.plan;

import java.util.Arrays;

/**
 * How many servers are in each slot, and where the leader is. Two are equal if those are; what is counted besides follows
 * from them. Immutable.
 */
final class Situation {

    /** The leader's slot while nobody knows who leads. */
    static final int NOBODY = -1;

    private final int[] counts;
    private final int leader;
    private final Tally tally;
    private final int hash;

    private Situation(int[] counts, int leader, Tally tally) {
        this.counts = counts;
        this.leader = leader;
        this.tally = tally;
        this.hash = 31 * Arrays.hashCode(counts) + leader;
    }

    static Situation start(Slots slots, int leader) {
        var counts = slots.start();
        var tally = new Tally(0, 0, 0, 0);
        for (int slot = 0; slot < counts.length; slot++) {
            tally = tally.plus(slots, slot, counts[slot]);
        }
        return new Situation(counts, leader, tally);
    }

    /** With the leader where it is, or where the move takes it. */
    Situation after(Move move, Slots slots) {
        var then = counts.clone();
        var thenTally = tally;
        for (var shift : move.shifts()) {
            then[shift.from()] -= shift.servers();
            then[shift.to()] += shift.servers();
            thenTally = thenTally.plus(slots, shift.from(), -shift.servers()).plus(slots, shift.to(), shift.servers());
        }
        int leaderThen = move.who() == Move.Who.LEADER ? move.shifts().get(0).to() : leader;
        return new Situation(then, leaderThen, thenTally);
    }

    Situation ledFrom(int slot) {
        return new Situation(counts, slot, tally);
    }

    int count(int slot) {
        return counts[slot];
    }

    /** How many servers besides the leader are in a slot. */
    int others(int slot) {
        return counts[slot] - (leader == slot ? 1 : 0);
    }

    int leader() {
        return leader;
    }

    Tally tally() {
        return tally;
    }

    int[] counts() {
        return counts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Situation situation
                && leader == situation.leader
                && Arrays.equals(counts, situation.counts);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return Arrays.toString(counts) + " led from " + leader;
    }

    /**
     * What a search asks of every situation, kept along since it meets thousands.
     *
     * @param participants those that vote
     * @param live the participants that are live
     * @param unfinished the servers that are not yet as in the target
     * @param deadLeaving the dead participants that are to leave and are still listed
     */
    record Tally(int participants, int live, int unfinished, int deadLeaving) {

        private Tally plus(Slots slots, int slot, int servers) {
            return new Tally(
                    participants + (slots.participant[slot] ? servers : 0),
                    live + (slots.live[slot] ? servers : 0),
                    unfinished + (slots.done[slot] ? 0 : servers),
                    deadLeaving + (slots.deadLeaving[slot] ? servers : 0));
        }
    }
}
