package io.ensembler.plan;

import io.ensembler.model.Observation;
import io.ensembler.model.ResolvedNames;
import io.ensembler.model.ServerId;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How the participants are from whom a way begins, and their hosts. Immutable.
 *
 * @param live who is proved in sync
 * @param perhapsLive these, and of whom nobody can tell: they do not count, and may lead
 * @param leader who leads, empty if unknown
 * @param names what their hosts resolve to
 */
record Condition(
        SortedSet<ServerId> live, SortedSet<ServerId> perhapsLive, Optional<ServerId> leader, ResolvedNames names) {

    /** Copies the sets. */
    Condition {
        live = Collections.unmodifiableSortedSet(new TreeSet<>(live));
        perhapsLive = Collections.unmodifiableSortedSet(new TreeSet<>(perhapsLive));
    }

    static Condition of(Observation observation) {
        var perhapsLive = new TreeSet<>(observation.live());
        observation.ensemble().participants().stream()
                .filter(id -> Picks.isUnclear(observation, id))
                .forEach(perhapsLive::add);
        return new Condition(observation.live(), perhapsLive, observation.leader(), observation.names());
    }

    /** The same with these proved in sync as well. */
    Condition withLive(Set<ServerId> more) {
        var all = new TreeSet<>(live);
        all.addAll(more);
        var perhaps = new TreeSet<>(perhapsLive);
        perhaps.addAll(more);
        return new Condition(all, perhaps, leader, names);
    }

    /** What is left of it once leadership has moved, among these participants. */
    Condition ledBy(Optional<ServerId> successor, Set<ServerId> participants) {
        var stillLive = new TreeSet<>(live);
        stillLive.retainAll(participants);
        var stillPerhaps = new TreeSet<>(perhapsLive);
        stillPerhaps.retainAll(participants);
        return new Condition(stillLive, stillPerhaps, successor, names);
    }
}
