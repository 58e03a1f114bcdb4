package io.ensembler.plan;

import java.util.List;

/** Goes through the steps of plans. */
final class PlanWalk {

    private PlanWalk() {}

    static List<Step.Reconfigure> reconfigurations(List<PlannedStep> steps) {
        return steps.stream()
                .map(PlannedStep::step)
                .filter(Step.Reconfigure.class::isInstance)
                .map(Step.Reconfigure.class::cast)
                .toList();
    }
}
