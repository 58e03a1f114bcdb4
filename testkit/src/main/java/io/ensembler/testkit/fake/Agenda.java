package io.ensembler.testkit.fake;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen, by its time, and of one moment in the order in which it was added. It is kept sorted, the next last:
 * most of what a simulation adds is a message, before which few others arrive, so that a place near the end is found.
 */
final class Agenda {

    private long[] times = new long[256];
    private @Nullable Runnable[] whats = new Runnable[256];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** When the next thing is to happen; of no meaning if there is none. */
    long nextTime() {
        return size == 0 ? 0 : times[size - 1];
    }

    void add(long time, Runnable what) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            whats = Arrays.copyOf(whats, 2 * size);
        }
        int place = size++;
        while (place > 0 && times[place - 1] <= time) {
            times[place] = times[place - 1];
            whats[place] = whats[place - 1];
            place--;
        }
        times[place] = time;
        whats[place] = what;
    }

    /** Takes the next thing out. */
    Runnable remove() {
        var next = size == 0 ? null : whats[size - 1];
        if (next == null) {
            throw new IllegalStateException("nothing is to happen");
        }
        whats[--size] = null;
        return next;
    }
}
