package io.ensembler.testkit.ledger;

/**
 * A span of time.
 *
 * @param from its begin, in nanoseconds since the ledger began
 * @param to its end, likewise
 */
record Span(long from, long to) {

    long length() {
        return to - from;
    }

    boolean overlaps(long otherFrom, long otherTo) {
        return from < otherTo && to > otherFrom;
    }

    /** Returns how much of this span lies in the other. */
    long shared(Span other) {
        return Math.max(0, Math.min(to, other.to) - Math.max(from, other.from));
    }
}
