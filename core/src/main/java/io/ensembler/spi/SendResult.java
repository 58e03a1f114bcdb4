package io.ensembler.spi;

import io.ensembler.model.ConfigurationVersion;
import org.apiguardian.api.API;

/**
 * What came back for one reconfiguration sent.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface SendResult {

    /**
     * The leader committed it. Whether servers act on it yet is another question.
     *
     * @param version the version that this reconfiguration brought
     */
    record Applied(ConfigurationVersion version) implements SendResult {}

    /**
     * It was not done.
     *
     * @param code why
     * @param detail what came back, for a person to read
     */
    record Refused(Code code, String detail) implements SendResult {}

    /**
     * It may have been done, or may yet be.
     *
     * @param detail what happened instead of an answer
     */
    record Unknown(String detail) implements SendResult {}

    /** Why a reconfiguration was not done. */
    enum Code {
        /** A host name of the target does not resolve, or not in time; nothing was sent. */
        NAME_UNRESOLVED,
        /**
         * The leader alone holds a quorum of the target, and would find itself at another quorum address: nobody could
         * take over, and every server would stop. Nothing was sent.
         */
        LONE_QUORUM,
        /** The version it is conditional on is not the ensemble's. */
        BAD_VERSION,
        /** Another reconfiguration is proposed and not committed. */
        IN_PROGRESS,
        /** No quorum of the new configuration is connected to the leader. */
        NO_QUORUM,
        /** WRITE on {@code /zookeeper/config} is missing. */
        NO_PERMISSION,
        /** The leader runs with {@code reconfigEnabled=false}. */
        DISABLED,
        /** The server runs alone: it is part of no ensemble. */
        STANDALONE,
        /** The leader did not accept the text. */
        BAD_ARGUMENTS,
        /** The session had ended before it was sent. */
        SESSION_ENDED
    }
}
