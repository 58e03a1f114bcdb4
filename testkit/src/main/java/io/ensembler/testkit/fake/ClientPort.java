package io.ensembler.testkit.fake;

import io.ensembler.model.Address;
import io.ensembler.model.Server;
import java.util.Optional;

/** Where a server accepts clients. */
final class ClientPort {

    private final Simulation simulation;
    private final SimulatedServer server;
    private Optional<Address> address = Optional.empty();

    ClientPort(Simulation simulation, SimulatedServer server) {
        this.simulation = simulation;
        this.server = server;
    }

    boolean isAt(Address asked) {
        return address.isPresent() && address.get().equals(asked);
    }

    /** Opens it where a line has it, as a server does that starts. */
    void open(Optional<Server> line) {
        address = line.flatMap(it -> it.endpoints().reachableClient());
    }

    /** Moves it to where a line has it; if something listens there, the server is left without, and goes on. */
    void move(Server line) {
        var next = line.endpoints().reachableClient();
        if (next.isEmpty() || next.equals(address)) {
            return;
        }
        boolean taken =
                simulation.roster().all().stream().anyMatch(other -> other != server && other.listensAt(next.get()));
        if (taken) {
            simulation.note(server, "finds its new client port taken, and listens nowhere");
            address = Optional.empty();
        } else {
            address = next;
        }
    }
}
