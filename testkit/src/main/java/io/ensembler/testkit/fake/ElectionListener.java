package io.ensembler.testkit.fake;

/**
 * Where a server is told of elections: opened anew with each change of the list, which takes its own name to resolve.
 */
final class ElectionListener {

    private static final int EXIT_UNABLE_TO_BIND = 14;

    private final Simulation simulation;
    private final SimulatedServer server;

    ElectionListener(Simulation simulation, SimulatedServer server) {
        this.simulation = simulation;
        this.server = server;
    }

    void reopen() {
        reopen(1);
    }

    private void reopen(int attempt) {
        if (!simulation.names().isUnresolvedAt(server.index()) || !server.isNamed(server.inForce())) {
            return;
        }
        simulation.note(server, "cannot open its election listener: its name does not resolve");
        int most = simulation.settings().bindRetry();
        server.later(Settings.BIND_RETRY, () -> {
            boolean last = most > 0 && attempt >= most;
            if (!last) {
                reopen(attempt + 1);
            } else if (simulation.names().isUnresolvedAt(server.index())) {
                server.exit(EXIT_UNABLE_TO_BIND, "unable to bind the election port");
            }
        });
    }
}
