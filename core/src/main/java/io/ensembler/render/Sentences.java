package io.ensembler.render;

import io.ensembler.plan.Step;

/** What is done in a step, where a place of its own says what becomes of leadership. */
final class Sentences {

    private Sentences() {}

    static String withoutLeadership(Step step) {
        return step instanceof Step.Reconfigure reconfigure
                ? new Step.Reconfigure(reconfigure.before(), reconfigure.after(), Step.Leadership.STAYS).toString()
                : step.toString();
    }
}
