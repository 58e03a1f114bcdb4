package io.ensembler.curator;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.LinkedHashSet;
import java.util.List;

/** Decides on which servers to open a sender, best first. Tests send over a follower with it. */
@FunctionalInterface
interface SenderRoute {

    /** The preferred servers first, then all others in the order of their ids. */
    SenderRoute PREFERRED_FIRST = (ensemble, preferred) -> {
        var order = new LinkedHashSet<>(preferred);
        order.addAll(ensemble.ids());
        return List.copyOf(order);
    };

    List<ServerId> order(Ensemble ensemble, List<ServerId> preferred);
}
