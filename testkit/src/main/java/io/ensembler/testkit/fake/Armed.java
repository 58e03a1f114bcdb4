package io.ensembler.testkit.fake;

import java.util.ArrayDeque;

/** Faults of one kind that wait for their moment: each strikes once, in the order in which they were armed. */
final class Armed {

    private final ArrayDeque<Object> waiting = new ArrayDeque<>();

    /** Arms one more fault. What it returns disarms that one, if it has not struck. */
    Runnable arm() {
        var one = new Object();
        waiting.add(one);
        return () -> waiting.remove(one);
    }

    /** Whether a fault strikes now, which does not strike again. */
    boolean strikes() {
        return waiting.poll() != null;
    }

    /** Disarms all that have not struck. */
    void clear() {
        waiting.clear();
    }
}
