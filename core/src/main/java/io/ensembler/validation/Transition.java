package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
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
        return leader.isPresent() && mayMoveLeadership();
    }

    /** Returns whether the leader hands over, or may do so since nobody is known to lead. */
    public boolean mayMoveLeadership() {
        return !mayHandOver().isEmpty();
    }

    /**
     * Returns the participants that hand over if they lead, in order: the leader or nobody if it is known who leads,
     * otherwise each that afterwards does not vote, or at another quorum address.
     */
    public SortedSet<ServerId> mayHandOver() {
        var may = new TreeSet<ServerId>();
        for (var id : leader.<Collection<ServerId>>map(List::of).orElseGet(before::participants)) {
            var old = before.server(id).filter(Server::isParticipant);
            boolean stays = after.server(id)
                    .filter(Server::isParticipant)
                    .filter(server -> old.filter(it -> it.endpoints().hasQuorumAddressesOf(server.endpoints()))
                            .isPresent())
                    .isPresent();
            if (old.isPresent() && !stays) {
                may.add(id);
            }
        }
        return Collections.unmodifiableSortedSet(may);
    }
}
