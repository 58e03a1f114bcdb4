package io.ensembler.testkit.assertj;

import io.ensembler.report.TrafficReport;
import java.time.Duration;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on what became of clients' writes.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TrafficReportAssert extends AbstractAssert<TrafficReportAssert, TrafficReport> {

    TrafficReportAssert(TrafficReport actual) {
        super(actual, TrafficReportAssert.class);
    }

    /**
     * Fails if an acknowledged write was lost, or nothing follows from none being lost ({@link #isNotVacuous}).
     * Ambiguous writes are not counted: nobody was told that they were done.
     *
     * <p>With {@code 4210 acknowledged, 0 lost, 3 ambiguous} it passes; with {@code 4210 acknowledged, 1 lost} it fails.
     */
    public TrafficReportAssert lostNothing() {
        isNotVacuous();
        if (actual.lost() > 0) {
            failWithMessage(
                    "Expected no acknowledged write to be lost, but %s of %s were (%s)%s",
                    actual.lost(), actual.acknowledged(), actual, examples());
        }
        return this;
    }

    /**
     * Fails if any promise to the clients was broken, a loss among them, or nothing follows from none being broken
     * ({@link #isNotVacuous}).
     *
     * <p>With {@code 4210 acknowledged, 0 lost, 3 stale reads after a sync} it passes; with {@code 4210 acknowledged, 0
     * lost, 1 reads that went back} it fails.
     */
    public TrafficReportAssert brokeNoPromise() {
        isNotVacuous();
        if (!actual.violations().isEmpty()) {
            failWithMessage("Expected no promise to be broken, but: %s%s", actual, examples());
        }
        return this;
    }

    /**
     * Fails if nothing follows from the report: fewer writes were acknowledged than it requires for the time, no server
     * was asked in the end what it holds, or a client that only reads had no answer. It is about the whole time; for a
     * part of it see {@link #acknowledgedAtLeast(String, long)}.
     *
     * <p>With {@code 100 acknowledged} of 100 required it passes; with {@code 99 acknowledged} it fails, and so it does
     * with {@code losses unknown}.
     */
    public TrafficReportAssert isNotVacuous() {
        isNotNull();
        actual.whyVacuous()
                .ifPresent(why ->
                        failWithMessage("Expected something to follow from the report, but %s (%s)", why, actual));
        return this;
    }

    /**
     * Fails if some client had no write acknowledged for longer than this while writes were due, the stalls of its own
     * JVM not counted.
     *
     * <p>With {@code longest gap 931 ms} a limit of one second passes; one of half a second fails.
     */
    public TrafficReportAssert longestGapAtMost(Duration limit) {
        isNotNull();
        return gapAtMost("", actual.longestGap(), limit);
    }

    /**
     * Fails if that was so in a gap that overlaps a span of this name, or if there is no such span.
     *
     * <p>With {@code grow 18 ms, shrink 931 ms}, a limit of half a second passes for {@code grow} and fails for {@code
     * shrink}.
     */
    public TrafficReportAssert longestGapAtMost(String mark, Duration limit) {
        isNotNull();
        var gap = actual.longestGapByMark().get(mark);
        if (gap == null) {
            failWithMessage(
                    "Expected a mark '%s', but there are %s",
                    mark, actual.longestGapByMark().keySet());
            return this;
        }
        return gapAtMost(" at '" + mark + "'", gap, limit);
    }

    /**
     * Fails if fewer writes than this were acknowledged, so that a test without traffic does not pass.
     *
     * <p>With {@code 4210 acknowledged}, {@code acknowledgedAtLeast(100)} passes; {@code acknowledgedAtLeast(5000)} fails.
     */
    public TrafficReportAssert acknowledgedAtLeast(long count) {
        isNotNull();
        if (actual.acknowledged() < count) {
            failWithMessage(
                    "Expected at least %s acknowledged writes, but there were %s (%s)",
                    count, actual.acknowledged(), actual);
        }
        return this;
    }

    /**
     * Fails if fewer writes than this were acknowledged in the spans of this name, or if there is no such span. What
     * was written before and after proves nothing of what was done in between.
     *
     * <p>With 40 writes acknowledged while {@code grow} lasted, {@code acknowledgedAtLeast("grow", 40)} passes; {@code
     * acknowledgedAtLeast("grow", 41)} fails.
     */
    public TrafficReportAssert acknowledgedAtLeast(String mark, long count) {
        isNotNull();
        var acknowledged = actual.acknowledgedByMark().get(mark);
        if (acknowledged == null) {
            failWithMessage(
                    "Expected a mark '%s', but there are %s",
                    mark, actual.acknowledgedByMark().keySet());
        } else if (acknowledged < count) {
            failWithMessage(
                    "Expected at least %s acknowledged writes at '%s', but there were %s (%s)",
                    count, mark, acknowledged, actual);
        }
        return this;
    }

    private TrafficReportAssert gapAtMost(String where, TrafficReport.Gap gap, Duration limit) {
        if (gap.longestLessStalls().compareTo(limit) > 0) {
            failWithMessage(
                    "Expected no gap of more than %s ms%s, but the longest was %s (%s)",
                    limit.toMillis(), where, gap, actual);
        }
        return this;
    }

    private String examples() {
        return actual.examples().stream().map(example -> "\n  " + example).collect(Collectors.joining());
    }
}
