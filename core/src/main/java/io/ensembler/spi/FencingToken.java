package io.ensembler.spi;

import io.ensembler.model.ConfigurationVersion;
import java.util.Comparator;
import org.apiguardian.api.API;

/**
 * On what grounds a server is started, stopped or set aside: the higher, the later. Whoever carries it out refuses a
 * token lower than the highest it has seen, since it comes from a runner that has been overtaken without knowing.
 * Immutable.
 *
 * @param lockEpoch the number of the holding of the lock ({@link ExclusiveLock.Held#epoch}), 0 without a lock: once a
 *     run has had a lock, those without are refused
 * @param version the version of the configuration on which it was decided
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record FencingToken(long lockEpoch, ConfigurationVersion version) implements Comparable<FencingToken> {

    /** Lower than every other. */
    public static final FencingToken LOWEST = new FencingToken(0, ConfigurationVersion.NONE);

    private static final Comparator<FencingToken> ORDER =
            Comparator.comparing(FencingToken::lockEpoch).thenComparing(FencingToken::version);

    @Override
    public int compareTo(FencingToken other) {
        return ORDER.compare(this, other);
    }

    /** Returns {@code configuration 100000000}, and the lock's epoch where there is one. */
    @Override
    public String toString() {
        return "configuration " + version + (lockEpoch == 0 ? "" : " under lock " + lockEpoch);
    }
}
