package io.ensembler.testkit.fake;

import io.ensembler.model.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session as its client has it: on one server at a time, lost with its connection or carried on elsewhere. */
final class ClientSession {

    /** What becomes of it when its connection is lost. */
    enum OnLoss {
        END,
        RECONNECT
    }

    private static final long LONGEST_PAUSE = 1000 * Settings.MILLI;

    private final Simulation simulation;
    private final OnLoss onLoss;
    private final long timeout;
    private final long id;
    private final List<Request> pending = new ArrayList<>();
    private List<Address> servers = List.of();
    private int nextServer;
    private @Nullable Connection connection;
    private boolean connected;
    private boolean everConnected;
    private @Nullable Reply end;
    private long heardAt;

    ClientSession(Simulation simulation, OnLoss onLoss, Duration timeout) {
        this.simulation = simulation;
        this.onLoss = onLoss;
        this.timeout = timeout.toNanos();
        this.id = simulation.enter(this);
        this.heardAt = simulation.now();
        watchLater();
    }

    long id() {
        return id;
    }

    long timeout() {
        return timeout;
    }

    boolean isConnected() {
        return connected;
    }

    boolean hasEnded() {
        return end != null;
    }

    /** Whether it is connected, or never will be. */
    boolean isConnectedOrOver() {
        return connected || end != null;
    }

    /** Whether the servers hear of its client. */
    boolean isHeardOf() {
        var over = connection;
        return end == null && over != null && over.isHeard() && over.server().isServing();
    }

    /** The server it is connected to, or is trying. */
    @Nullable
    Connection connection() {
        return connection;
    }

    /** Lets it reconnect to any of these from now on. */
    void widen(List<Address> addresses) {
        servers = addresses;
        nextServer = 0;
    }

    /** Tries to open it on a server, once. */
    void open(SimulatedServer server) {
        connectTo(server, Request.Kind.OPEN_SESSION);
    }

    private void connectTo(SimulatedServer server, Request.Kind kind) {
        var made = new Connection(simulation, this, server);
        var first = Request.of(kind, id);
        connection = made;
        heardAt = simulation.now();
        first.onReply(answered -> opened(made, answered));
        made.open(first);
        simulation.after(timeout / Math.max(1, servers.size()), () -> giveUp(made));
    }

    /** A server that lets nobody in for so long is left for the next. */
    private void giveUp(Connection attempt) {
        if (attempt == connection && !connected) {
            lost(attempt);
        }
    }

    private void opened(Connection by, Request answered) {
        if (by != connection || end != null) {
            return;
        }
        if (answered.reply() == Reply.OK) {
            connected = true;
            everConnected = true;
            heardAt = simulation.now();
        } else if (answered.reply() == Reply.SESSION_EXPIRED) {
            end(Reply.SESSION_EXPIRED);
        } else {
            lost(by);
        }
    }

    /** Sends a request; it is answered at once with what went wrong if it cannot be sent. */
    Request ask(Request request) {
        var over = connection;
        if (end != null) {
            request.answer(end, 0, null);
        } else if (!connected || over == null) {
            request.answer(Reply.CONNECTION_LOST, 0, null);
        } else {
            pending.add(request);
            over.send(request);
        }
        return request;
    }

    /** The answer to a request has come. */
    void answered(Request request) {
        pending.remove(request);
    }

    /** Its connection is lost: the client cannot know what became of what it asked. */
    void lost(Connection by) {
        if (by != connection) {
            return;
        }
        connected = false;
        connection = null;
        by.closeAtClient();
        var unanswered = List.copyOf(pending);
        pending.clear();
        unanswered.forEach(request -> request.answer(Reply.CONNECTION_LOST, 0, null));
        if (end == null) {
            if (onLoss == OnLoss.END || !everConnected) {
                end = Reply.CONNECTION_LOST;
            } else {
                reconnectLater();
            }
        }
    }

    private void reconnectLater() {
        simulation.after(simulation.chance().between(0, LONGEST_PAUSE), this::reconnect);
    }

    private void reconnect() {
        if (end != null || connection != null || servers.isEmpty()) {
            return;
        }
        var address = servers.get(nextServer++ % servers.size());
        var server = simulation.listenerAt(address);
        if (server.isPresent() && server.get().isRunning()) {
            connectTo(server.get(), Request.Kind.MOVE_SESSION);
        } else {
            reconnectLater();
        }
    }

    /** A client gives a connection up over which it has heard nothing for two thirds of the timeout. */
    private void watch() {
        if (end != null) {
            return;
        }
        var over = connection;
        if (over != null) {
            if (connected && over.isHeard()) {
                heardAt = simulation.now();
            } else if (simulation.now() - heardAt >= timeout / 3 * 2) {
                lost(over);
            }
        }
        watchLater();
    }

    private void watchLater() {
        simulation.after(timeout / 10, this::watch);
    }

    /** Ends it: its znodes go at once if it is connected, otherwise once its timeout is over. */
    void close() {
        if (end == null) {
            var over = connection;
            if (connected && over != null) {
                over.send(Request.of(Request.Kind.CLOSE_SESSION, id));
                connected = false;
            }
            end(Reply.SESSION_EXPIRED);
        }
    }

    /** Its process has died: the connection is closed, and the servers hear nothing more. */
    void abandon() {
        end(Reply.CONNECTION_LOST);
        var over = connection;
        connection = null;
        connected = false;
        if (over != null) {
            over.closeAtClient();
        }
    }

    private void end(Reply why) {
        if (end == null) {
            end = why;
        }
        connected = false;
        var unanswered = List.copyOf(pending);
        pending.clear();
        unanswered.forEach(request -> request.answer(Reply.CONNECTION_LOST, 0, null));
    }
}
