package io.ensembler.testkit.fake;

import io.ensembler.model.Observation;
import org.jspecify.annotations.Nullable;

/** How many observations are to be answered with the one before. */
final class StaleReads {

    private @Nullable Look last;
    private int armed;

    /** An observation, and when its driver began to look. */
    record Look(Observation seen, long since) {}

    void arm(int change) {
        armed = Math.max(0, armed + change);
    }

    Look insteadOf(Look fresh) {
        var before = last;
        if (armed > 0 && before != null) {
            armed--;
            return before;
        }
        last = fresh;
        return fresh;
    }
}
