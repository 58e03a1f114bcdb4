package io.ensembler.model;

import java.util.Comparator;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * The version of the software a server runs. Immutable; ordered by age.
 *
 * @param major the first number, 3 so far
 * @param minor the second number
 * @param patch the third number
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ServerVersion(int major, int minor, int patch) implements Comparable<ServerVersion> {

    private static final Pattern SHAPE = Pattern.compile(
            "(?<major>\\d{1,6})\\.(?<minor>\\d{1,6})\\.(?<patch>\\d{1,6})(?:[^0-9].*)?", Pattern.DOTALL);
    private static final Comparator<ServerVersion> AGE = Comparator.comparingInt(ServerVersion::major)
            .thenComparingInt(ServerVersion::minor)
            .thenComparingInt(ServerVersion::patch);

    /**
     * Reads a version as servers print it, such as {@code 3.9.5} or {@code 3.9.5-1cbf39a, built on 2025-01-01}; what
     * follows the third number is left out.
     *
     * @throws IllegalArgumentException if it does not begin with three numbers
     */
    public static ServerVersion parse(String text) {
        var matched = SHAPE.matcher(text.trim());
        if (!matched.matches()) {
            throw new IllegalArgumentException(Quote.of(text) + " is no version, which begins with three numbers");
        }
        return new ServerVersion(
                Integer.parseInt(matched.group("major")),
                Integer.parseInt(matched.group("minor")),
                Integer.parseInt(matched.group("patch")));
    }

    /** Returns whether this version is older than another. */
    public boolean isBefore(ServerVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(ServerVersion other) {
        return AGE.compare(this, other);
    }

    /** Returns the three numbers, such as {@code 3.9.5}. */
    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
