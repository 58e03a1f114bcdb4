package io.ensembler.model;

import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A configuration read on one session after a write of that session had been committed. Immutable.
 *
 * @param configuration what was read
 * @param modified the {@code mzxid} of the configuration znode; it differs from the version where somebody wrote the
 *     znode directly
 * @param write the zxid of the write that was committed before the read
 * @param identity of which ensemble it was read, empty if nobody looked
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record CommittedConfiguration(
        Configuration configuration, Zxid modified, Zxid write, Optional<EnsembleIdentity> identity) {

    /** Refuses null. */
    public CommittedConfiguration {
        Objects.requireNonNull(configuration, "configuration");
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(write, "write");
        Objects.requireNonNull(identity, "identity");
    }

    /** Creates a configuration of an ensemble whose identity nobody looked at. */
    public CommittedConfiguration(Configuration configuration, Zxid modified, Zxid write) {
        this(configuration, modified, write, Optional.empty());
    }

    /** Returns the ensemble read. */
    public Ensemble ensemble() {
        return configuration.ensemble();
    }

    /** Returns the version read. */
    public ConfigurationVersion version() {
        return configuration.version();
    }

    /** Returns whether it may have been read of this ensemble: it was, or nobody knows. */
    public boolean mayBeOf(EnsembleIdentity ensemble) {
        return identity.isEmpty() || identity.get().equals(ensemble);
    }

    /** Returns whether the configuration znode was last written by the reconfiguration whose version it names. */
    public boolean isGenuine() {
        return modified.value() == version().value();
    }
}
