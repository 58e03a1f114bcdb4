package io.ensembler.joiner;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.EnsembleIdentity;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Which of the lives of a server its data is from: a server that leaves an ensemble and joins again, or joins another,
 * begins anew each time. Immutable.
 *
 * @param since the version from which the plan started that brings the server in, which never goes back within an
 *     ensemble; {@link ConfigurationVersion#NONE} for a server the ensemble began with
 * @param ensemble what tells the ensemble from every other, empty if nobody looked
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Incarnation(ConfigurationVersion since, Optional<EnsembleIdentity> ensemble) {

    /** Returns an incarnation in an ensemble whose identity nobody looked at. */
    public static Incarnation since(ConfigurationVersion version) {
        return new Incarnation(version, Optional.empty());
    }

    /** Returns whether both are known to be of two ensembles. */
    boolean isElsewhereThan(Incarnation other) {
        return ensemble.isPresent()
                && other.ensemble.isPresent()
                && !ensemble.get().equals(other.ensemble.get());
    }
}
