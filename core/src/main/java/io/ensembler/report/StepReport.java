package io.ensembler.report;

import io.ensembler.plan.PlannedStep;
import java.time.Duration;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What became of one step. Immutable.
 *
 * @param step the step
 * @param outcome done, found done or not finished
 * @param took how long it took
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record StepReport(PlannedStep step, Outcome outcome, Duration took) {

    /** What became of a step. */
    public enum Outcome {
        /** It was done. */
        DONE,
        /** Its effect was there already; nothing was done. */
        ALREADY_DONE,
        /** Nothing was done, since leadership had moved; other steps were planned in its place. */
        PLANNED_AGAIN,
        /** The run ended in it. */
        NOT_FINISHED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    @Override
    public String toString() {
        return step + ": " + outcome + " after " + took.toMillis() + " ms";
    }
}
