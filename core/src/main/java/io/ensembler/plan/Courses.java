package io.ensembler.plan;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ResolvedNames;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The courses of all servers of an ensemble, those it has and those it is to have. Immutable. */
final class Courses {

    private static final int HIGHEST_PORT = 65_535;

    private final Ensemble target;
    private final SortedMap<ServerId, Course> byId = new TreeMap<>();
    /** The group that stands for all participants where quorums are formed by majority. */
    private final long everybody;

    private final Map<ServerId, Long> groupsNow;
    private final Map<ServerId, Long> groupsThen;

    private Courses(Ensemble now, Goal goal) {
        this.target = goal.target();
        this.everybody = largestGroup(now, target);
        this.groupsNow = groups(now);
        this.groupsThen = groups(target);
        for (var server : now.servers()) {
            var from = station(now, groupsNow, Optional.of(server));
            var to = station(target, groupsThen, target.server(server.id()));
            byId.put(server.id(), course(server.id(), from, to, goal));
        }
        for (var server : target.servers()) {
            if (!now.contains(server.id())) {
                var to = station(target, groupsThen, Optional.of(server));
                byId.put(server.id(), course(server.id(), Station.ABSENT, to, goal));
            }
        }
        for (var helper : goal.helpers()) {
            byId.putIfAbsent(helper.id(), Course.helping(helper.id(), new Station(Optional.of(helper), everybody, 1)));
        }
    }

    static Courses of(Ensemble now, Goal goal) {
        var courses = new Courses(now, goal);
        courses.breakCircles();
        return courses;
    }

    private static Course course(ServerId id, Station from, Station to, Goal goal) {
        if (goal.rebuilt().contains(id) && !from.isAbsent() && !to.isAbsent()) {
            return Course.rebuilding(id, from, to);
        }
        return from.equals(to) ? Course.staying(id, from) : Course.between(id, from, to);
    }

    SortedMap<ServerId, Course> byId() {
        return byId;
    }

    private Station station(Ensemble ensemble, Map<ServerId, Long> groups, Optional<Server> line) {
        if (line.isEmpty()) {
            return Station.ABSENT;
        }
        if (!line.get().isParticipant()) {
            return Station.observer(line.get());
        }
        var id = line.get().id();
        var rule = ensemble.quorumRule();
        return rule.isMajority()
                ? new Station(line, everybody, 1)
                : new Station(
                        line, groups.getOrDefault(id, everybody), rule.weights().getOrDefault(id, 0L));
    }

    private static Map<ServerId, Long> groups(Ensemble ensemble) {
        var groups = new HashMap<ServerId, Long>();
        ensemble.quorumRule().groups().forEach((number, servers) -> servers.forEach(id -> groups.put(id, number)));
        return groups;
    }

    /**
     * The group with most participants of the target: it stays the same while others leave or come to it, so that planning
     * what is left gives what was planned.
     */
    private static long largestGroup(Ensemble now, Ensemble target) {
        var rule = target.quorumRule().isMajority() ? now.quorumRule() : target.quorumRule();
        return rule.groups().entrySet().stream()
                .max(Comparator.<Map.Entry<Long, ? extends Set<ServerId>>>comparingLong(
                                group -> group.getValue().stream()
                                        .filter(id -> target.participants().contains(id))
                                        .count())
                        .thenComparing(group -> -group.getKey()))
                .map(Map.Entry::getKey)
                .orElse(0L);
    }

    /** The ensemble in which each server stands as given. */
    Ensemble ensemble(Map<ServerId, Integer> standing) {
        var servers = new ArrayList<Server>();
        var groups = new TreeMap<Long, Set<ServerId>>();
        var weights = new TreeMap<ServerId, Long>();
        byId.forEach((id, course) -> {
            var station = course.stations().get(standing.getOrDefault(id, 0));
            station.line().ifPresent(servers::add);
            if (station.isParticipant()) {
                groups.computeIfAbsent(station.group(), number -> new TreeSet<>())
                        .add(id);
                weights.put(id, station.weight());
            }
        });
        boolean likeMajority = groups.size() == 1 && weights.values().stream().allMatch(weight -> weight == 1);
        boolean byMajority = likeMajority && target.quorumRule().isMajority();
        return Ensemble.of(servers, byMajority ? QuorumRule.majority() : QuorumRule.hierarchical(groups, weights));
    }

    /** Where one server takes an address of the next, and so round to the first, one of them goes elsewhere for a time. */
    private void breakCircles() {
        var circle = circle();
        while (circle.isPresent()) {
            var id = circle.get();
            var course = byId.get(id);
            if (course == null) {
                return;
            }
            byId.put(id, course.by(withSparePorts(course)));
            circle = circle();
        }
    }

    private Optional<ServerId> circle() {
        for (var course : byId.values()) {
            if (!movesInPlace(course)) {
                continue;
            }
            var id = course.id();
            var reached = new HashSet<ServerId>();
            var next = new ArrayList<>(List.of(id));
            while (!next.isEmpty()) {
                for (var owner : waitsFor(next.remove(next.size() - 1))) {
                    if (owner.equals(id)) {
                        return Optional.of(id);
                    }
                    if (reached.add(owner)) {
                        next.add(owner);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Whose place this server takes at its next station, of those that move on themselves without leaving. */
    private List<ServerId> waitsFor(ServerId id) {
        var course = byId.get(id);
        if (course == null || !movesInPlace(course)) {
            return List.of();
        }
        var wanted = new HashSet<>(addresses(course.stations().get(1)));
        return byId.values().stream()
                .filter(other -> !other.id().equals(id) && movesInPlace(other))
                .filter(other -> addresses(other.stations().get(0)).stream().anyMatch(wanted::contains))
                .map(Course::id)
                .toList();
    }

    private static boolean movesInPlace(Course course) {
        return course.stations().size() > 1
                && !course.stations().get(0).isAbsent()
                && !course.stations().get(1).isAbsent()
                && !addresses(course.stations().get(0))
                        .equals(addresses(course.stations().get(1)));
    }

    /** The line it is to have, with ports that nobody has in place of those it must wait for. */
    private Server withSparePorts(Course course) {
        var after = course.stations().get(1).line().orElseThrow();
        var before = course.stations().get(0).line().orElseThrow();
        var taken = byId.values().stream()
                .filter(other -> !other.id().equals(course.id()))
                .flatMap(other -> addresses(other.stations().get(0)).stream())
                .collect(Collectors.toSet());
        var all = byId.values().stream()
                .flatMap(other -> other.stations().stream())
                .flatMap(station -> addresses(station).stream())
                .collect(Collectors.toCollection(HashSet::new));
        var quorum = after.endpoints().quorum().stream()
                .map(address -> new QuorumAddress(
                        address.host(),
                        spare(address.host(), address.quorumPort(), taken, all),
                        spare(address.host(), address.electionPort(), taken, all)))
                .toList();
        var client = after.endpoints().client().map(address -> {
            var reached = after.endpoints().reachableClient().orElse(address);
            return new Address(address.host(), spare(reached.host(), address.port(), taken, all));
        });
        return before.withEndpoints(new Endpoints(quorum, client));
    }

    private static int spare(String host, int port, Set<Address> taken, Set<Address> all) {
        if (!taken.contains(new Address(host, port))) {
            return port;
        }
        int highest = all.stream()
                .filter(address -> address.host().equals(host))
                .mapToInt(Address::port)
                .max()
                .orElse(port);
        int spare = highest < HIGHEST_PORT ? highest + 1 : port;
        while (all.contains(new Address(host, spare))) {
            spare--;
        }
        all.add(new Address(host, spare));
        return spare;
    }

    /** Every address of a station, and what it is known by besides. */
    static Set<Address> addresses(Station station, ResolvedNames names) {
        return addresses(station).stream()
                .flatMap(address ->
                        names.spellings(address.host()).stream().map(host -> new Address(host, address.port())))
                .collect(Collectors.toSet());
    }

    static Set<Address> addresses(Station station) {
        return station.line()
                .map(server -> new HashSet<>(server.endpoints().addresses()))
                .orElseGet(HashSet::new);
    }
}
