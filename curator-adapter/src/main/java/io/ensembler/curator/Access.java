package io.ensembler.curator;

import io.ensembler.model.ReconfigurationAccess;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;

/**
 * What the answers to the two probes say about reconfiguring.
 *
 * <p>A reconfiguration under an impossible version is refused for the first of these that applies: switched off, no
 * leader of an ensemble, another one in progress, the version. Rights come last there, behind the version; but writing
 * the configuration znode checks them first.
 */
final class Access {

    private Access() {}

    /** Returns the answer, what lasts before what passes; empty if the probes tell nothing. */
    static Optional<ReconfigurationAccess> of(Code reconfiguring, Code writing) {
        if (reconfiguring == Code.UNIMPLEMENTED) {
            return Optional.of(ReconfigurationAccess.STANDALONE);
        } else if (reconfiguring == Code.RECONFIGDISABLED) {
            return Optional.of(ReconfigurationAccess.DISABLED);
        } else if (writing == Code.NOAUTH) {
            return Optional.of(ReconfigurationAccess.NO_PERMISSION);
        } else if (reconfiguring == Code.RECONFIGINPROGRESS) {
            return Optional.of(ReconfigurationAccess.IN_PROGRESS);
        } else if (reconfiguring == Code.BADVERSION && writing == Code.BADVERSION) {
            return Optional.of(ReconfigurationAccess.GRANTED);
        }
        return Optional.empty();
    }
}
