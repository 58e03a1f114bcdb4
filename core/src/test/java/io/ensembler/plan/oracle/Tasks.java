package io.ensembler.plan.oracle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All tasks of up to 7 servers that begin and end with 1 to 5 participants, and all without observers up to 10, each
 * once: two that differ in ids only are one, so that counts of kinds and the kind of who is down tell tasks apart.
 * Besides, all of up to 5 servers in which client ports move, or joiners or participants take over addresses, or some
 * exchange theirs.
 */
final class Tasks {

    private static final int MOST_SERVERS = 7;
    private static final int MOST_SERVERS_WITHOUT_OBSERVERS = 10;
    private static final int MOST_SERVERS_WITH_OTHER_ADDRESSES = 5;
    private static final int MOST_PARTICIPANTS = 5;

    private final List<Task> tasks = new ArrayList<>();

    private Tasks() {}

    static List<Task> all() {
        var tasks = new Tasks();
        tasks.addAll(List.of(Kind.values()), new EnumMap<>(Kind.class));
        return List.copyOf(tasks.tasks);
    }

    /** Adds the tasks with these counts and with any of the kinds still to be counted. */
    private void addAll(List<Kind> toCount, Map<Kind, Integer> counts) {
        if (toCount.isEmpty()) {
            addEach(counts);
            return;
        }
        for (int count = 0; count <= MOST_SERVERS_WITHOUT_OBSERVERS; count++) {
            var more = new EnumMap<>(counts);
            more.put(toCount.get(0), count);
            if (isSmallEnough(more)) {
                addAll(toCount.subList(1, toCount.size()), more);
            }
        }
    }

    private static boolean isSmallEnough(Map<Kind, Integer> counts) {
        int most = sum(counts, Kind::observes) > 0 ? MOST_SERVERS : MOST_SERVERS_WITHOUT_OBSERVERS;
        int takers = sum(counts, kind -> kind == Kind.TAKES_OVER || kind == Kind.MOVES_IN);
        int exchanging = sum(counts, Tasks::exchanges);
        int others = takers + sum(counts, kind -> kind == Kind.CLIENTS_MOVED);
        if (others > 0 && exchanging > 0) {
            return false;
        }
        others += exchanging;
        return sum(counts, kind -> true) <= (others > 0 ? MOST_SERVERS_WITH_OTHER_ADDRESSES : most)
                && takers <= counts.getOrDefault(Kind.LEAVES, 0)
                && sum(counts, Kind::votesBefore) <= MOST_PARTICIPANTS
                && sum(counts, Kind::votesAfter) <= MOST_PARTICIPANTS;
    }

    private static boolean exchanges(Kind kind) {
        return kind == Kind.EXCHANGES || kind == Kind.OBSERVER_EXCHANGES;
    }

    private static int sum(Map<Kind, Integer> counts, Predicate<Kind> condition) {
        return counts.entrySet().stream()
                .filter(entry -> condition.test(entry.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private void addEach(Map<Kind, Integer> counts) {
        if (sum(counts, Kind::votesBefore) == 0
                || sum(counts, Kind::votesAfter) == 0
                || sum(counts, kind -> kind != Kind.STAYS) == 0
                || sum(counts, Tasks::exchanges) == 1) {
            return;
        }
        add(counts, Optional.empty());
        counts.forEach((kind, count) -> {
            if (kind.isListedBefore() && count > 0) {
                add(counts, Optional.of(kind));
            }
        });
    }

    private void add(Map<Kind, Integer> counts, Optional<Kind> dead) {
        tasks.add(new Task(Collections.unmodifiableMap(counts), dead, tasks.size()));
    }
}
