package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * What tells one ensemble from every other, such as a UUID that somebody once wrote into it. Versions do not: every new
 * ensemble starts at the same one, and two may be made of servers with the same lines one after the other. Immutable.
 *
 * @param value what stands there; one line of 1 to 100 printable characters
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record EnsembleIdentity(String value) {

    private static final int LONGEST = 100;

    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if it is empty, too long or not printable
     */
    public EnsembleIdentity {
        if (value.isEmpty() || value.length() > LONGEST || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("an ensemble's identity has 1 to " + LONGEST
                    + " printable characters without spaces, not " + Quote.of(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
