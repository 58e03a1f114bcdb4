package io.ensembler.testkit.fake;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * One direction of a connection: what is sent arrives in that order. While the way is cut, or the channel is held, what
 * is sent waits.
 */
final class Channel {

    private final Simulation simulation;
    private final BooleanSupplier way;
    /** Hands over to whom it leads. */
    private final Receiver receiver;

    private final ArrayDeque<Message> waiting = new ArrayDeque<>(4);
    private long lastArrival;
    private int holds;

    Channel(Simulation simulation, BooleanSupplier way, Receiver receiver) {
        this.simulation = simulation;
        this.way = way;
        this.receiver = receiver;
    }

    /** Takes what arrives. */
    @FunctionalInterface
    interface Receiver {
        void arrive(Message message);
    }

    void send(Message message) {
        send(message, 0);
    }

    /** Sends something that takes so much longer to be read, and what is sent later arrives after it. */
    void send(Message message, long longer) {
        if (holds > 0 || !waiting.isEmpty() || !way.getAsBoolean()) {
            if (waiting.isEmpty()) {
                simulation.waitsForHealing(this);
            }
            waiting.add(message);
        } else {
            dispatch(message, longer);
        }
    }

    private void dispatch(Message message, long longer) {
        long now = simulation.now();
        lastArrival = Math.max(now + simulation.latency() + longer, lastArrival + 1);
        simulation.after(lastArrival - now, () -> receiver.arrive(message));
    }

    /** Lets what is sent from now on wait until it is released as often. */
    void hold() {
        holds++;
    }

    void release() {
        holds--;
        flush();
    }

    boolean isHeld() {
        return holds > 0;
    }

    /** Sends what waits if it may go. Returns whether nothing waits. */
    boolean flush() {
        if (holds == 0 && way.getAsBoolean()) {
            while (!waiting.isEmpty()) {
                dispatch(waiting.remove(), 0);
            }
        }
        return waiting.isEmpty();
    }
}
