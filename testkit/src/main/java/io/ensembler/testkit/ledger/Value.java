package io.ensembler.testkit.ledger;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a register held when it was read.
 *
 * @param number the number of the write, or one of the constants
 * @param nonce the nonce of the write
 * @param zxid the transaction that wrote it
 * @param version how often the register was written before
 */
record Value(int number, long nonce, long zxid, long version) {

    /** The number of the value that a register has from its creation. */
    static final int INITIAL = -1;

    /** The number where there is no register. */
    static final int ABSENT_NUMBER = -2;

    /** The number of a value that no writer wrote. */
    static final int FOREIGN = -3;

    static final Value ABSENT = new Value(ABSENT_NUMBER, 0, 0, -1);

    private static final Pattern DATA = Pattern.compile("(\\d{1,9}) ([0-9a-f]{1,16})");
    private static final byte[] INITIAL_DATA = "none yet".getBytes(StandardCharsets.UTF_8);

    /** Returns what it is, as it follows who saw it: {@code the value of write 1, version 2 of transaction 0xc8}. */
    String text() {
        var transaction = "version " + version + " of transaction 0x" + Long.toHexString(zxid);
        return switch (number) {
            case INITIAL -> "the first value, " + transaction;
            case ABSENT_NUMBER -> "no register";
            case FOREIGN -> "a value of somebody else, " + transaction;
            default -> "the value of write " + number + ", " + transaction;
        };
    }

    static byte[] data(int number, long nonce) {
        return (number + " " + Long.toHexString(nonce)).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] initialData() {
        return INITIAL_DATA.clone();
    }

    static Value of(byte[] data, long zxid, long version) {
        var text = new String(data, StandardCharsets.UTF_8);
        var written = DATA.matcher(text);
        if (written.matches()) {
            return new Value(
                    Integer.parseInt(written.group(1)), Long.parseUnsignedLong(written.group(2), 16), zxid, version);
        }
        boolean initial = text.equals(new String(INITIAL_DATA, StandardCharsets.UTF_8));
        return new Value(initial ? INITIAL : FOREIGN, 0, zxid, version);
    }
}
