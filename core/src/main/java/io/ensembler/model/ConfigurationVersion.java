package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * The version of a committed configuration: the zxid of the transaction that brought it. A text without version stands
 * at 0. Every newborn ensemble starts at the same one, so a version never identifies an ensemble. Immutable; ordered.
 *
 * @param value the zxid as a number
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ConfigurationVersion(long value) implements Comparable<ConfigurationVersion> {

    /** The version of a text that names none. */
    public static final ConfigurationVersion NONE = new ConfigurationVersion(0);

    /** Returns the version with the given number. */
    public static ConfigurationVersion of(long value) {
        return new ConfigurationVersion(value);
    }

    @Override
    public int compareTo(ConfigurationVersion other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** Returns the number in hexadecimal without prefix, as a configuration has it. */
    @Override
    public String toString() {
        return Long.toHexString(value);
    }
}
