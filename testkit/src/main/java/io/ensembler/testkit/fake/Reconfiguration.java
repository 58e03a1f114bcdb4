package io.ensembler.testkit.fake;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A reconfiguration in the form the leader gets: what joins and what leaves, or the whole new text.
 *
 * @param target the whole configuration that its sender has in mind
 * @param isBulk whether the whole text is sent
 * @param joining the lines that come in, if it is not
 * @param leaving the ids that go, if it is not
 * @param version the version on which it is conditional, -1 for none
 */
record Reconfiguration(Ensemble target, boolean isBulk, List<Server> joining, List<ServerId> leaving, long version) {

    static final long UNCONDITIONAL = -1;

    /** In the form that the driver of real ensembles gives it. */
    static Reconfiguration between(Ensemble before, Ensemble target, long version) {
        var joining = new ArrayList<Server>();
        boolean complete = true;
        for (var server : target.servers()) {
            if (!before.server(server.id()).equals(Optional.of(server))) {
                joining.add(server);
                complete &= server.endpoints().client().isPresent();
            }
        }
        var leaving = new ArrayList<ServerId>();
        for (var server : before.servers()) {
            if (!target.contains(server.id())) {
                leaving.add(server.id());
            }
        }
        boolean isBulk = !complete
                || !before.quorumRule().isMajority()
                || !target.quorumRule().isMajority();
        return new Reconfiguration(target, isBulk, List.copyOf(joining), List.copyOf(leaving), version);
    }

    /** What it comes to on a leader that has seen {@code last} last. */
    Ensemble appliedTo(Ensemble last) {
        if (isBulk) {
            return target;
        }
        var servers = new ArrayList<Server>();
        for (var server : last.servers()) {
            boolean replaced = joining.stream().anyMatch(it -> it.id().equals(server.id()));
            if (!replaced && !leaving.contains(server.id())) {
                servers.add(server);
            }
        }
        servers.addAll(joining);
        return Ensemble.of(servers, last.quorumRule());
    }
}
