package io.ensembler.curator;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.spi.Sender.SendRequest;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whether a reconfiguration could take every server down with the leader.
 *
 * <p>A leader that does not find itself in the new configuration at the quorum address it has hands over to another
 * server that acknowledged. Where it holds a quorum alone there may be none, and it ends with all others. Its address
 * changes by the text, or because a bulk call makes it resolve its own name anew.
 */
final class LoneQuorum {

    private LoneQuorum() {}

    /** Returns what endangers the ensemble, as a clause; empty if nothing does. An unknown leader may be any server. */
    static Optional<String> endangered(SendRequest request, ReconfigurationCall call) {
        return request.target().servers().stream()
                .filter(server -> request.leader().map(server.id()::equals).orElse(true))
                .filter(server -> request.target().containsQuorum(Set.of(server.id())))
                .filter(server -> request.before().participants().contains(server.id()))
                .flatMap(server -> danger(request.before(), server, call).stream())
                .findFirst();
    }

    private static Optional<String> danger(Ensemble before, Server server, ReconfigurationCall call) {
        var alone = "server " + server.id() + ", alone a quorum of the target, ";
        boolean stays = before.server(server.id())
                .filter(old -> old.endpoints().hasQuorumAddressesOf(server.endpoints()))
                .isPresent();
        if (!stays) {
            return Optional.of(
                    alone + "would move its quorum address with nobody to take over. Let another server hold a"
                            + " part of the quorum first");
        }
        return call.isBulk() && server.endpoints().usesNames()
                ? Optional.of(alone + "is listed by host name, which a call with the whole text makes it resolve anew."
                        + " List it by its address first")
                : Optional.empty();
    }
}
