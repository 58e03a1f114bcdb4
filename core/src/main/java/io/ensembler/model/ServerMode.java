package io.ensembler.model;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What a server says of itself. A server that has attached without being listed says {@link #FOLLOWER}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum ServerMode {
    /** It leads. */
    LEADER,
    /** It follows: as participant, or attached without being listed. */
    FOLLOWER,
    /** It follows without voting. */
    OBSERVER,
    /** It is no part of any ensemble. */
    STANDALONE,
    /** It has lost its leader and answers reads only. */
    READ_ONLY;

    /** Returns the word that the server prints. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
