package io.ensembler.testkit.fake;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: what is sent arrives in that order. While the way is cut, or the channel is held, what
 * is sent waits.
 */
final class Channel {

    private final Simulation simulation;
    /** Asked only while something is cut. */
    private final BooleanSupplier way;
    /** The server that it leads to; null if it leads to a client. */
    private final @Nullable SimulatedServer server;
    /** The run of that server. */
    private final int run;

    private final ArrayDeque<Message> waiting = new ArrayDeque<>(4);
    private long lastArrival;
    private int holds;

    private Channel(Simulation simulation, BooleanSupplier way, @Nullable SimulatedServer server, int run) {
        this.simulation = simulation;
        this.way = way;
        this.server = server;
        this.run = run;
    }

    /** To a server, as long as it runs as it does now. */
    static Channel to(SimulatedServer server, Simulation simulation, BooleanSupplier way) {
        return new Channel(simulation, way, server, server.run());
    }

    static Channel toClient(Simulation simulation, BooleanSupplier way) {
        return new Channel(simulation, way, null, 0);
    }

    void send(Message message) {
        send(message, 0);
    }

    /** Sends something that takes so much longer to be read, and what is sent later arrives after it. */
    void send(Message message, long longer) {
        if (holds > 0 || !waiting.isEmpty() || !isOpen()) {
            if (waiting.isEmpty()) {
                simulation.waitsForHealing(this);
            }
            waiting.add(message);
        } else {
            dispatch(message, longer);
        }
    }

    private boolean isOpen() {
        return simulation.network().isWhole() || way.getAsBoolean();
    }

    private void dispatch(Message message, long longer) {
        long now = simulation.now();
        lastArrival = Math.max(now + simulation.latency() + longer, lastArrival + 1);
        simulation.after(lastArrival - now, () -> arrive(message));
    }

    private void arrive(Message message) {
        if (server == null) {
            message.deliver();
        } else {
            server.arrive(run, message);
        }
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
        if (holds == 0 && isOpen()) {
            while (!waiting.isEmpty()) {
                dispatch(waiting.remove(), 0);
            }
        }
        return waiting.isEmpty();
    }
}
