package io.ensembler.testkit.fake;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Picks servers out of all that a simulated ensemble has had to do with. */
final class Choice {

    private Choice() {}

    static SortedSet<ServerId> of(SimulatedEnsemble ensemble, Predicate<ServerId> condition) {
        var chosen = new TreeSet<ServerId>();
        ensemble.servers().stream().map(Server::id).filter(condition).forEach(chosen::add);
        return Collections.unmodifiableSortedSet(chosen);
    }

    static boolean contains(long[] ids, ServerId id) {
        for (long each : ids) {
            if (each == id.value()) {
                return true;
            }
        }
        return false;
    }
}
