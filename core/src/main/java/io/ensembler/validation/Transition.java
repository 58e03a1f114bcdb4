package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * One reconfiguration, as the rules see it. Immutable.
 *
 * @param before the ensemble before
 * @param after the ensemble after
 * @param leader who leads before, empty if unknown
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Transition(Ensemble before, Ensemble after, Optional<ServerId> leader) {

    /**
     * Returns whether the leader hands over: afterwards it does not vote, or at another quorum address. Never if nobody
     * is known to lead.
     */
    public boolean movesLeadership() {
        return leader.flatMap(before::server).filter(Server::isParticipant).isPresent()
                && leader.flatMap(after::server)
                        .filter(Server::isParticipant)
                        .filter(server -> leader.flatMap(before::server)
                                .filter(old -> old.endpoints().hasQuorumAddressesOf(server.endpoints()))
                                .isPresent())
                        .isEmpty();
    }
}
