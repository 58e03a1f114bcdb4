package io.ensembler.report;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What became of the writes that clients made while something was done to their ensemble. Immutable.
 *
 * @param acknowledged how many writes were acknowledged
 * @param lost how many of these were absent at the end from at least one server that was asked
 * @param ambiguous how many writes had no answer, for want of a connection or a session: they may or may not have been
 *     applied
 * @param longestGap the longest time during which one writer had no write acknowledged, its pauses between writes
 *     included
 * @param longestGapByMark the same for each named span of time, in the order the spans began; a gap counts in full for
 *     every span it overlaps
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TrafficReport(
        long acknowledged, long lost, long ambiguous, Duration longestGap, Map<String, Duration> longestGapByMark) {

    /** Copies {@code longestGapByMark}, keeping its order. */
    public TrafficReport {
        longestGapByMark = Collections.unmodifiableMap(new LinkedHashMap<>(longestGapByMark));
    }

    /** Returns one line: {@code 4210 acknowledged, 0 lost, 1 ambiguous, longest gap 931 ms (grow 18 ms, shrink 931 ms)}. */
    @Override
    public String toString() {
        var marks = longestGapByMark.entrySet().stream()
                .map(mark -> mark.getKey() + " " + mark.getValue().toMillis() + " ms")
                .collect(Collectors.joining(", "));
        return acknowledged + " acknowledged, " + lost + " lost, " + ambiguous + " ambiguous, longest gap "
                + longestGap.toMillis() + " ms" + (marks.isEmpty() ? "" : " (" + marks + ")");
    }
}
