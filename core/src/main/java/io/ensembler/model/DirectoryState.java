package io.ensembler.model;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What a server's data directory holds, as its marker file and its contents tell.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum DirectoryState {
    /** Neither transactions nor snapshots. */
    EMPTY,
    /** The data of this server in this ensemble. */
    OWN,
    /** The data of a server with another id. */
    FOREIGN_SERVER,
    /** The data of another ensemble. */
    FOREIGN_ENSEMBLE,
    /** The data of this server from before it was removed or rebuilt. */
    STALE;

    /** Returns the words for a person to read, such as {@code foreign ensemble}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
