package io.ensembler.testkit.fake;

import org.jspecify.annotations.Nullable;

/** The connection of a client's session to one server, as both ends see it. */
final class Connection {

    private final Simulation simulation;
    private final ClientSession session;
    private final SimulatedServer server;
    private final Channel toServer;
    private final Channel toClient;
    private boolean openAtServer;
    private boolean openAtClient = true;

    Connection(Simulation simulation, ClientSession session, SimulatedServer server) {
        this.simulation = simulation;
        this.session = session;
        this.server = server;
        int index = server.index();
        var network = simulation.network();
        this.toServer = Channel.to(server, simulation, () -> network.isOpenToClients(index));
        this.toClient = Channel.toClient(simulation, () -> network.isOpenToClients(index));
    }

    ClientSession session() {
        return session;
    }

    SimulatedServer server() {
        return server;
    }

    boolean isOpenAtServer() {
        return openAtServer;
    }

    /** Whether client and server can hear of each other, and do. */
    boolean isHeard() {
        return openAtServer
                && openAtClient
                && !server.isPaused()
                && simulation.network().isOpenToClients(server.index());
    }

    /** Asks the server to let the client in; it refuses if it does not serve. */
    void open(Request first) {
        first.sentOver(this);
        toServer.send(new Message() {
            @Override
            public void deliver() {
                // A client that has given up meanwhile is heard of later.
                if (server.isServing()) {
                    openAtServer = true;
                    server.accept(Connection.this);
                    server.submit(first);
                } else {
                    closeAtServer();
                }
            }

            @Override
            public void drop() {
                closeAtServer();
            }

            @Override
            public boolean isFirst() {
                return true;
            }
        });
    }

    void send(Request request) {
        request.sentOver(this);
        if (simulation.cuts().strikesBefore(request)) {
            request.lose();
            closeAtServer();
            return;
        }
        toServer.send(new Message() {
            @Override
            public void deliver() {
                if (openAtServer) {
                    server.submit(request);
                } else {
                    request.lose();
                }
            }

            @Override
            public void drop() {
                request.lose();
            }
        });
    }

    void reply(Request request, Reply code, long zxid, @Nullable Shown shown) {
        if (simulation.cuts().strikesBeforeReplyTo(request)) {
            closeAtServer();
            return;
        }
        toClient.send(() -> {
            if (openAtClient) {
                session.answered(request);
                request.answer(code, zxid, shown);
            }
        });
    }

    /** The server closes it, or its machine does since its process has ended. */
    void closeAtServer() {
        openAtServer = false;
        server.forget(this);
        toClient.send(() -> {
            if (openAtClient) {
                openAtClient = false;
                session.lost(this);
            }
        });
    }

    /** The client closes it. */
    void closeAtClient() {
        if (openAtClient) {
            openAtClient = false;
            toServer.send(() -> {
                openAtServer = false;
                server.forget(this);
            });
        }
    }
}
