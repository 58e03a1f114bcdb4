package io.ensembler.model;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * How the configuration file from which a server starts compares with what the ensemble has committed.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum OwnFile {
    /** There is none yet. */
    MISSING,
    /** It lists the committed participants; one that is not listed is in it as observer besides. */
    FITS,
    /** The participants it lists are not the committed ones. */
    OTHER_PARTICIPANTS,
    /** It lists the server as participant, which the committed configuration does not. */
    ITSELF_AS_PARTICIPANT,
    /** It does not list the server, which would refuse to start. */
    WITHOUT_ITSELF;

    /** Returns the words for a person to read, such as {@code other participants}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
