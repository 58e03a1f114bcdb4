package io.ensembler.plan;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What becomes of one server: the stations it passes, each one change away from the one before, from how it stands now
 * to how it is to stand. Immutable.
 *
 * @param id whose it is
 * @param stations at least one, in order
 * @param kind what must be known of it besides
 * @param byTheWay which station it may leave out, since it has it only until the next one is free; -1 for none
 */
record Course(ServerId id, List<Station> stations, Kind kind, int byTheWay) {

    private static final int NONE = -1;

    /** Copies {@code stations}. */
    Course {
        stations = List.copyOf(stations);
    }

    /** What kind of course it is. */
    enum Kind {
        /** It ends where the target has it, and nowhere else. */
        PLAIN,
        /** It leads out and in again, whatever else would be shorter. */
        REBUILT,
        /** A helper that is not listed: it may come in for a time, or not. */
        HELPER
    }

    static Course staying(ServerId id, Station station) {
        return new Course(id, List.of(station), Kind.PLAIN, NONE);
    }

    /** From how it stands now to how it is to stand, on its data. */
    static Course between(ServerId id, Station from, Station to) {
        var stations = new ArrayList<Station>();
        stations.add(from);
        if (from.isParticipant() && to.isParticipant()) {
            change(stations, from, to);
        } else {
            lower(stations, from, to);
            boolean promoted = !from.isAbsent() && to.isParticipant();
            if (promoted) {
                stations.add(Station.ABSENT);
            }
            enter(stations, to);
        }
        return new Course(id, stations, Kind.PLAIN, NONE);
    }

    /** Out, and in again as another incarnation; from absent only in. */
    static Course rebuilding(ServerId id, Station from, Station to) {
        var stations = new ArrayList<Station>();
        stations.add(from);
        lower(stations, from, Station.ABSENT);
        stations.add(Station.ABSENT);
        enter(stations, to);
        return new Course(id, stations, Kind.REBUILT, NONE);
    }

    static Course helping(ServerId id, Station in) {
        var stations = new ArrayList<Station>();
        stations.add(Station.ABSENT);
        enter(stations, in);
        stations.add(Station.ABSENT);
        return new Course(id, stations, Kind.HELPER, NONE);
    }

    /** Where it stands when it moves to other addresses without leaving; empty if it does not. */
    OptionalInt movesFrom() {
        for (int i = 0; i + 1 < stations.size(); i++) {
            var here = stations.get(i);
            var there = stations.get(i + 1);
            if (!here.isAbsent()
                    && !there.isAbsent()
                    && !Courses.addresses(here).equals(Courses.addresses(there))) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /**
     * The same course with a line that the server may have after that station, before it gets the one it is to have.
     */
    Course maybeBy(Server line, int from) {
        var detour = new ArrayList<>(stations.subList(0, from + 1));
        detour.add(stations.get(from).at(line));
        detour.addAll(stations.subList(from + 1, stations.size()));
        return new Course(id, detour, kind, from + 1);
    }

    private static void change(List<Station> stations, Station from, Station to) {
        boolean regrouped = from.group() != to.group() && from.weight() + to.weight() > 1;
        long lowest = from.group() == to.group() ? Math.min(from.weight(), to.weight()) : 0;
        if (regrouped || to.weight() < from.weight()) {
            for (long weight = from.weight() - 1; weight >= lowest; weight--) {
                stations.add(from.weighing(weight));
            }
        }
        var line = to.line().orElseThrow();
        var last = stations.get(stations.size() - 1);
        if (!last.line().equals(Optional.of(line))) {
            stations.add(last.at(line));
            last = last.at(line);
        }
        if (from.group() != to.group()) {
            stations.add(to.weighing(Math.min(1, to.weight())));
            last = to.weighing(Math.min(1, to.weight()));
        }
        for (long weight = last.weight() + 1; weight <= to.weight(); weight++) {
            stations.add(to.weighing(weight));
        }
    }

    /** A participant gets lighter by one at a time, and is gone at once when it weighs 1. */
    private static void lower(List<Station> stations, Station from, Station to) {
        if (from.isParticipant() && !to.isParticipant()) {
            for (long weight = from.weight() - 1; weight >= 1; weight--) {
                stations.add(from.weighing(weight));
            }
        }
    }

    /** A participant comes in with weight 1, and gets heavier by one at a time. */
    private static void enter(List<Station> stations, Station to) {
        if (!to.isParticipant()) {
            if (!stations.get(stations.size() - 1).equals(to)) {
                stations.add(to);
            }
            return;
        }
        stations.add(to.weighing(Math.min(1, to.weight())));
        for (long weight = 2; weight <= to.weight(); weight++) {
            stations.add(to.weighing(weight));
        }
    }

    /** Where it may stand after one change, from station {@code from}; the next one first. */
    List<Integer> next(int from) {
        var next = new ArrayList<Integer>();
        if (from + 1 < stations.size()) {
            next.add(from + 1);
            boolean promoted = kind == Kind.PLAIN
                    && isObserver(from)
                    && stations.get(from + 1).isAbsent();
            boolean direct = from + 2 < stations.size()
                    && (isByTheWay(from + 1)
                            || (promoted && stations.get(from + 2).isParticipant()));
            if (direct) {
                next.add(0, from + 2);
            }
        }
        return next;
    }

    boolean isByTheWay(int station) {
        return station == byTheWay;
    }

    boolean mayEndAt(int station) {
        return station == stations.size() - 1 || (kind == Kind.HELPER && station == 0);
    }

    boolean isObserver(int station) {
        return !stations.get(station).isAbsent() && !stations.get(station).isParticipant();
    }

    /** Whether it never votes, now or later. */
    boolean isWithoutVote() {
        return stations.stream().noneMatch(Station::isParticipant);
    }

    /** Whether it comes in anew on the way to this station, so that it is proved in sync there. */
    boolean hasArrived(int station) {
        return stations.subList(0, station).stream().anyMatch(earlier -> !earlier.isParticipant());
    }

    /** Whether it leaves the list on the way to this station, or there. */
    boolean hasLeft(int station) {
        return stations.subList(0, station + 1).stream().anyMatch(Station::isAbsent);
    }

    Station last() {
        return kind == Kind.HELPER ? Station.ABSENT : stations.get(stations.size() - 1);
    }
}
