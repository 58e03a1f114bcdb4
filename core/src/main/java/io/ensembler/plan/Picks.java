package io.ensembler.plan;

import io.ensembler.model.Observation;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import java.util.Comparator;
import java.util.Optional;

/** Who leaves first where only a number was asked for. */
final class Picks {

    private Picks() {}

    /** Whether nobody can tell if it is alive: not proved in sync, and not known to be down. */
    static boolean isUnclear(Observation observation, ServerId id) {
        return !observation.live().contains(id) && !isDown(observation, id);
    }

    /**
     * Down is a server whose host refuses connections, or which the leader does not count among its learners: it has no
     * more of them than we proved in sync ourselves.
     */
    private static boolean isDown(Observation observation, ServerId id) {
        var presence = observation.facts(id).map(ServerFacts::presence).orElse(ServerFacts.Presence.UNKNOWN);
        return presence == ServerFacts.Presence.REFUSES
                || (presence != ServerFacts.Presence.ANSWERS && leaderMissesAll(observation));
    }

    private static boolean leaderMissesAll(Observation observation) {
        var leader = observation.leader();
        long proved = observation.servers().values().stream()
                .filter(ServerFacts::isProvedSynced)
                .filter(facts -> !Optional.of(facts.id()).equals(leader))
                .count();
        return leader.flatMap(observation::facts)
                .flatMap(facts -> facts.details().value(ServerDetail.LEARNERS))
                .filter(learners -> learners <= proved)
                .isPresent();
    }

    /**
     * The leader last; first who is down, then who has the fewest client connections and observers hanging on it, then the
     * highest id. Whoever does not tell how many it has comes after those that do.
     */
    static Comparator<ServerId> firstToLeave(Observation observation) {
        return Comparator.<ServerId, Boolean>comparing(
                        id -> observation.leader().equals(Optional.of(id)))
                .thenComparing(id -> observation.live().contains(id))
                .thenComparing(id -> hanging(observation, id))
                .thenComparing(Comparator.reverseOrder());
    }

    private static long hanging(Observation observation, ServerId id) {
        var facts = observation.facts(id);
        var connections = facts.flatMap(it -> it.connections().value());
        int observers =
                facts.flatMap(it -> it.details().value(ServerDetail.OBSERVERS)).orElse(0);
        return connections.map(count -> (long) count + observers).orElse(Long.MAX_VALUE);
    }
}
