package io.ensembler.execution;

import java.time.Duration;
import org.apiguardian.api.API;

/**
 * How patiently a plan is run. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RunOptions {

    private final Duration stabilization;
    private final Duration stepDeadline;
    private final Duration deadline;
    private final Duration settling;
    private final Duration poll;

    private RunOptions(Builder builder) {
        this.stabilization = builder.stabilization;
        this.stepDeadline = builder.stepDeadline;
        this.deadline = builder.deadline;
        this.settling = builder.settling;
        this.poll = builder.poll;
    }

    /** Returns the options with all defaults. */
    public static RunOptions defaults() {
        return builder().build();
    }

    /** Returns a builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that begins with these options. */
    public Builder toBuilder() {
        return builder()
                .stabilization(stabilization)
                .stepDeadline(stepDeadline)
                .deadline(deadline)
                .settling(settling)
                .poll(poll);
    }

    /** Returns how long a joiner must stay in sync before it votes. */
    public Duration stabilization() {
        return stabilization;
    }

    /** Returns how long one step may take. */
    public Duration stepDeadline() {
        return stepDeadline;
    }

    /** Returns how long the whole run may take; no step begins and nothing is sent after it. */
    public Duration deadline() {
        return deadline;
    }

    /** Returns how long the outcome of one reconfiguration may take to settle, beyond the other deadlines if need be. */
    public Duration settling() {
        return settling;
    }

    /** Returns the pause between two looks at what is waited for. */
    public Duration poll() {
        return poll;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private Duration stabilization = Duration.ofSeconds(5);
        private Duration stepDeadline = Duration.ofMinutes(10);
        private Duration deadline = Duration.ofHours(4);
        private Duration settling = Duration.ofMinutes(3);
        private Duration poll = Duration.ofMillis(50);

        private Builder() {}

        /**
         * Sets how long a joiner must stay in sync before it votes. Default 5 s: enough to see one fail that attaches and
         * drops again at once, little beside a sync. Zero takes the first proof.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder stabilization(Duration time) {
            stabilization = notNegative("stabilization", time);
            return this;
        }

        /**
         * Sets how long one step may take. Default 10 min: a joiner may have gigabytes to fetch.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder stepDeadline(Duration time) {
            stepDeadline = positive("stepDeadline", time);
            return this;
        }

        /**
         * Sets how long the whole run may take; no step begins and nothing is sent after it. Default 4 h.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder deadline(Duration time) {
            deadline = positive("deadline", time);
            return this;
        }

        /**
         * Sets how long settling may take. Default 3 min: an expired session is gone after its timeout, at most 40 s with
         * a server's defaults, and an election may come on top.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder settling(Duration time) {
            settling = positive("settling", time);
            return this;
        }

        /**
         * Sets the pause between two looks. Default 50 ms.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder poll(Duration time) {
            poll = positive("poll", time);
            return this;
        }

        /** Returns the options. */
        public RunOptions build() {
            return new RunOptions(this);
        }

        private static Duration positive(String name, Duration time) {
            if (time.isZero()) {
                throw new IllegalArgumentException(name + " is zero");
            }
            return notNegative(name, time);
        }

        private static Duration notNegative(String name, Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException(name + " is negative: " + time);
            }
            return time;
        }
    }
}
