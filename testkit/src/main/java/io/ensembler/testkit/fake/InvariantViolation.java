package io.ensembler.testkit.fake;

import java.time.Duration;
import java.util.List;
import org.apiguardian.api.API;

/**
 * One time that an invariant did not hold. Immutable.
 *
 * @param invariant which
 * @param at when, since the simulation began
 * @param facts what was found
 * @param before what had happened last, oldest first
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record InvariantViolation(Invariant invariant, Duration at, String facts, List<String> before) {

    /** Copies {@code before}. */
    public InvariantViolation {
        before = List.copyOf(before);
    }

    /** Returns it as text, with what had happened. */
    @Override
    public String toString() {
        return invariant + " at " + at.toMillis() + " ms: " + facts + "\n    " + String.join("\n    ", before);
    }
}
