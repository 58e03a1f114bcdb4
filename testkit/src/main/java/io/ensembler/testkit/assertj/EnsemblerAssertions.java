package io.ensembler.testkit.assertj;

import io.ensembler.execution.RunResult;
import io.ensembler.model.Ensemble;
import io.ensembler.report.TrafficReport;
import org.apiguardian.api.API;

/**
 * Where assertions begin: {@code assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3)}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class EnsemblerAssertions {

    private EnsemblerAssertions() {}

    /** Begins assertions on an ensemble. */
    public static EnsembleAssert assertThat(Ensemble actual) {
        return new EnsembleAssert(actual);
    }

    /** Begins assertions on what became of clients' writes. */
    public static TrafficReportAssert assertThat(TrafficReport actual) {
        return new TrafficReportAssert(actual);
    }

    /** Begins assertions on how a run ended. */
    public static RunResultAssert assertThat(RunResult actual) {
        return new RunResultAssert(actual);
    }
}
