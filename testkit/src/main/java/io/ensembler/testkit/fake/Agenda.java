package io.ensembler.testkit.fake;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen, by its time, and of one moment in the order in which it was added: a heap without objects of its
 * own, since most of what a simulation does passes through it.
 */
final class Agenda {

    private long[] times = new long[256];
    private long[] numbers = new long[256];
    private @Nullable Runnable[] whats = new Runnable[256];
    private int size;
    private long added;

    boolean isEmpty() {
        return size == 0;
    }

    /** When the next thing is to happen; of no meaning if there is none. */
    long nextTime() {
        return times[0];
    }

    void add(long time, Runnable what) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            whats = Arrays.copyOf(whats, 2 * size);
        }
        long number = added++;
        int place = size++;
        while (place > 0) {
            int parent = (place - 1) >>> 1;
            if (times[parent] <= time) {
                break;
            }
            move(parent, place);
            place = parent;
        }
        put(place, time, number, what);
    }

    /** Takes the next thing out. */
    Runnable remove() {
        var next = whats[0];
        if (next == null) {
            throw new IllegalStateException("nothing is to happen");
        }
        int last = --size;
        long time = times[last];
        long number = numbers[last];
        var what = whats[last];
        whats[last] = null;
        if (last > 0 && what != null) {
            int place = 0;
            int child = smallerChild(place);
            while (child < size && isBefore(child, time, number)) {
                move(child, place);
                place = child;
                child = smallerChild(place);
            }
            put(place, time, number, what);
        }
        return next;
    }

    private int smallerChild(int place) {
        int left = 2 * place + 1;
        int right = left + 1;
        return right < size && isBefore(right, times[left], numbers[left]) ? right : left;
    }

    private boolean isBefore(int place, long time, long number) {
        return times[place] != time ? times[place] < time : numbers[place] < number;
    }

    private void move(int from, int to) {
        times[to] = times[from];
        numbers[to] = numbers[from];
        whats[to] = whats[from];
    }

    private void put(int place, long time, long number, Runnable what) {
        times[place] = time;
        numbers[place] = number;
        whats[place] = what;
    }
}
