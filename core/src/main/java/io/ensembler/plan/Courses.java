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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The courses of all servers of an ensemble, those it has and those it is to have. Immutable. */
final class Courses {

    private static final int HIGHEST_PORT = 65_535;

    /**
     * Weights change by one in a call, and each call is a situation at least. Half a second of processor time went into
     * planning 200 such calls.
     */
    private static final long MOST_WEIGHT_STEPS = 200;

    /**
     * Of so many servers in circles each may go elsewhere for a time: they stand in 3 to the power of 6 ways at most.
     */
    private static final int MOST_TO_CHOOSE_FROM = 6;

    private final Ensemble target;
    private final SortedMap<ServerId, Course> byId = new TreeMap<>();
    /** The group that stands for all participants where quorums are formed by majority. */
    private final long everybody;

    private Courses(Ensemble now, Goal goal) {
        this.target = goal.target();
        var numbers = GroupNumbers.of(now, goal);
        this.everybody = largestGroup(now, target, numbers);
        var groupsNow = GroupNumbers.groups(now);
        var groupsThen = numbers.groupsOf(target);
        var ways = new ArrayList<Way>();
        Stream.concat(now.servers().stream(), target.servers().stream().filter(server -> !now.contains(server.id())))
                .map(Server::id)
                .forEach(id -> ways.add(new Way(
                        id,
                        station(now, groupsNow, now.server(id)),
                        station(target, groupsThen, target.server(id)),
                        goal.rebuilt().contains(id))));
        checkWeightSteps(ways);
        ways.forEach(way -> byId.put(way.id(), way.course()));
        for (var helper : goal.helpers()) {
            byId.putIfAbsent(helper.id(), Course.helping(helper.id(), new Station(Optional.of(helper), everybody, 1)));
        }
    }

    static Courses of(Ensemble now, Goal goal, Optional<ServerId> leader) {
        var courses = new Courses(now, goal);
        courses.breakCircles(leader);
        return courses;
    }

    /** From where to where a server goes. */
    private record Way(ServerId id, Station from, Station to, boolean toRebuild) {

        private boolean isRebuilt() {
            return toRebuild && !from.isAbsent() && !to.isAbsent();
        }

        Course course() {
            if (isRebuilt()) {
                return Course.rebuilding(id, from, to);
            }
            return from.equals(to) ? Course.staying(id, from) : Course.between(id, from, to);
        }

        /** How many calls change but its weight; beyond the most, one too many says as much. */
        long weightSteps() {
            boolean stays = !isRebuilt() && from.isParticipant() && to.isParticipant() && from.group() == to.group();
            return stays ? few(Math.abs(to.weight() - from.weight())) : few(from.weight() - 1) + few(to.weight() - 1);
        }

        private static long few(long steps) {
            return Math.max(0, Math.min(steps, MOST_WEIGHT_STEPS + 1));
        }
    }

    /** Before any course is laid out, since each step is a station of it. */
    private static void checkWeightSteps(List<Way> ways) {
        if (ways.stream().mapToLong(Way::weightSteps).sum() > MOST_WEIGHT_STEPS) {
            throw new Search.TooManyException(
                    "weights change by one in a reconfiguration, and these need more than " + MOST_WEIGHT_STEPS
                            + " for their weights alone",
                    "Ask for smaller weights in the same proportion, or for a part of the change at a time");
        }
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

    /**
     * The group with most participants of the target: it stays the same while others leave or come to it, so that
     * planning what is left gives what was planned.
     */
    private static long largestGroup(Ensemble now, Ensemble target, GroupNumbers numbers) {
        var rule = target.quorumRule().isMajority() ? now.quorumRule() : target.quorumRule();
        return rule.groups().entrySet().stream()
                .max(Comparator.<Map.Entry<Long, ? extends Set<ServerId>>>comparingLong(
                                group -> group.getValue().stream()
                                        .filter(id -> target.participants().contains(id))
                                        .count())
                        .thenComparing(group -> -group.getKey()))
                .map(Map.Entry::getKey)
                .map(number -> target.quorumRule().isMajority() ? number : numbers.onTheWay(number))
                .orElse(0L);
    }

    /** The ensemble in which each server stands as given. */
    Ensemble ensemble(Map<ServerId, Integer> standing) {
        var servers = new ArrayList<Server>();
        var groups = new TreeMap<Long, Set<ServerId>>();
        var weights = new TreeMap<ServerId, Long>();
        byId.forEach((id, course) -> {
            var stations = course.stations();
            var station = stations.get(stations.size() == 1 ? 0 : standing.getOrDefault(id, 0));
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

    /**
     * Where one server takes an address of the next, and so round to the first, one of them goes elsewhere for a time:
     * any of them, so that the best is found. Of more than can be compared observers rather than participants, and
     * those rather than the leader, until few are left.
     */
    private void breakCircles(Optional<ServerId> leader) {
        var circled = circled();
        while (circled.size() > MOST_TO_CHOOSE_FROM) {
            circled.stream()
                    .min(Comparator.<Course, Boolean>comparing(course -> leader.equals(Optional.of(course.id())))
                            .thenComparing(course -> course.stations().get(0).isParticipant())
                            .thenComparing(Course::id))
                    .ifPresent(this::letDetour);
            circled = circled();
        }
        circled.forEach(this::letDetour);
    }

    private void letDetour(Course course) {
        course.movesFrom().ifPresent(from -> byId.put(course.id(), course.maybeBy(withSparePorts(course, from), from)));
    }

    /** The servers in circles that no detour breaks yet, in the order of their ids. */
    private List<Course> circled() {
        var moving = byId.values().stream()
                .filter(course -> course.byTheWay() < 0 && course.movesFrom().isPresent())
                .toList();
        var waitsFor = new TreeMap<ServerId, List<Course>>();
        for (var course : moving) {
            var wanted = addresses(course.stations().get(course.movesFrom().orElseThrow() + 1));
            waitsFor.put(
                    course.id(),
                    moving.stream()
                            .filter(other -> !other.id().equals(course.id())
                                    && addresses(other.stations().get(0)).stream()
                                            .anyMatch(wanted::contains))
                            .toList());
        }
        return moving.stream().filter(course -> reaches(course, waitsFor)).toList();
    }

    /** Whether who waits for whom leads from a server back to it. */
    private static boolean reaches(Course course, Map<ServerId, List<Course>> waitsFor) {
        var reached = new HashSet<ServerId>();
        var next = new ArrayList<>(List.of(course.id()));
        while (!next.isEmpty()) {
            for (var owner : waitsFor.getOrDefault(next.remove(next.size() - 1), List.of())) {
                if (owner.id().equals(course.id())) {
                    return true;
                }
                if (reached.add(owner.id())) {
                    next.add(owner.id());
                }
            }
        }
        return false;
    }

    /** The line it is to have, with ports that nobody has in place of those it must wait for. */
    private Server withSparePorts(Course course, int from) {
        var after = course.stations().get(from + 1).line().orElseThrow();
        var before = course.stations().get(from).line().orElseThrow();
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
                .flatMap(address -> names.spellings(address).stream())
                .collect(Collectors.toSet());
    }

    static Set<Address> addresses(Station station) {
        return station.line()
                .map(server -> new HashSet<>(server.endpoints().addresses()))
                .orElseGet(HashSet::new);
    }
}
