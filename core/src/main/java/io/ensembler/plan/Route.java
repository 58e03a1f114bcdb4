package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The reconfigurations between two ensembles, each a single change.
 *
 * <ol>
 *   <li>Observers leave, all in one call: they are in no quorum.
 *   <li>Participants that are not live leave: that never lowers tolerance.
 *   <li>A live participant leaves as soon as no fewer live ones remain than the target has; else a joiner comes in. At
 *       an even size neither lowers tolerance, at an odd size only leaving does, and then the size is above the target's.
 *   <li>A lone participant takes two joiners in one call: with one, either's failure would stop all writes.
 *   <li>Observers come in, all in one call.
 *   <li>The leader leaves last, so that leadership moves once and to a server that stays.
 * </ol>
 *
 * Servers of one kind go in the order of their ids.
 */
final class Route {

    private final Ensemble origin;
    private final Ensemble target;
    private final Set<ServerId> live;
    private final Optional<ServerId> leader;
    private final List<Ensemble> stations = new ArrayList<>();

    private Route(Ensemble origin, Ensemble target, Set<ServerId> live, Optional<ServerId> leader) {
        this.origin = origin;
        this.target = target;
        this.live = live;
        this.leader = leader;
    }

    /** Returns the ensembles after each reconfiguration, in order, the last being the target. */
    static List<Ensemble> between(
            Ensemble origin, Ensemble target, Set<ServerId> liveParticipants, Optional<ServerId> leader) {
        var live = new TreeSet<>(liveParticipants);
        live.addAll(joining(origin, target, Server::isParticipant).stream()
                .map(Server::id)
                .toList());
        var route = new Route(origin, target, live, leader);
        route.travel();
        return route.stations;
    }

    private void travel() {
        go(List.of(), leaving(server -> !server.isParticipant()));
        for (var dead : leaving(server -> server.isParticipant() && !live.contains(server.id()))) {
            go(List.of(), List.of(dead));
        }
        exchangeParticipants();
        go(joining(current(), target, server -> !server.isParticipant()), List.of());
        for (var last : leaving(server -> true)) {
            go(List.of(), List.of(last));
        }
    }

    private void exchangeParticipants() {
        while (true) {
            var leaving = leaving(server -> !leader.equals(Optional.of(server.id())));
            var joining = joining(current(), target, Server::isParticipant);
            if (!leaving.isEmpty() && (joining.isEmpty() || liveIn(current()) > liveIn(target))) {
                go(List.of(), leaving.subList(0, 1));
            } else if (!joining.isEmpty()) {
                boolean alone = current().participants().size() == 1 && leader.isPresent();
                go(joining.subList(0, Math.min(alone ? 2 : 1, joining.size())), List.of());
            } else {
                return;
            }
        }
    }

    private Ensemble current() {
        return stations.isEmpty() ? origin : stations.get(stations.size() - 1);
    }

    private long liveIn(Ensemble ensemble) {
        return ensemble.participants().stream().filter(live::contains).count();
    }

    private List<ServerId> leaving(Predicate<Server> condition) {
        return current().servers().stream()
                .filter(server -> !target.contains(server.id()) && condition.test(server))
                .map(Server::id)
                .toList();
    }

    private static List<Server> joining(Ensemble from, Ensemble target, Predicate<Server> condition) {
        return target.servers().stream()
                .filter(server -> !from.contains(server.id()) && condition.test(server))
                .toList();
    }

    private void go(Collection<Server> joining, Collection<ServerId> leaving) {
        if (joining.isEmpty() && leaving.isEmpty()) {
            return;
        }
        var next = current();
        for (var id : leaving) {
            next = next.minus(id);
        }
        for (var server : joining) {
            next = next.plus(server);
        }
        stations.add(next);
    }
}
