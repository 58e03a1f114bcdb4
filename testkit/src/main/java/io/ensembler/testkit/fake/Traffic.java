package io.ensembler.testkit.fake;

/** Clients that write all the time, each time through another server that serves. */
final class Traffic {

    private final Simulation simulation;
    private final long period;
    private int next;
    private long acknowledged;

    Traffic(Simulation simulation, long period) {
        this.simulation = simulation;
        this.period = period;
    }

    void begin() {
        if (period > 0) {
            simulation.after(period, this::write);
        }
    }

    private void write() {
        simulation.after(period, this::write);
        int servers = simulation.roster().size();
        for (int i = 0; i < servers; i++) {
            var server = simulation.roster().at(next++ % servers);
            if (server.isServing() && simulation.network().isOpenToClients(server.index())) {
                write(server);
                return;
            }
        }
    }

    /** Writes through one server. */
    Request write(SimulatedServer server) {
        var request = Request.of(Request.Kind.WRITE, 0);
        request.onReply(answered -> acknowledged += answered.reply() == Reply.OK ? 1 : 0);
        server.later(simulation.latency(), () -> server.submit(request));
        return request;
    }

    long acknowledged() {
        return acknowledged;
    }
}
