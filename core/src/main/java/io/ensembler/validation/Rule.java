package io.ensembler.validation;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What must hold before a change is planned, or before a step of it begins.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Rule {
    /** A request introduces ids from 1 to 254 only. */
    ID_OUT_OF_RANGE(Severity.ERROR),
    /** An ensemble should not hold ids outside 1 to 254; such a server can be removed. */
    OBSERVED_ID_OUT_OF_RANGE(Severity.WARNING),
    /** An id names one server. */
    ID_TAKEN(Severity.ERROR),
    /** A quorum, election or client address serves one purpose of one server. */
    ADDRESS_TAKEN(Severity.ERROR),
    /** Other servers must be able to call a quorum address. */
    WILDCARD_ADDRESS(Severity.ERROR),
    /** A request names the client address of each server it introduces. */
    CLIENT_ADDRESS_MISSING(Severity.ERROR),
    /** A listed server should have a client address; without one it cannot be seen, nor counted as live. */
    OBSERVED_CLIENT_ADDRESS_MISSING(Severity.WARNING),
    /** Names in server lines are resolved by every server at every reconfiguration. */
    NAMES_RESOLVE(Severity.WARNING),
    /** Only a listed server can be removed. */
    UNKNOWN_SERVER(Severity.ERROR),
    /** An ensemble keeps a participant. */
    LAST_PARTICIPANT(Severity.ERROR),
    /** A request says one thing of a server. */
    CONTRADICTION(Severity.ERROR),
    /** Only an ensemble can be reconfigured, and a standalone server is none. */
    STANDALONE(Severity.ERROR),
    /** Every server runs with {@code reconfigEnabled=true}. */
    RECONFIGURATION_DISABLED(Severity.ERROR),
    /** We may write {@code /zookeeper/config}. */
    PERMISSION_MISSING(Severity.ERROR),
    /** One reconfiguration at a time. */
    RECONFIGURATION_IN_PROGRESS(Severity.ERROR),
    /** Whether we may reconfigure should be known before the first step. */
    ACCESS_UNKNOWN(Severity.WARNING),
    /** Nobody but the leader writes the configuration znode. */
    CONFIGURATION_TAMPERED(Severity.ERROR),
    /** A server that is proved synced has the committed configuration in force. */
    NOT_ACTIVE(Severity.ERROR),
    /** Changes of an ensemble with groups and weights are not planned. */
    GROUPS_UNSUPPORTED(Severity.ERROR),
    /** Every quorum before a reconfiguration shares a server with every quorum after it. */
    QUORUMS_MEET(Severity.ERROR),
    /** No step lets tolerance fall below the plan's floor, and nothing is changed without a live quorum. */
    TOLERANCE_FLOOR(Severity.ERROR),
    /** A server that has not caught up must not be able to elect. */
    JOINER_CANNOT_ELECT(Severity.ERROR);

    private final Severity severity;

    Rule(Severity severity) {
        this.severity = severity;
    }

    /** Returns what a violation of this rule leads to. */
    public Severity severity() {
        return severity;
    }

    /** Returns the stable name of this rule, such as {@code tolerance-floor}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
