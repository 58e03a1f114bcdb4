package io.ensembler.plan;

import io.ensembler.model.Address;
import io.ensembler.model.ResolvedNames;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The places of a search. Servers whose courses are alike are a cohort, within which only numbers matter; each station
 * of a cohort is a slot. What the search asks of a slot is looked up here. Immutable.
 */
final class Slots {

    /** The courses of each cohort, in the order of their ids. */
    private final List<List<Course>> cohorts;

    private final int[] first;
    private final int[] cohortOf;
    final boolean[] participant;
    final boolean[] live;
    /** Where servers may lead: the live ones, and those of which nobody can tell. */
    final boolean[] mayLead;

    final boolean[] deadLeaving;
    final boolean[] done;
    final boolean[] withoutVote;
    final boolean[] absent;
    /** Where servers are only until the slot after it is free for them. */
    final boolean[] byTheWay;
    /** Where servers are listed by host name. */
    final boolean[] named;

    final long[] group;
    final long[] weight;
    final int[][] next;
    /** For each slot, the slots that must be empty before a server may go there. */
    final int[][] blockers;

    final boolean byMajority;
    final int targetSize;
    final int targetLive;

    private Slots(List<List<Course>> cohorts, Traits traits) {
        this.cohorts = cohorts;
        this.first = new int[cohorts.size()];
        int size = 0;
        for (int cohort = 0; cohort < cohorts.size(); cohort++) {
            first[cohort] = size;
            size += model(cohort).stations().size();
        }
        cohortOf = new int[size];
        participant = new boolean[size];
        live = new boolean[size];
        mayLead = new boolean[size];
        deadLeaving = new boolean[size];
        done = new boolean[size];
        withoutVote = new boolean[size];
        absent = new boolean[size];
        byTheWay = new boolean[size];
        named = new boolean[size];
        group = new long[size];
        weight = new long[size];
        next = new int[size][];
        blockers = new int[size][];
        int inTarget = 0;
        int liveInTarget = 0;
        boolean plain = true;
        for (int cohort = 0; cohort < cohorts.size(); cohort++) {
            var course = model(cohort);
            for (int i = 0; i < course.stations().size(); i++) {
                fill(first[cohort] + i, cohort, course, i, traits);
                var station = course.stations().get(i);
                plain &= !station.isParticipant() || (station.weight() == 1 && station.group() == traits.everybody());
            }
            if (course.last().isParticipant()) {
                int last = first[cohort] + course.stations().size() - 1;
                inTarget += cohorts.get(cohort).size();
                liveInTarget += live[last] ? cohorts.get(cohort).size() : 0;
            }
        }
        byMajority = plain;
        targetSize = inTarget;
        targetLive = liveInTarget;
    }

    private void fill(int slot, int cohort, Course course, int i, Traits traits) {
        boolean upToday = traits.condition().live().contains(course.id());
        boolean deadToday = !upToday && !traits.leading(course.id());
        boolean mayLeadToday = traits.condition().perhapsLive().contains(course.id());
        var station = course.stations().get(i);
        cohortOf[slot] = cohort;
        participant[slot] = station.isParticipant();
        live[slot] = station.isParticipant() && (upToday || course.hasArrived(i));
        mayLead[slot] = live[slot] || (station.isParticipant() && mayLeadToday);
        boolean leaves = !course.last().isParticipant() || course.kind() == Course.Kind.REBUILT;
        deadLeaving[slot] = station.isParticipant() && deadToday && leaves && !course.hasArrived(i);
        done[slot] = course.mayEndAt(i);
        withoutVote[slot] = course.isWithoutVote();
        absent[slot] = station.isAbsent();
        byTheWay[slot] = course.isByTheWay(i);
        named[slot] = station.usesNames();
        group[slot] = station.group();
        weight[slot] = station.weight();
        next[slot] = course.next(i).stream().mapToInt(j -> first[cohort] + j).toArray();
        blockers[slot] = new int[0];
    }

    /** What tells servers apart besides their courses. */
    private record Traits(Condition condition, Optional<ServerId> leader, long everybody) {

        boolean leading(ServerId id) {
            return leader.filter(id::equals).isPresent();
        }
    }

    static Slots of(Collection<Course> courses, Condition condition, Optional<ServerId> leader) {
        long everybody = courses.stream()
                .flatMap(course -> course.stations().stream())
                .filter(Station::isParticipant)
                .mapToLong(Station::group)
                .findFirst()
                .orElse(0);
        var traits = new Traits(condition, leader, everybody);
        var conflicts = Conflicts.among(courses, condition.names());
        var alike = new LinkedHashMap<List<Object>, List<Course>>();
        for (var course : courses) {
            if (course.isWithoutVote() && course.stations().size() == 1) {
                // An observer that stays as it is, of which there may be a hundred: it makes no difference to any move.
                continue;
            }
            alike.computeIfAbsent(likeness(course, traits, conflicts), key -> new ArrayList<>())
                    .add(course);
        }
        var slots = new Slots(List.copyOf(alike.values()), traits);
        slots.blockBy(conflicts);
        return slots;
    }

    private static List<Object> likeness(Course course, Traits traits, Conflicts conflicts) {
        var likeness = new ArrayList<Object>();
        likeness.add(course.kind());
        likeness.add(traits.condition().live().contains(course.id()));
        likeness.add(traits.condition().perhapsLive().contains(course.id()));
        // On its own, so that of equals the one that goes first is known by its id.
        likeness.add(traits.leading(course.id()));
        likeness.add(conflicts.concerns(course.id()) ? course.id() : "any");
        var stations = course.stations();
        for (int i = 0; i < stations.size(); i++) {
            var station = stations.get(i);
            likeness.add(station.isParticipant());
            likeness.add(station.isAbsent());
            likeness.add(station.isParticipant() && station.usesNames());
            likeness.add(station.group());
            likeness.add(station.weight());
            likeness.add(i > 0 && stations.get(i - 1).movesQuorumAddress(station));
        }
        return likeness;
    }

    private void blockBy(Conflicts conflicts) {
        conflicts.holders().forEach((taker, holders) -> {
            int slot = slot(taker.id(), taker.station());
            blockers[slot] = holders.stream()
                    .mapToInt(holder -> slot(holder.id(), holder.station()))
                    .toArray();
        });
    }

    int size() {
        return participant.length;
    }

    int cohort(int slot) {
        return cohortOf[slot];
    }

    int station(int slot) {
        return slot - first[cohortOf[slot]];
    }

    boolean movesQuorumAddress(int from, int to) {
        var stations = model(cohortOf[from]).stations();
        return stations.get(station(from)).movesQuorumAddress(stations.get(station(to)));
    }

    /** How many servers are in each slot at the start. */
    int[] start() {
        var counts = new int[size()];
        for (int cohort = 0; cohort < cohorts.size(); cohort++) {
            counts[first[cohort]] = cohorts.get(cohort).size();
        }
        return counts;
    }

    int slot(ServerId id, int station) {
        for (int cohort = 0; cohort < cohorts.size(); cohort++) {
            if (cohorts.get(cohort).stream().anyMatch(course -> course.id().equals(id))) {
                return first[cohort] + station;
            }
        }
        throw new IllegalArgumentException("server " + id + " has no course");
    }

    /** The servers of a slot's cohort, in the order of their ids. */
    List<Course> cohortAt(int slot) {
        return cohorts.get(cohortOf[slot]);
    }

    /** The lowest id in a slot if those that are farthest on have the lowest ids. */
    ServerId lowestAt(int slot, Situation situation) {
        int farther = 0;
        int last = first[cohortOf[slot]] + model(cohortOf[slot]).stations().size();
        for (int other = slot + 1; other < last; other++) {
            farther += situation.count(other);
        }
        var cohort = cohortAt(slot);
        return cohort.get(Math.min(farther, cohort.size() - 1)).id();
    }

    private Course model(int cohort) {
        return cohorts.get(cohort).get(0);
    }

    /** Who must have gone before a server may take an address. */
    private record Conflicts(Map<Place, Set<Place>> holders, Set<ServerId> concerned) {

        private record Place(ServerId id, int station) {}

        static Conflicts among(Collection<Course> courses, ResolvedNames names) {
            var holdersOf = new HashMap<Address, List<Place>>();
            var moving = courses.stream()
                    .filter(course -> course.stations().size() > 1)
                    .toList();
            for (var course : moving) {
                for (int i = 0; i < course.stations().size(); i++) {
                    for (var address : Courses.addresses(course.stations().get(i), names)) {
                        holdersOf
                                .computeIfAbsent(address, key -> new ArrayList<>())
                                .add(new Place(course.id(), i));
                    }
                }
            }
            var holders = new LinkedHashMap<Place, Set<Place>>();
            var concerned = new HashSet<ServerId>();
            for (var places : holdersOf.values()) {
                for (var taker : places) {
                    for (var holder : places) {
                        if (taker.station() > 0 && !taker.id().equals(holder.id())) {
                            holders.computeIfAbsent(taker, key -> new HashSet<>())
                                    .add(holder);
                            concerned.add(taker.id());
                            concerned.add(holder.id());
                        }
                    }
                }
            }
            return new Conflicts(holders, concerned);
        }

        boolean concerns(ServerId id) {
            return concerned.contains(id);
        }
    }
}
