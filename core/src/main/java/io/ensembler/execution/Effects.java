package io.ensembler.execution;

import io.ensembler.model.Address;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What one reconfiguration does to the servers it changes. */
record Effects(Ensemble before, Ensemble after) {

    /** The servers that come in, in whatever role. */
    List<Server> joining() {
        return missing(after, before);
    }

    /** The servers that leave, as they were listed. */
    List<Server> leaving() {
        return missing(before, after);
    }

    private static List<Server> missing(Ensemble from, Ensemble there) {
        var missing = new ArrayList<Server>();
        for (var server : from.servers()) {
            if (!there.contains(server.id())) {
                missing.add(server);
            }
        }
        return missing;
    }

    /**
     * The servers that must be proved in sync before it is sent: those that come in, and observers that are to vote.
     */
    List<Server> toProve() {
        var toProve = new ArrayList<Server>();
        for (var server : after.servers()) {
            if (before.server(server.id())
                    .map(old -> !old.isParticipant() && server.isParticipant())
                    .orElse(true)) {
                toProve.add(server);
            }
        }
        return toProve;
    }

    /** The servers that are to serve clients at another port, as they will be listed. */
    List<Server> movingClients() {
        return after.servers().stream()
                .filter(server -> before.server(server.id())
                        .filter(old -> !clientPort(old).equals(clientPort(server)))
                        .isPresent())
                .toList();
    }

    private static Optional<Integer> clientPort(Server server) {
        return server.endpoints().client().map(Address::port);
    }

    /** Whether leadership moves, or may do so since nobody is known to lead. */
    boolean mayMoveLeadership(Optional<ServerId> leader) {
        return new Transition(before, after, leader).mayMoveLeadership();
    }

    /**
     * The servers that must be proved in sync and active, where they are listed then, before anything else is done:
     * those that come in or are to vote; of those in sync before, those whose role or endpoints change, and all if
     * leadership may move, since each then reconnects.
     */
    Set<ServerId> toProveAgain(Set<ServerId> provedBefore, Optional<ServerId> leader) {
        var again = new TreeSet<ServerId>();
        toProve().forEach(server -> again.add(server.id()));
        boolean moves = mayMoveLeadership(leader);
        for (var id : provedBefore) {
            if (after.contains(id) && (moves || !before.server(id).equals(after.server(id)))) {
                again.add(id);
            }
        }
        return again;
    }
}
