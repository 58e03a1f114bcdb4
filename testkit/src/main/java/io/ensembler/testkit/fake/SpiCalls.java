package io.ensembler.testkit.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the calls of driver, senders, proofs, launcher, journal and lock, and knows at which of them something else is
 * to happen.
 */
final class SpiCalls {

    /** What happens at a call; it may throw. */
    @FunctionalInterface
    interface Action {
        void at(String call);
    }

    private final Map<Integer, List<Action>> before = new TreeMap<>();
    private final Map<Integer, List<Action>> after = new TreeMap<>();
    private int entered;

    int entered() {
        return entered;
    }

    void arrange(int number, CallMoment moment, Action action) {
        (moment == CallMoment.BEFORE ? before : after)
                .computeIfAbsent(number, it -> new ArrayList<>())
                .add(action);
    }

    void forget(int number, CallMoment moment, Action action) {
        var arranged = (moment == CallMoment.BEFORE ? before : after).get(number);
        if (arranged != null) {
            arranged.remove(action);
        }
    }

    /** A call begins. Returns its number, counted from 1. */
    int enter(String call) {
        int number = ++entered;
        happen(before, number, call);
        return number;
    }

    /** A call has done what it does, and is about to return. */
    void leave(int number, String call) {
        happen(after, number, call);
    }

    private static void happen(Map<Integer, List<Action>> arranged, int number, String call) {
        if (arranged.isEmpty()) {
            return;
        }
        var actions = arranged.remove(number);
        if (actions != null) {
            List.copyOf(actions).forEach(action -> action.at(call));
        }
    }
}
