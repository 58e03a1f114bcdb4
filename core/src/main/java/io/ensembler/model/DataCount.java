package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * How much a server holds, as it counted at one transaction: at the same transaction every server holds the same.
 * Immutable.
 *
 * @param zxid the last transaction it had applied
 * @param znodes how many znodes its tree has
 * @param bytes about how much paths and data of all znodes take, as it counts
 * @param digestMismatches how often its tree differed from what the leader said it should be after a transaction, since
 *     it started; anything but 0 means that it holds other data
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DataCount(Zxid zxid, long znodes, long bytes, long digestMismatches) {

    /** Returns whether both counted at the same transaction and not the same. */
    public boolean contradicts(DataCount other) {
        return zxid.equals(other.zxid) && (znodes != other.znodes || bytes != other.bytes);
    }

    /** Returns {@code 7 znodes, 230 bytes at 0x100000012}. */
    @Override
    public String toString() {
        return znodes + " znodes, " + bytes + " bytes at " + zxid;
    }
}
