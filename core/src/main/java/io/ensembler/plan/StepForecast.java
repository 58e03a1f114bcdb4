package io.ensembler.plan;

import io.ensembler.model.ServerId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * What to expect of one step. Immutable.
 *
 * @param lowestTolerance how many participants may be lost meanwhile if those whose state is unknown are down; the rules
 *     go by this one
 * @param highestTolerance how many if those whose state is unknown are in sync
 * @param keepUp which servers must stay up meanwhile so that writes go on, as a phrase such as {@code any 2 of 1,2,3}
 * @param handOff whether leadership moves
 * @param nextLeaders to whom it may go, in order; empty if it does not move
 * @param pause for how long writes may stand still
 * @param undoing what it takes to undo it
 * @param duration how long it takes
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record StepForecast(
        int lowestTolerance,
        int highestTolerance,
        String keepUp,
        HandOff handOff,
        SortedSet<ServerId> nextLeaders,
        Estimate pause,
        Undoing undoing,
        Estimate duration) {

    /** Copies {@code nextLeaders}. */
    public StepForecast {
        nextLeaders = Collections.unmodifiableSortedSet(new TreeSet<>(nextLeaders));
    }

    /** Whether a step moves leadership. */
    public enum HandOff {
        /** The leader stays in office. */
        NONE,
        /** Who leads is unknown, and may be a server that hands over. */
        POSSIBLE,
        /** The leader hands over. */
        CERTAIN
    }

    /** What it takes to undo a step. */
    public enum Undoing {
        /** It changes nothing that lasts. */
        NOTHING_TO_UNDO,
        /** The server is stopped, or started, again. */
        BY_LAUNCHER,
        /** Another plan leads back. */
        BY_ANOTHER_PLAN,
        /** The data stands aside; the server itself comes back empty. */
        NOT_BY_US
    }
}
