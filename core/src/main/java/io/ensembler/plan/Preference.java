package io.ensembler.plan;

import java.util.Arrays;

/**
 * What is counted against a sequence of reconfigurations, the most important first; of two sequences the one that is less
 * is better. Each count of a sequence is the sum over its reconfigurations, in the worst case over whom leadership goes
 * to. Immutable.
 */
final class Preference implements Comparable<Preference> {

    /** What is counted, in the order of importance. */
    enum Count {
        /** Reconfigurations with a joiner whose loss leaves no quorum. */
        FRAGILE_JOINERS,
        /** Reconfigurations that move leadership. */
        HAND_OFFS,
        /** Servers not yet as in the target, summed over hand-offs. */
        UNFINISHED_AT_HAND_OFFS,
        /** Dead participants that are to leave and are still listed, summed over the ensembles passed. */
        DEAD_LISTED,
        /** Live participants that go while fewer live ones remain than the target has. */
        EARLY_REMOVALS,
        /** Reconfigurations. */
        CALLS,
        /** Participants beyond the number the target has, summed over the ensembles passed. */
        SURPLUS,
        /** Ensembles passed with an even number of participants. */
        EVEN_SIZES
    }

    static final Preference NOTHING = new Preference(new int[Count.values().length]);

    private final int[] counts;

    private Preference(int[] counts) {
        this.counts = counts;
    }

    /** The counts of one reconfiguration, in the order of their importance. */
    static Preference of(int... counts) {
        return new Preference(counts.clone());
    }

    Preference plus(Preference other) {
        var sum = new int[counts.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = counts[i] + other.counts[i];
        }
        return new Preference(sum);
    }

    @Override
    public int compareTo(Preference other) {
        return Arrays.compare(counts, other.counts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Preference preference && Arrays.equals(counts, preference.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return Arrays.toString(counts);
    }
}
