package io.ensembler.model;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * An ensemble together with the version under which it stands. Immutable.
 *
 * @param ensemble the servers and how they form quorums
 * @param version the version, {@link ConfigurationVersion#NONE} where none is named
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Configuration(Ensemble ensemble, ConfigurationVersion version) {

    /** Refuses null. */
    public Configuration {
        Objects.requireNonNull(ensemble, "ensemble");
        Objects.requireNonNull(version, "version");
    }
}
