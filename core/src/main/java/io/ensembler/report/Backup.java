package io.ensembler.report;

import io.ensembler.model.Configuration;
import java.time.Instant;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What was kept before a run changed anything. Immutable.
 *
 * @param at when
 * @param configuration the ensemble that stood, with its version; a plan can reach it again
 * @param data where the launcher put a copy of the data, in its words; empty if none was asked for
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Backup(Instant at, Configuration configuration, Optional<String> data) {

    /** Returns a line such as {@code kept: 1,2,3 at version 100000000}. */
    @Override
    public String toString() {
        return "kept: " + configuration.ensemble() + " at version " + configuration.version()
                + data.map(place -> "; data: " + place).orElse("");
    }
}
