package io.ensembler.report;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What became of the reads and writes that clients made while something was done to their ensemble. Immutable; maps
 * keep the order they are given in.
 *
 * <p>A gap is a span of time during which one client had writes to make and none acknowledged. It counts in full for
 * every mark whose span it overlaps: where a mark was set neither hides nor shortens it.
 *
 * @param took how long the clients were at work
 * @param writes how many writes there were, by their answers
 * @param reads how many reads there were
 * @param serversAsked how many servers were asked in the end what they hold; with none only those losses are known that
 *     answers and reads show
 * @param expiredSessions how many sessions of the clients expired and were replaced by new ones
 * @param violations how often ZooKeeper broke which of its promises; what never happened is left out
 * @param examples some of these as sentences, a few for each promise
 * @param longestGap the longest gap of any client
 * @param longestGapByMark the same for each named span of time, in the order the spans began
 * @param acknowledgedByMark how many writes were acknowledged in each named span, in the same order
 * @param longestGapByWriter the longest gap of each client that writes
 * @param latency how long writes took from when they were due
 * @param stalls when the JVM of the clients stood still itself
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TrafficReport(
        Duration took,
        Writes writes,
        Reads reads,
        int serversAsked,
        long expiredSessions,
        Map<Violation, Long> violations,
        List<String> examples,
        Gap longestGap,
        Map<String, Gap> longestGapByMark,
        Map<String, Long> acknowledgedByMark,
        Map<String, Gap> longestGapByWriter,
        Latency latency,
        Stalls stalls) {

    /** Copies the maps and lists. */
    public TrafficReport {
        var ordered = new EnumMap<Violation, Long>(Violation.class);
        violations.forEach((violation, count) -> {
            if (count > 0) {
                ordered.put(violation, count);
            }
        });
        violations = Collections.unmodifiableMap(ordered);
        examples = List.copyOf(examples);
        longestGapByMark = Collections.unmodifiableMap(new LinkedHashMap<>(longestGapByMark));
        acknowledgedByMark = Collections.unmodifiableMap(new LinkedHashMap<>(acknowledgedByMark));
        longestGapByWriter = Collections.unmodifiableMap(new LinkedHashMap<>(longestGapByWriter));
    }

    /** A promise that ZooKeeper gives to its clients and that did not hold. */
    public enum Violation {
        /** A write was acknowledged, and neither it nor a later one of the same client was there when looked for. */
        LOST_WRITE("acknowledged writes lost"),
        /** Writes of one client were acknowledged in another order than that of their transactions. */
        WRITE_OUT_OF_ORDER("writes out of order"),
        /**
         * A read showed less than an earlier read or write of the same session, of the same znode or of any other: a
         * write acknowledged with a transaction no later than the latest that the session had seen was missing.
         */
        READ_WENT_BACK("reads that went back"),
        /**
         * What was read, or was there in the end, cannot be one history: two values of one version, one value with two
         * versions, versions that do not rise with the transactions, or a value that is gone.
         */
        CONTRADICTION("contradictions in what was read"),
        /** A value was read that nobody wrote, that was refused, or that contradicts the answer its writer got. */
        UNKNOWN_VALUE("values nobody wrote"),
        /** One create, sent once, made two znodes. */
        DUPLICATE_CREATE("creates done twice"),
        /** An ephemeral znode was gone while its session lived. */
        EPHEMERAL_GONE("ephemeral znodes gone before their session");

        private final String words;

        Violation(String words) {
            this.words = words;
        }

        /** Returns what is counted, as it follows a number: {@code acknowledged writes lost}. */
        @Override
        public String toString() {
            return words;
        }
    }

    /**
     * How many writes there were.
     *
     * @param acknowledged how many were acknowledged
     * @param refused how many were answered with an error that says they were not applied
     * @param ambiguous how many had no answer, for want of a connection or a session: they may or may not have been
     *     applied
     * @param ambiguousApplied how many of these are known to have been applied
     * @param required how many had to be acknowledged for the report to mean something
     */
    public record Writes(long acknowledged, long refused, long ambiguous, long ambiguousApplied, long required) {}

    /**
     * How many reads there were.
     *
     * @param answered how many had an answer
     * @param failed how many had none
     * @param synced how many of those answered followed a bare {@code sync} on the same session
     * @param stale how many of these nevertheless missed a write that had been acknowledged before the {@code sync} was
     *     sent; ZooKeeper does not promise that they never do, so that they are no violation
     * @param silentReaders how many clients that only read had no answer at all: nothing follows from what they read
     */
    public record Reads(long answered, long failed, long synced, long stale, long silentReaders) {}

    /**
     * The longest span of time without an acknowledgement while writes were due.
     *
     * @param longest as it was seen
     * @param longestLessStalls the longest after the stalls of the clients' own JVM are taken off each gap; it may be
     *     another gap than the longest as seen
     */
    public record Gap(Duration longest, Duration longestLessStalls) {

        /** No gap. */
        public static final Gap NONE = new Gap(Duration.ZERO, Duration.ZERO);

        /** Returns {@code 931 ms}, or {@code 931 ms (731 ms less stalls)} where that is less. */
        @Override
        public String toString() {
            return longest.toMillis() + " ms"
                    + (longest.equals(longestLessStalls)
                            ? ""
                            : " (" + longestLessStalls.toMillis() + " ms less stalls)");
        }
    }

    /**
     * How long acknowledged writes took, counted from when they were due, so that a write that had to wait for those
     * before it, or for a connection, has waited. Zero throughout if none was acknowledged.
     *
     * @param median at most this long: half of them
     * @param p99 at most this long: 99 of 100
     * @param p999 at most this long: 999 of 1000
     * @param longest at most this long: all
     */
    public record Latency(Duration median, Duration p99, Duration p999, Duration longest) {

        /** Nothing measured. */
        public static final Latency NONE = new Latency(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

        /** Returns {@code median 1.3 ms, 99 % 8.2 ms, 99.9 % 20.0 ms, longest 931.4 ms}. */
        @Override
        public String toString() {
            return "median " + tenths(median) + ", 99 % " + tenths(p99) + ", 99.9 % " + tenths(p999) + ", longest "
                    + tenths(longest);
        }

        private static String tenths(Duration time) {
            long tenths = time.toNanos() / 100_000;
            return tenths / 10 + "." + tenths % 10 + " ms";
        }
    }

    /**
     * When the clients' own JVM stood still: none of their threads gave a sign of life for more than a tenth of a
     * second.
     *
     * @param count how often
     * @param total for how long altogether
     * @param longest for how long at most
     */
    public record Stalls(long count, Duration total, Duration longest) {

        /** No stall. */
        public static final Stalls NONE = new Stalls(0, Duration.ZERO, Duration.ZERO);
    }

    /** Returns how many writes were acknowledged. */
    public long acknowledged() {
        return writes.acknowledged();
    }

    /** Returns how many of these were lost, as far as servers were asked. */
    public long lost() {
        return count(Violation.LOST_WRITE);
    }

    /** Returns how many writes had no answer: they may or may not have been applied. */
    public long ambiguous() {
        return writes.ambiguous();
    }

    /** Returns how often this promise was broken. */
    public long count(Violation violation) {
        return violations.getOrDefault(violation, 0L);
    }

    /** Returns whether nothing follows from no loss having been found. */
    public boolean isVacuous() {
        return whyVacuous().isPresent();
    }

    /** Returns why nothing follows: {@code at least 100 acknowledged writes were required}; empty if something does. */
    public Optional<String> whyVacuous() {
        if (writes.acknowledged() < writes.required()) {
            return Optional.of("at least " + writes.required() + " acknowledged writes were required");
        }
        if (serversAsked == 0) {
            return Optional.of("no server was asked");
        }
        return reads.silentReaders() > 0
                ? Optional.of(reads.silentReaders() + " readers had no read answered")
                : Optional.empty();
    }

    private boolean isIdle(String mark) {
        return acknowledgedByMark.getOrDefault(mark, 1L) == 0;
    }

    /**
     * Returns one line, which leaves out what did not happen: {@code 4210 acknowledged, 0 lost, 1 ambiguous, longest
     * gap 931 ms (grow 18 ms, shrink 931 ms)}.
     */
    @Override
    public String toString() {
        var text = new StringBuilder()
                .append(acknowledged() + " acknowledged, ")
                .append(lost() == 0 && serversAsked == 0 ? "losses unknown" : lost() + " lost")
                .append(", " + ambiguous() + " ambiguous");
        violations.forEach((violation, count) ->
                text.append(violation == Violation.LOST_WRITE ? "" : ", " + count + " " + violation));
        text.append(writes.refused() > 0 ? ", " + writes.refused() + " refused" : "");
        text.append(reads.stale() > 0 ? ", " + reads.stale() + " stale reads after a sync" : "");
        text.append(expiredSessions > 0 ? ", " + expiredSessions + " sessions expired" : "");
        text.append(", longest gap ").append(longestGap);
        if (!longestGapByMark.isEmpty()) {
            text.append(longestGapByMark.entrySet().stream()
                    .map(mark -> mark.getKey() + " " + mark.getValue()
                            + (isIdle(mark.getKey()) ? ", none acknowledged" : ""))
                    .collect(Collectors.joining(", ", " (", ")")));
        }
        if (stalls.count() > 0) {
            text.append(", this JVM stalled ")
                    .append(stalls.count())
                    .append(" times for ")
                    .append(stalls.total().toMillis())
                    .append(" ms");
        }
        whyVacuous().ifPresent(why -> text.append("; vacuous: ").append(why));
        return text.toString();
    }
}
