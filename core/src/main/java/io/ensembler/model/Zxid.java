package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * The id of a ZooKeeper transaction: the epoch of the leader that proposed it and a counter within that epoch.
 * Immutable; ordered.
 *
 * @param value both halves as one number
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Zxid(long value) implements Comparable<Zxid> {

    /** Returns the zxid with the given number. */
    public static Zxid of(long value) {
        return new Zxid(value);
    }

    /** Returns the epoch: it rises by one at least with every leader that takes office. */
    public long epoch() {
        return value >>> 32;
    }

    /** Returns how many transactions this leader had proposed, this one included. */
    public long counter() {
        return value & 0xffff_ffffL;
    }

    @Override
    public int compareTo(Zxid other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** Returns the number in hexadecimal with the prefix {@code 0x}, as {@code srvr} prints it. */
    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
