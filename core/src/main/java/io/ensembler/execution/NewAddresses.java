package io.ensembler.execution;

import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The client addresses to which servers move. A server that finds its new one taken only logs that, and serves no client
 * from then on; so nothing must listen there. Each is looked at under an id that no server has, since an observation looks
 * at listed servers where they are.
 */
record NewAddresses(Map<ServerId, Server> byStandIn) {

    static NewAddresses of(Effects effects) {
        var byStandIn = new TreeMap<ServerId, Server>();
        long free = ServerId.HIGHEST;
        for (var moving : effects.movingClients()) {
            while (effects.before().contains(ServerId.of(free))
                    || effects.after().contains(ServerId.of(free))) {
                free--;
            }
            byStandIn.put(ServerId.of(free--), moving);
        }
        return new NewAddresses(byStandIn);
    }

    /** The servers to look at. */
    List<Server> standIns() {
        return byStandIn.entrySet().stream()
                .map(entry -> new Server(
                        entry.getKey(), ServerRole.OBSERVER, entry.getValue().endpoints()))
                .toList();
    }

    /** Returns which address is not known to be free, as a clause. Where a server is down, so may be its new host. */
    Optional<String> taken(Observation now) {
        return byStandIn.entrySet().stream()
                .filter(entry -> now.facts(entry.getValue().id())
                        .filter(ServerFacts::isProvedSynced)
                        .isPresent())
                .flatMap(entry -> taken(now, entry.getKey(), entry.getValue()).stream())
                .findFirst();
    }

    private static Optional<String> taken(Observation now, ServerId standIn, Server moving) {
        var presence = now.facts(standIn).map(ServerFacts::presence).orElse(ServerFacts.Presence.UNKNOWN);
        return moving.endpoints()
                .reachableClient()
                .filter(address -> presence != ServerFacts.Presence.REFUSES)
                .map(address -> "server " + moving.id() + " is to serve clients at " + address + ", where "
                        + (presence == ServerFacts.Presence.ANSWERS
                                ? "something answers already"
                                : "no connection is refused, so that something may listen already")
                        + ". See what it is, or choose another address.");
    }
}
