package io.ensembler.testkit.assertj;

import io.ensembler.report.TrafficReport;
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
     * Fails if an acknowledged write was absent at the end from any server that was asked. Ambiguous writes are not
     * counted: nobody was told that they were done. It passes as well where nothing was written: {@link
     * #acknowledgedAtLeast} guards against that.
     *
     * <p>With {@code 4210 acknowledged, 0 lost, 3 ambiguous} it passes; with {@code 4210 acknowledged, 1 lost} it fails.
     */
    public TrafficReportAssert lostNothing() {
        isNotNull();
        if (actual.lost() > 0) {
            failWithMessage(
                    "Expected no acknowledged write to be lost, but %s of %s were absent at the end from a server that was"
                            + " asked (%s)",
                    actual.lost(), actual.acknowledged(), actual);
        }
        return this;
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
}
