package io.ensembler.testkit.runtime.forked;

import io.ensembler.model.ServerId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is to go wrong inside servers, until it is wished no more: with the run that is under way, and those that follow.
 * Thread-safe.
 */
final class Wishes {

    static final String STALL_SYNC = "stall-sync";
    static final String MUTE = "mute";
    static final String CRASH = "crash-before-activation";

    private final Map<ServerId, Map<Integer, String>> present = new TreeMap<>();
    private int last;

    /** Adds a wish and returns its number. */
    synchronized int add(ServerId id, String verb) {
        last++;
        of(id).put(last, verb);
        return last;
    }

    synchronized void remove(ServerId id, int number) {
        of(id).remove(number);
    }

    /** Returns the lines that tell a server's process all of them. */
    synchronized List<String> lines(ServerId id) {
        return of(id).entrySet().stream()
                .map(wish -> line(wish.getValue(), wish.getKey()))
                .toList();
    }

    /** Returns whether a crash was wished, and forgets it: it happens once. */
    synchronized boolean takeCrash(ServerId id) {
        return of(id).values().removeIf(CRASH::equals);
    }

    static String line(String verb, int number) {
        return verb + " " + number;
    }

    private Map<Integer, String> of(ServerId id) {
        return present.computeIfAbsent(id, it -> new TreeMap<>());
    }
}
