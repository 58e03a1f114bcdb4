package io.ensembler.testkit.ledger;

import io.ensembler.report.TrafficReport.Violation;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was seen in the register of one writer of which no answer tells: writes without answer, and the first value. All
 * of it has to be one history. For one thread.
 */
final class Sightings {

    /**
     * A value and who saw it.
     *
     * @param seenBy as a value follows it: {@code reader-1 read}
     */
    record Sighting(Value value, String seenBy) {

        @Override
        public String toString() {
            return seenBy + " " + value.text();
        }
    }

    private final String writer;
    private final Findings findings;
    private final Map<Long, Sighting> byVersion = new HashMap<>();
    private final Map<Integer, Sighting> byNumber = new HashMap<>();
    private final Set<Value> contradicted = new HashSet<>();
    private @Nullable Sighting highest;

    Sightings(String writer, Findings findings) {
        this.writer = writer;
        this.findings = findings;
    }

    /** Looks at a value beside all that were seen before. */
    void add(Value value, String seenBy) {
        var sighting = new Sighting(value, seenBy);
        var sameVersion = byVersion.putIfAbsent(value.version(), sighting);
        var sameNumber = byNumber.putIfAbsent(value.number(), sighting);
        if (sameVersion != null && !sameVersion.value().equals(value)) {
            contradict(sighting, sameVersion);
        } else if (sameNumber != null && !sameNumber.value().equals(value)) {
            contradict(sighting, sameNumber);
        }
        if (highest == null || highest.value().version() < value.version()) {
            highest = sighting;
        }
    }

    /** Notes that one of two values cannot be if the other is; each value is counted once. */
    void contradict(Sighting one, Sighting other) {
        if (contradicted.add(one.value())) {
            findings.add(Violation.CONTRADICTION, one + ", and " + other + ", in the register of " + writer);
        }
    }

    /** Returns the first sighting of the highest version; null if nothing was seen. */
    @Nullable
    Sighting highest() {
        return highest;
    }

    /** Returns the first sighting of each version, the lowest first. */
    List<Sighting> sorted() {
        return byVersion.values().stream()
                .sorted(Comparator.comparingLong(sighting -> sighting.value().version()))
                .toList();
    }
}
