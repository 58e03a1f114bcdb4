package io.ensembler.model;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What a probe without effect says about reconfiguring.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum ReconfigurationAccess {
    /** A reconfiguration of ours would be considered. */
    GRANTED,
    /** The leader runs with {@code reconfigEnabled=false}. */
    DISABLED,
    /** We lack WRITE on {@code /zookeeper/config}. */
    NO_PERMISSION,
    /** Another reconfiguration is proposed and not committed. */
    IN_PROGRESS,
    /** The server runs standalone: there is no ensemble. */
    STANDALONE;

    /** Returns the word for a person to read, such as {@code no permission}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
