package io.ensembler.execution;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * Why a run ended before its plan did. Where an invariant demanded it, the reason bears the invariant's name.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum StopReason {
    /** The ensemble is not the one for which the plan was made. */
    SAME_ENSEMBLE,
    /** The configuration is not the one the plan accounts for: somebody else reconfigured, or the plan is stale. */
    ONE_AUTHOR,
    /** A server was not proved to have caught up in time. */
    SYNCED_BEFORE_VOTING,
    /** Too few participants are proved in sync for the next step. */
    TOLERANCE_FLOOR,
    /** Nobody is known to lead, and leadership must not move more often than planned. */
    FEWEST_HANDOFFS,
    /** The leader alone holds a quorum and would find itself at another quorum address. */
    LONE_QUORUM_STAYS,
    /** A host name does not resolve. */
    NAMES_RESOLVE,
    /** Something listens at a client address to which a server is to move, or nobody can tell. */
    ADDRESS_TAKEN,
    /**
     * Too few servers were proved to act on the new configuration, or one that it brought in or made reconnect was not.
     */
    BARRIER,
    /** The data that was to be copied first could not be. */
    BACK_UP,
    /** No server led for as long as the stabilization time. */
    LEADER_UNSTEADY,
    /** The ensemble did not prove to be in working order. */
    VERIFICATION,
    /** A removed server was not stopped: it still takes writes. */
    RETIRED_MEANS_SILENT,
    /** What became of a reconfiguration could not be told. */
    OUTCOME_UNRESOLVED,
    /** A reconfiguration was not accepted for so long. */
    NOT_ACCEPTED,
    /** What was to be done could not be written down. */
    JOURNAL,
    /** Somebody else may hold the lock, and run a plan of its own. */
    LOCK_LOST,
    /** A rule forbids going on. */
    RULE,
    /** No write was committed in time: the ensemble cannot be reached or has no leader. */
    ENSEMBLE_UNREACHABLE,
    /** The time for the whole run is over. */
    DEADLINE,
    /** A driver or launcher failed in a way that it should not. */
    UNEXPECTED,
    /** A launcher could not start or stop a server or set its data aside, or refused to. */
    LAUNCHER;

    /** Returns the stable name, such as {@code one-author}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
