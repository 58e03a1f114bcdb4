package io.ensembler.testkit.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * Notes when this JVM stood still: whoever beats regularly and comes late could not run. Thread-safe.
 *
 * <p>It is lenient by 20 ms: a thread that wakes up on a busy machine comes late by a few milliseconds as a rule.
 */
final class Heartbeat {

    static final long INTERVAL = 5_000_000;
    static final long LENIENCE = 20_000_000;

    private final List<Span> stalls = new ArrayList<>();
    private long last;

    Heartbeat(long begin) {
        this.last = begin;
    }

    /** Notes that the JVM runs, at a time in nanoseconds. */
    synchronized void beat(long now) {
        long due = last + INTERVAL;
        if (now - due > LENIENCE) {
            stalls.add(new Span(due, now));
        }
        last = now;
    }

    /** Returns the times it stood still, each from when the next beat was due until it came. */
    synchronized List<Span> stalls() {
        return List.copyOf(stalls);
    }
}
