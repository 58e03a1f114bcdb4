package io.ensembler.testkit.fake;

import java.util.Arrays;

/** What the name service says of servers that are listed by host name. */
final class Names {

    /** How often each name has come to lead elsewhere; what it leads to now. */
    private final int[] leadsTo = new int[Roster.MOST];

    private final boolean[] unresolvedAt = new boolean[Roster.MOST];
    private boolean unresolvedHere;

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
        return unresolvedAt[index];
    }

    void resolveAt(int index, boolean resolved) {
        unresolvedAt[index] = !resolved;
    }

    /** Whether no name resolves where plans are run. */
    boolean isUnresolvedHere() {
        return unresolvedHere;
    }

    void resolveHere(boolean resolved) {
        unresolvedHere = !resolved;
    }

    @Override
    public String toString() {
        return "names lead to " + Arrays.toString(leadsTo);
    }
}
