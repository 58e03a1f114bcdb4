package io.ensembler.model;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What a server does in the ensemble's configuration.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum ServerRole {
    /** Votes: its acknowledgements count towards quorums and it may be elected leader. */
    PARTICIPANT,
    /** Follows without voting: it is listed, serves clients and never counts towards a quorum. */
    OBSERVER;

    /** Returns the word that ZooKeeper's configuration uses, in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
