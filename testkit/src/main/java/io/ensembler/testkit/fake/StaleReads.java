package io.ensembler.testkit.fake;

import io.ensembler.model.Observation;
import org.jspecify.annotations.Nullable;

/** Which observations are to be answered with the one before. */
final class StaleReads {

    private final Armed armed = new Armed();
    private @Nullable Look last;

    /** An observation, and when its driver began to look. */
    record Look(Observation seen, long since) {}

    Armed armed() {
        return armed;
    }

    Look insteadOf(Look fresh) {
        var before = last;
        if (before != null && armed.strikes()) {
            return before;
        }
        last = fresh;
        return fresh;
    }
}
