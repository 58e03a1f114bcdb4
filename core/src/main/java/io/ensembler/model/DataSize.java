package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * An amount of data, in bytes. Immutable; ordered by size.
 *
 * @param bytes how many, at least 0
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record DataSize(long bytes) implements Comparable<DataSize> {

    private static final long KILO = 1000;
    private static final String UNITS = "KMGTPE";

    /**
     * Refuses what is less than nothing.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is at least 0 bytes, not " + bytes);
        }
    }

    /** Returns that many bytes. */
    public static DataSize ofBytes(long bytes) {
        return new DataSize(bytes);
    }

    /** Returns that many megabytes, of a million bytes each. */
    public static DataSize ofMegabytes(long megabytes) {
        return new DataSize(Math.multiplyExact(megabytes, KILO * KILO));
    }

    /** Returns that many gigabytes, of a thousand million bytes each. */
    public static DataSize ofGigabytes(long gigabytes) {
        return new DataSize(Math.multiplyExact(gigabytes, KILO * KILO * KILO));
    }

    /**
     * Returns this size that many times, or the largest there is where that would be more.
     *
     * @throws IllegalArgumentException if {@code factor} is negative
     */
    public DataSize times(int factor) {
        if (factor > 0 && bytes > Long.MAX_VALUE / factor) {
            return new DataSize(Long.MAX_VALUE);
        }
        return new DataSize(bytes * factor);
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** Returns it in the largest unit it fills, rounded down to a tenth: {@code 812 bytes}, {@code 1.5 GB}, {@code 3 GB}. */
    @Override
    public String toString() {
        if (bytes < KILO) {
            return bytes + " bytes";
        }
        long unit = KILO;
        int name = 0;
        while (name < UNITS.length() - 1 && bytes / unit >= KILO) {
            unit *= KILO;
            name++;
        }
        long whole = bytes / unit;
        long tenths = bytes % unit / (unit / 10);
        return whole + (tenths == 0 ? "" : "." + tenths) + " " + UNITS.charAt(name) + "B";
    }
}
