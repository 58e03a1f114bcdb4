package io.ensembler.validation;

import io.ensembler.model.Observation;
import java.util.ArrayList;
import org.apiguardian.api.API;

/**
 * The rules over what a request comes to: the servers it introduces, those it takes away, and the ensemble that is to
 * stand. Pure.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TargetRules {

    private TargetRules() {}

    /**
     * Returns what forbids going from what is observed to what is aimed at, and what to mind; nothing if nothing is to be
     * changed. Whether there is a way from one to the other is for the planner to find out.
     */
    public static ValidationReport check(Observation observation, Aim aim) {
        var outlook = new Outlook(observation, aim);
        var found = new ArrayList<Violation>();
        if (!outlook.changesNothing()) {
            LineRules.check(outlook, found);
            JoinerRules.check(outlook, found);
            PortRules.check(outlook, found);
            SoftwareRules.check(outlook, found);
        }
        if (!outlook.changesNothing() && !outlook.target().participants().isEmpty()) {
            SizeRules.check(outlook, found);
            DepartureRules.check(outlook, found);
        }
        return new ValidationReport(found);
    }
}
