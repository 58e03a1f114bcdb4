package io.ensembler.plan;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.ValidationReport;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * All of which a plan consists, for those who write plans down and read them back. Immutable.
 *
 * @param identity for which ensemble it was made, empty if nobody knew
 * @param baseVersion the version for which it was made
 * @param origin the ensemble from which it leads
 * @param leader who led, empty if unknown
 * @param target the ensemble to which it leads
 * @param rebuilt the listed servers that leave and come in anew
 * @param helpers the servers that may come in for a time
 * @param floor the tolerance to keep
 * @param pace how joiners are started
 * @param reason why, empty if nobody said
 * @param steps what to do, in order
 * @param forecast what to expect, one a step
 * @param findings what to mind, without errors
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record PlanParts(
        Optional<EnsembleIdentity> identity,
        ConfigurationVersion baseVersion,
        Ensemble origin,
        Optional<ServerId> leader,
        Ensemble target,
        SortedSet<ServerId> rebuilt,
        List<Server> helpers,
        int floor,
        Pace pace,
        String reason,
        List<PlannedStep> steps,
        Forecast forecast,
        ValidationReport findings) {

    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if the parts contradict one another: the steps are not counted through or do not
     *     lead from origin to target, not each has one forecast, the floor is negative, or the findings hold an error
     */
    public PlanParts {
        rebuilt = Collections.unmodifiableSortedSet(new TreeSet<>(rebuilt));
        helpers = List.copyOf(helpers);
        steps = List.copyOf(steps);
        check(floor >= 0, "the floor is negative: " + floor);
        check(
                forecast.steps().size() == steps.size(),
                steps.size() + " steps have " + forecast.steps().size() + " forecasts");
        check(findings.isAdmissible(), "a plan is never made with an error among its findings");
        var stands = origin;
        for (int i = 0; i < steps.size(); i++) {
            var planned = steps.get(i);
            var place = "step " + (i + 1) + " of " + steps.size();
            check(planned.number() == i + 1 && planned.of() == steps.size(), place + " is counted otherwise");
            if (planned.step() instanceof Step.Reconfigure reconfigure) {
                check(reconfigure.before().equals(stands), place + " does not begin where the one before ends");
                stands = reconfigure.after();
            }
            check(planned.leadsTo().equals(stands), place + " leads elsewhere than it says");
        }
        check(stands.equals(target), "the steps do not lead to the target");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
