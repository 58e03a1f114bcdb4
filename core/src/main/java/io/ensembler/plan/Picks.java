package io.ensembler.plan;

import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
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
 * Who leaves and who comes in where the request asks for a number of participants, or for the dead to leave. What it
 * finds wrong it adds to what was found; then it picks nobody.
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

    /**
     * Returns the participants of today that are known to be down. One that answers is not, whether it serves or not.
     */
    Set<ServerId> dead() {
        var participants = observation.ensemble().participants();
        if (isAnyUnseen("remove dead participants", participants)) {
            return Set.of();
        }
        var dead = new TreeSet<>(participants);
        dead.removeIf(id -> !isDown(observation, id));
        return dead;
    }

    /**
     * Returns the participants of today that leave so that {@code wanted} remain of those that would stand, but none
     * that the request itself names: to pick one of them would undo what it asks for.
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
        if (isAnyUnseen("pick the participants that leave", free)) {
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

    /**
     * Returns the servers on offer that come in so that there are {@code wanted} participants, the lowest ids first.
     */
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

    /** Who may be alive for the leader though it cannot be seen from here is neither picked nor passed over. */
    private boolean isAnyUnseen(String what, Collection<ServerId> ids) {
        var unseen = new TreeSet<ServerId>();
        ids.stream()
                .filter(id -> isUnclear(observation, id) && presence(observation, id) != Presence.ANSWERS)
                .forEach(unseen::add);
        if (!unseen.isEmpty()) {
            found.add(new Violation(
                    Rule.SERVER_UNCLEAR,
                    "Cannot " + what,
                    Text.plural(unseen, "server") + " " + Text.ids(unseen) + (unseen.size() == 1 ? " is" : " are")
                            + " neither proved in sync nor known to be down, and who does not answer here may be alive"
                            + " for the leader",
                    "Observe again, or name the servers to remove by their ids"));
        }
        return !unseen.isEmpty();
    }

    /** Whether nobody can tell if it is alive: not proved in sync, and not known to be down. */
    static boolean isUnclear(Observation observation, ServerId id) {
        return !observation.live().contains(id) && !isDown(observation, id);
    }

    /**
     * Down is whom the leader does not count: it has no more followers than we proved in sync ourselves. Nobody may
     * know how many it has, since servers tell only where {@code mntr} is allowed; then one whose client port refuses
     * is taken to be down, because that is what a server shows that was stopped, and nothing else tells the dead from
     * those that cannot be seen. One that has lost its client listener while it runs (ZOOKEEPER-2847) passes for dead
     * there.
     */
    private static boolean isDown(Observation observation, ServerId id) {
        if (observation.live().contains(id)) {
            return false;
        }
        return switch (presence(observation, id)) {
            case ANSWERS -> false;
            case REFUSES -> leaderMissesNone(observation).orElse(true);
            case SILENT, UNKNOWN -> leaderMissesNone(observation).orElse(false);
        };
    }

    private static Presence presence(Observation observation, ServerId id) {
        return observation.facts(id).map(ServerFacts::presence).orElse(Presence.UNKNOWN);
    }

    /**
     * Whether every follower that the leader counts is one that we proved in sync; empty if it is unknown how many it
     * counts. Observers may follow through a follower, so that those proved are not counted against its learners.
     */
    private static Optional<Boolean> leaderMissesNone(Observation observation) {
        var leader = observation.leader().flatMap(observation::facts).map(ServerFacts::details);
        int observers =
                leader.flatMap(details -> details.value(ServerDetail.OBSERVERS)).orElse(0);
        long proved = observation.live().stream()
                .filter(id -> !observation.leader().equals(Optional.of(id)))
                .count();
        return leader.flatMap(details -> details.value(ServerDetail.LEARNERS))
                .map(learners -> learners - observers <= proved);
    }

    /**
     * The leader last; first who is down or unhealthy, then who has the fewest client connections and observers hanging
     * on it, then the highest id. Whoever does not tell how many it has comes after those that do.
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
