package io.ensembler.plan.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a sequence of reconfigurations costs: eight counts, the first that differs decides. Immutable. */
final class Preference implements Comparable<Preference> {

    static final Preference NOTHING = of(0, 0, 0, 0, 0, 0, 0, 0);

    private static final List<String> NAMES = List.of(
            "calls with a joiner whose loss leaves no quorum",
            "hand-offs",
            "servers not as asked for at hand-offs",
            "dead ones still listed",
            "live ones removed too early",
            "calls",
            "participants beyond the target's number",
            "even sizes");

    private final int[] counts;

    private Preference(int... counts) {
        this.counts = counts;
    }

    static Preference of(
            int riskyJoins, int handOffs, int unfinished, int dead, int early, int calls, int beyond, int even) {
        return new Preference(riskyJoins, handOffs, unfinished, dead, early, calls, beyond, even);
    }

    Preference plus(Preference other) {
        int[] sum = new int[counts.length];
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

    /** Returns the bare counts, then those that are not 0 by name. */
    @Override
    public String toString() {
        var named = new ArrayList<String>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                named.add(counts[i] + " " + NAMES.get(i));
            }
        }
        return Arrays.toString(counts) + (named.isEmpty() ? "" : " = " + String.join(", ", named));
    }
}
