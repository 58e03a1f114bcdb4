package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where a plan leads, and within which bounds. Immutable.
 *
 * @param target the ensemble that is to stand
 * @param rebuilt the listed servers that are to leave and come in anew
 * @param helpers the servers that may come in for a time
 * @param floor the tolerance to keep
 * @param pace how joiners are started
 */
record Goal(Ensemble target, SortedSet<ServerId> rebuilt, List<Server> helpers, int floor, Pace pace) {

    /** Copies the collections. */
    Goal {
        rebuilt = Collections.unmodifiableSortedSet(new TreeSet<>(rebuilt));
        helpers = List.copyOf(helpers);
    }

    /** The same with those already rebuilt left out. */
    Goal without(SortedSet<ServerId> alreadyRebuilt) {
        var left = new TreeSet<>(rebuilt);
        left.removeAll(alreadyRebuilt);
        return new Goal(target, left, helpers, floor, pace);
    }

    Goal withHelpers(List<Server> newHelpers) {
        return new Goal(target, rebuilt, newHelpers, floor, pace);
    }

    Goal withFloor(int newFloor) {
        return new Goal(target, rebuilt, helpers, newFloor, pace);
    }
}
