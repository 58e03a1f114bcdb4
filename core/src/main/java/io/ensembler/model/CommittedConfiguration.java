package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * A configuration read on one session after a write of that session had been committed. Immutable.
 *
 * @param configuration what was read
 * @param modified the {@code mzxid} of the configuration znode; it differs from the version where somebody wrote the
 *     znode directly
 * @param write the zxid of the write that was committed before the read
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record CommittedConfiguration(Configuration configuration, Zxid modified, Zxid write) {

    /** Returns the ensemble read. */
    public Ensemble ensemble() {
        return configuration.ensemble();
    }

    /** Returns the version read. */
    public ConfigurationVersion version() {
        return configuration.version();
    }

    /** Returns whether the configuration znode was last written by the reconfiguration whose version it names. */
    public boolean isGenuine() {
        return modified.value() == version().value();
    }
}
