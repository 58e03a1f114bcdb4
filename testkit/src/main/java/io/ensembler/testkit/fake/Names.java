package io.ensembler.testkit.fake;

import java.util.Arrays;

/** What the name service says of servers that are listed by host name. */
final class Names {

    /** How often each name has come to lead elsewhere; what it leads to now. */
    private final int[] leadsTo = new int[Roster.MOST];

    /** By how many faults at once names are lost, at each server and where plans are run. */
    private final int[] lostAt = new int[Roster.MOST];

    private int lostHere;

    /** To what the name of a server leads. */
    int leadsTo(int index) {
        return leadsTo[index];
    }

    void move(int index) {
        leadsTo[index]++;
    }

    void moveBack(int index) {
        leadsTo[index]--;
    }

    boolean isUnresolvedAt(int index) {
        return lostAt[index] > 0;
    }

    void loseAt(int index, int change) {
        lostAt[index] += change;
    }

    /** Whether a name does not resolve where plans are run; one that ends in {@code .invalid} never does (RFC 2606). */
    boolean isUnresolvedHere(String host) {
        return lostHere > 0 || host.endsWith(".invalid");
    }

    void loseHere(int change) {
        lostHere += change;
    }

    @Override
    public String toString() {
        return "names lead to " + Arrays.toString(leadsTo);
    }
}
