package io.ensembler.plan;

import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Rule;
import io.ensembler.validation.Violation;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who leaves and who comes in where the request asks for a number of participants, or for the dead to leave. What it finds
 * wrong it adds to what was found; then it picks nobody.
 */
final class Picks {

    private final Observation observation;
    private final ScalingRequest request;
    private final List<Violation> found;

    Picks(Observation observation, ScalingRequest request, List<Violation> found) {
        this.observation = observation;
        this.request = request;
        this.found = found;
    }

    /** Returns the participants of today that are known to be down. */
    Set<ServerId> dead() {
        var participants = observation.ensemble().participants();
        if (isAnyUnclear("remove dead participants", participants)) {
            return Set.of();
        }
        var dead = new TreeSet<>(participants);
        dead.removeAll(observation.live());
        return dead;
    }

    /**
     * Returns the participants of today that leave so that {@code wanted} remain of those that would stand, but none that
     * the request itself names: to pick one of them would undo what it asks for.
     */
    List<ServerId> leaving(SortedSet<ServerId> standing, int wanted) {
        int surplus = standing.size() - wanted;
        var named = named();
        var free = new TreeSet<>(observation.ensemble().participants());
        free.retainAll(standing);
        free.removeAll(named);
        if (surplus > free.size()) {
            named.retainAll(standing);
            found.add(new Violation(
                    Rule.CONTRADICTION,
                    cannotResize(wanted),
                    "the request names " + Text.ids(named) + " of " + Text.ids(standing) + " to stand, and " + surplus
                            + " would have to leave where "
                            + (free.isEmpty() ? "there is nobody else" : "only " + Text.ids(free) + " can be picked"),
                    "Resize to " + (standing.size() - free.size()) + " participants at least, or take fewer of these"
                            + " into the request"));
            return List.of();
        }
        if (isAnyUnclear("pick the participants that leave", free)) {
            return List.of();
        }
        return free.stream().sorted(firstToLeave()).limit(surplus).toList();
    }

    /** Whom the request adds, changes, rebuilds, lists or weighs. */
    private SortedSet<ServerId> named() {
        var named = new TreeSet<ServerId>();
        addIds(request.additions(), named);
        request.of(Wish.ChangeRole.class).forEach(change -> named.add(change.id()));
        request.of(Wish.ChangeEndpoints.class).forEach(change -> named.add(change.id()));
        request.of(Wish.Rebuild.class).forEach(wish -> named.add(wish.id()));
        request.of(Wish.Reach.class).forEach(reach -> addIds(reach.target().servers(), named));
        request.of(Wish.Migrate.class).forEach(move -> addIds(move.servers(), named));
        request.last(Wish.ChangeRule.class)
                .ifPresent(change -> named.addAll(change.rule().weights().keySet()));
        return named;
    }

    private static void addIds(Collection<Server> servers, Set<ServerId> ids) {
        servers.forEach(server -> ids.add(server.id()));
    }

    /** Returns the servers on offer that come in so that there are {@code wanted} participants, the lowest ids first. */
    List<Server> comingIn(Set<ServerId> standing, int missing, int wanted) {
        var offered = request.of(Wish.Offer.class).stream()
                .map(Wish.Offer::server)
                .filter(server -> server.isParticipant() && !standing.contains(server.id()))
                .filter(server -> !observation.ensemble().contains(server.id()))
                .distinct()
                .sorted(Comparator.comparing(Server::id))
                .limit(missing)
                .toList();
        if (offered.size() < missing) {
            found.add(new Violation(
                    Rule.SERVERS_MISSING,
                    cannotResize(wanted),
                    missing + " more are needed and " + offered.size() + (offered.size() == 1 ? " is" : " are")
                            + " offered",
                    "Offer " + (missing - offered.size()) + " more with ids that are not in use"));
            return List.of();
        }
        return offered;
    }

    private static String cannotResize(int wanted) {
        return "Cannot resize to " + wanted + (wanted == 1 ? " participant" : " participants");
    }

    private boolean isAnyUnclear(String what, Collection<ServerId> ids) {
        var unclear = new TreeSet<ServerId>();
        ids.stream().filter(id -> isUnclear(observation, id)).forEach(unclear::add);
        if (!unclear.isEmpty()) {
            found.add(new Violation(
                    Rule.SERVER_UNCLEAR,
                    "Cannot " + what,
                    Text.plural(unclear, "server") + " " + Text.ids(unclear) + (unclear.size() == 1 ? " is" : " are")
                            + " neither proved in sync nor known to be down: silent from here may be alive there",
                    "Observe again, or name the servers to remove by their ids"));
        }
        return !unclear.isEmpty();
    }

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
    private Comparator<ServerId> firstToLeave() {
        return Comparator.<ServerId, Boolean>comparing(
                        id -> observation.leader().equals(Optional.of(id)))
                .thenComparing(id -> observation.live().contains(id))
                .thenComparing(this::hanging)
                .thenComparing(Comparator.reverseOrder());
    }

    private long hanging(ServerId id) {
        var facts = observation.facts(id);
        var connections = facts.flatMap(it -> it.connections().value());
        int observers =
                facts.flatMap(it -> it.details().value(ServerDetail.OBSERVERS)).orElse(0);
        return connections.map(count -> (long) count + observers).orElse(Long.MAX_VALUE);
    }
}
