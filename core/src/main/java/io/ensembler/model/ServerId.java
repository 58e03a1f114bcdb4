package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * The id of a ZooKeeper server, as in {@code server.4} and in the file {@code myid}.
 *
 * <p>A server reads any signed 64-bit number as an id, so an observed ensemble may hold ids that no request may
 * introduce: {@link #isAssignable()} tells them apart. Immutable; ordered by number.
 *
 * @param value the number itself
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ServerId(long value) implements Comparable<ServerId> {

    /** The lowest id that a request may introduce. */
    public static final int LOWEST = 1;

    /**
     * The highest id that a request may introduce: the low eight bits of an id become the top byte of session ids, and
     * with extended ephemeral types (TTL znodes) a server refuses ids above 254.
     */
    public static final int HIGHEST = 254;

    /** Returns the id with the given number, which need not be assignable. */
    public static ServerId of(long value) {
        return new ServerId(value);
    }

    /** Returns whether a request may introduce a server under this id: 1 to 254. */
    public boolean isAssignable() {
        return value >= LOWEST && value <= HIGHEST;
    }

    @Override
    public int compareTo(ServerId other) {
        return Long.compare(value, other.value);
    }

    /** Returns the number in decimal. */
    @Override
    public String toString() {
        return Long.toString(value);
    }
}
