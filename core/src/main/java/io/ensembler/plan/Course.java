package io.ensembler.plan;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of one server: the stations it passes, each one change away from the one before, from how it stands now to
 * how it is to stand. Immutable.
 *
 * @param id whose it is
 * @param stations at least one, in order
 * @param kind what must be known of it besides
 */
record Course(ServerId id, List<Station> stations, Kind kind) {

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
        return new Course(id, List.of(station), Kind.PLAIN);
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
        return new Course(id, stations, Kind.PLAIN);
    }

    /** Out, and in again as another incarnation; from absent only in. */
    static Course rebuilding(ServerId id, Station from, Station to) {
        var stations = new ArrayList<Station>();
        stations.add(from);
        lower(stations, from, Station.ABSENT);
        stations.add(Station.ABSENT);
        enter(stations, to);
        return new Course(id, stations, Kind.REBUILT);
    }

    static Course helping(ServerId id, Station in) {
        var stations = new ArrayList<Station>();
        stations.add(Station.ABSENT);
        enter(stations, in);
        stations.add(Station.ABSENT);
        return new Course(id, stations, Kind.HELPER);
    }

    /** The same course with a line in between, which the server has before it gets the one it is to have. */
    Course by(Server line) {
        var detour = new ArrayList<Station>();
        detour.add(stations.get(0));
        detour.add(stations.get(0).at(line));
        detour.addAll(stations.subList(1, stations.size()));
        return new Course(id, detour, kind);
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
            if (promoted && from + 2 < stations.size() && stations.get(from + 2).isParticipant()) {
                next.add(0, from + 2);
            }
        }
        return next;
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

    Station last() {
        return kind == Kind.HELPER ? Station.ABSENT : stations.get(stations.size() - 1);
    }
}
