package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.List;
import org.apiguardian.api.API;

/**
 * A step at its place in a plan. Immutable.
 *
 * @param number its place, counted from 1
 * @param of how many steps there are
 * @param step what to do
 * @param leadsTo the ensemble that stands once it is done
 * @param tolerance how many participants may be lost then, with the servers live that are live today and the joiners
 *     that have joined by then; while a reconfiguration is under way, the lower of before and after
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record PlannedStep(int number, int of, Step step, Ensemble leadsTo, int tolerance) {

    /** Whether it moves leadership, as far as was known when planned. */
    boolean movesLeadership() {
        return step instanceof Step.Reconfigure reconfigure && reconfigure.leadershipMoves() == Step.Leadership.MOVES;
    }

    /** Returns the line that a plan prints for it. */
    @Override
    public String toString() {
        return line(List.of());
    }

    /** The line with whom leadership may move to, if it does. */
    String line(Collection<ServerId> heirs) {
        return number + "/" + of + " " + step + (heirs.isEmpty() ? "" : " to " + Text.oneOf(heirs)) + " -> " + leadsTo
                + ", tolerance " + tolerance;
    }
}
