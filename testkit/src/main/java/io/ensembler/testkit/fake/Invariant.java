package io.ensembler.testkit.fake;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What must hold at every moment of a plan, as a simulation checks it.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Invariant {
    /** Each quorum before a reconfiguration that a plan sends shares a server with each quorum after it. */
    QUORUMS_MEET,
    /**
     * Nothing further begins while old participants that do not act by the last change hold a quorum of the old ones.
     */
    BARRIER,
    /** No reconfiguration is sent that lets fewer servers fail than the floor, or than may fail now. */
    TOLERANCE_FLOOR,
    /** Whoever is to vote serves, and was proved to since. */
    SYNCED_BEFORE_VOTING,
    /** A listed participant starts on its own data only, and a joiner as observer. */
    JOINER_CANNOT_ELECT,
    /** What is sent is conditional on a version, and builds on what stood at that version. */
    ONE_AUTHOR,
    /** Nothing is sent while something sent before may still be committed, unless only one of the two can be. */
    NO_BLIND_RETRY,
    /** A server is stopped or set aside only once it is listed no more, and nobody needs it for anything. */
    ACTIVE_BEFORE_STOP,
    /** No leader that alone holds a quorum of the new configuration finds itself at another address there. */
    LONE_QUORUM_STAYS,
    /** Nothing is sent while a host name of its target does not resolve where plans are run. */
    NAMES_RESOLVE,
    /** Each write that was acknowledged is held by each later leader. */
    NOTHING_LOST,
    /** Never can two leaders acknowledge writes at once. */
    ONE_LEADER;

    /** Returns the name as documents have it, such as {@code quorums-meet}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
