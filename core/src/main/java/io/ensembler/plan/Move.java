package io.ensembler.plan;

import java.util.List;

/**
 * One reconfiguration, in numbers of servers. Immutable.
 *
 * @param shifts at least one
 * @param who whom the move of a participant takes
 */
record Move(List<Shift> shifts, Who who) {

    /** Copies {@code shifts}. */
    Move {
        shifts = List.copyOf(shifts);
    }

    /** Servers that go from one slot to another. */
    record Shift(int from, int to, int servers) {}

    /** Whom a move of a participant takes. */
    enum Who {
        LEADER,
        OTHERS
    }
}
