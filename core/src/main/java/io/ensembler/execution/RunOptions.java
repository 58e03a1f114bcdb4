package io.ensembler.execution;

import io.ensembler.model.DataSize;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.List;
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
    private final int pollBurst;
    private final Duration pollInterval;
    private final Duration lockWait;
    private final DataSize slowestSync;
    private final List<MaintenanceWindow> windows;
    private final FailurePolicy failurePolicy;

    private RunOptions(Builder builder) {
        this.stabilization = builder.stabilization;
        this.stepDeadline = builder.stepDeadline;
        this.deadline = builder.deadline;
        this.settling = builder.settling;
        this.poll = builder.poll;
        this.pollBurst = builder.pollBurst;
        this.pollInterval = builder.pollInterval;
        this.lockWait = builder.lockWait;
        this.slowestSync = builder.slowestSync;
        this.windows = List.copyOf(builder.windows);
        this.failurePolicy = builder.failurePolicy;
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
                .poll(poll)
                .pollBurst(pollBurst)
                .pollInterval(pollInterval)
                .lockWait(lockWait)
                .slowestSync(slowestSync)
                .windows(windows)
                .failurePolicy(failurePolicy);
    }

    /** Returns how long a joiner must stay in sync before it votes, and a leader in office before a plan is done. */
    public Duration stabilization() {
        return stabilization;
    }

    /** Returns how long one step may take, but for what a joiner needs beyond it to fetch the data. */
    public Duration stepDeadline() {
        return stepDeadline;
    }

    /** Returns how long the whole run may take; no step begins and nothing is sent after it. */
    public Duration deadline() {
        return deadline;
    }

    /**
     * Returns how long the outcome of one reconfiguration may take to settle, beyond the other deadlines if need be.
     */
    public Duration settling() {
        return settling;
    }

    /** Returns the shortest pause between two looks at what is waited for. */
    public Duration poll() {
        return poll;
    }

    /** Returns how many looks may follow one another by no more than {@link #poll}. */
    public int pollBurst() {
        return pollBurst;
    }

    /** Returns after how long there may be one look more, once those are used up. */
    public Duration pollInterval() {
        return pollInterval;
    }

    TokenBucket looks(TimeSource time) {
        return new TokenBucket(time, poll, pollBurst, pollInterval);
    }

    /** Returns how long to wait for a lock that somebody else holds. */
    public Duration lockWait() {
        return lockWait;
    }

    /**
     * Returns how much data a joiner fetches in a second at least: by so much more time is a step longer that waits for
     * it.
     */
    public DataSize slowestSync() {
        return slowestSync;
    }

    /** Returns when steps may begin; at any time if it is empty. */
    public List<MaintenanceWindow> windows() {
        return windows;
    }

    /** Returns what to do where a run cannot go on. */
    public FailurePolicy failurePolicy() {
        return failurePolicy;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private Duration stabilization = Duration.ofSeconds(5);
        private Duration stepDeadline = Duration.ofMinutes(10);
        private Duration deadline = Duration.ofHours(4);
        private Duration settling = Duration.ofMinutes(3);
        private Duration poll = Duration.ofMillis(50);
        private int pollBurst = 10;
        private Duration pollInterval = Duration.ofMillis(250);
        private Duration lockWait = Duration.ZERO;
        private DataSize slowestSync = DataSize.ofMegabytes(5);
        private List<MaintenanceWindow> windows = List.of();
        private FailurePolicy failurePolicy = FailurePolicy.STOP;

        private Builder() {}

        /**
         * Sets how long a joiner must stay in sync before it votes, and how long one server must lead before the
         * ensemble is verified. Default 5 s: enough to see one fail that attaches and drops again at once, and longer
         * than an election takes, little beside a sync. Zero takes the first proof, and whoever leads then.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder stabilization(Duration time) {
            stabilization = notNegative("stabilization", time);
            return this;
        }

        /**
         * Sets how long one step may take. Default 10 min: a server may take minutes to start. Where a joiner fetches
         * data whose size is known, it has the time for that besides, as {@link #slowestSync} says.
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
         * Sets how long settling may take. Default 3 min: an expired session is gone after its timeout, at most 40 s
         * with a server's defaults, and an election may come on top.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder settling(Duration time) {
            settling = positive("settling", time);
            return this;
        }

        /**
         * Sets the shortest pause between two looks. Default 50 ms: an election of healthy servers, or a joiner that
         * fetches little, is over within a few of them.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder poll(Duration time) {
            poll = positive("poll", time);
            return this;
        }

        /**
         * Sets how many looks may follow one another by no more than {@link #poll}, in the run as a whole: each uses
         * one up, and one comes back after every {@link #pollInterval}. Default 10.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder pollBurst(int looks) {
            if (looks <= 0) {
                throw new IllegalArgumentException("pollBurst is not positive: " + looks);
            }
            pollBurst = looks;
            return this;
        }

        /**
         * Sets after how long there may be one look more, once {@link #pollBurst} is used up. Default 250 ms: whoever
         * waits for hours asks four times a second, and notices within that time.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder pollInterval(Duration time) {
            pollInterval = positive("pollInterval", time);
            return this;
        }

        /**
         * Sets how long to wait for a lock that somebody else holds. Default zero: whoever holds it changes the
         * ensemble, so that what was planned before will not fit it afterwards.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder lockWait(Duration time) {
            lockWait = notNegative("lockWait", time);
            return this;
        }

        /**
         * Sets how much data a joiner fetches in a second at least. Default 5 MB, a twentieth of what a network of 1
         * Gbit/s carries: a step that waits for a joiner of 10 GB has 33 minutes for that besides its own time.
         *
         * @throws IllegalArgumentException if it is none
         */
        public Builder slowestSync(DataSize bytesPerSecond) {
            if (bytesPerSecond.bytes() == 0) {
                throw new IllegalArgumentException("slowestSync is zero");
            }
            slowestSync = bytesPerSecond;
            return this;
        }

        /**
         * Sets when steps may begin, in any of these windows. Default none: at any time. What was begun is brought to
         * where it can be left, which is until the servers act on a configuration sent, whether the window has closed
         * or not. Deadlines do not run while a window is waited for.
         */
        public Builder windows(List<MaintenanceWindow> when) {
            windows = List.copyOf(when);
            return this;
        }

        /** Sets what to do where a run cannot go on. Default {@link FailurePolicy#STOP}: what stands is safe. */
        public Builder failurePolicy(FailurePolicy policy) {
            failurePolicy = policy;
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
