package io.ensembler.testkit.ledger;

import java.util.regex.Pattern;

/**
 * A sequential znode, by its name.
 *
 * @param number the number of the write that created it, or {@link Value#FOREIGN}
 * @param nonce the nonce of that write
 * @param sequence what ZooKeeper appended to the name
 */
record Entry(int number, long nonce, long sequence) {

    private static final Pattern NAME = Pattern.compile("e-(\\d{1,9})-([0-9a-f]{1,16})-(\\d{10})");

    /** Returns the name to create it by, to which ZooKeeper appends its sequence number. */
    static String prefix(int number, long nonce) {
        return "e-" + number + "-" + Long.toHexString(nonce) + "-";
    }

    static Entry of(String name) {
        var parts = NAME.matcher(name);
        return parts.matches()
                ? new Entry(
                        Integer.parseInt(parts.group(1)),
                        Long.parseUnsignedLong(parts.group(2), 16),
                        Long.parseLong(parts.group(3)))
                : new Entry(Value.FOREIGN, 0, 0);
    }
}
