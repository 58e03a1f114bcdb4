package io.ensembler.testkit.ledger;

import io.ensembler.report.TrafficReport.Gap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Finds the longest gaps in the writes of one client after the other, and where they were acknowledged. For one thread.
 */
final class Gaps {

    private final List<Mark> marks;
    private final List<Span> stalls;
    private final long end;
    private final Map<String, Gap> byMark = new LinkedHashMap<>();
    private final Map<String, Long> acknowledgedByMark = new LinkedHashMap<>();
    private Gap overall = Gap.NONE;

    /**
     * Begins without any client.
     *
     * @param marks by time
     * @param stalls by time, none overlapping another
     * @param end where the last mark ends
     */
    Gaps(List<Mark> marks, List<Span> stalls, long end) {
        this.marks = marks;
        this.stalls = stalls;
        this.end = end;
        marks.forEach(mark -> byMark.put(mark.name(), Gap.NONE));
        marks.forEach(mark -> acknowledgedByMark.put(mark.name(), 0L));
    }

    /** Returns the longest gap of one client, and counts it and what was acknowledged in. */
    Gap add(List<Write> writes) {
        var longest = Gap.NONE;
        for (var span : spans(writes, end)) {
            var gap = new Gap(Duration.ofNanos(span.length()), Duration.ofNanos(span.length() - stalled(span)));
            longest = longer(longest, gap);
            attribute(span, gap);
        }
        overall = longer(overall, longest);
        writes.stream().filter(Write::isAcknowledged).forEach(write -> count(write.completed()));
        return longest;
    }

    private void count(long acknowledged) {
        int mark = first(marks, each -> each.at() > acknowledged) - 1;
        if (mark >= 0) {
            acknowledgedByMark.merge(marks.get(mark).name(), 1L, Long::sum);
        }
    }

    Gap overall() {
        return overall;
    }

    Map<String, Gap> byMark() {
        return byMark;
    }

    /** Returns how many writes were acknowledged in the spans of each name. */
    Map<String, Long> acknowledgedByMark() {
        return acknowledgedByMark;
    }

    /**
     * Returns each span between two acknowledgements, from when the next write was due. The time before the first
     * acknowledgement counts only if there is none at all.
     */
    static List<Span> spans(List<Write> writes, long end) {
        var spans = new ArrayList<Span>();
        boolean acknowledgedBefore = writes.stream().noneMatch(Write::isAcknowledged);
        boolean waiting = false;
        long lastAcknowledged = Long.MIN_VALUE;
        long from = 0;
        for (var write : writes) {
            if (acknowledgedBefore && !waiting) {
                from = Math.max(lastAcknowledged, write.due());
                waiting = true;
            }
            if (write.isAcknowledged()) {
                if (waiting) {
                    spans.add(new Span(from, write.completed()));
                }
                acknowledgedBefore = true;
                waiting = false;
                lastAcknowledged = write.completed();
            }
        }
        if (waiting && from < end) {
            spans.add(new Span(from, end));
        }
        return spans;
    }

    private void attribute(Span span, Gap gap) {
        for (int i = first(marks, mark -> mark.at() > span.from()) - 1; i < marks.size(); i++) {
            if (i < 0) {
                continue;
            }
            if (marks.get(i).at() >= span.to()) {
                return;
            }
            long markEnd = i + 1 < marks.size() ? marks.get(i + 1).at() : Math.max(end, span.to());
            if (span.overlaps(marks.get(i).at(), markEnd)) {
                byMark.merge(marks.get(i).name(), gap, Gaps::longer);
            }
        }
    }

    private long stalled(Span span) {
        long total = 0;
        for (int i = first(stalls, stall -> stall.to() > span.from()); i < stalls.size(); i++) {
            if (stalls.get(i).from() >= span.to()) {
                break;
            }
            total += span.shared(stalls.get(i));
        }
        return total;
    }

    /** Returns the first place in a list from which on the condition holds. */
    private static <T> int first(List<T> list, Predicate<T> condition) {
        int low = 0;
        int high = list.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (condition.test(list.get(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static Gap longer(Gap one, Gap other) {
        return new Gap(
                Collections.max(List.of(one.longest(), other.longest())),
                Collections.max(List.of(one.longestLessStalls(), other.longestLessStalls())));
    }
}
