package io.ensembler.execution;

/** What carries out one step. */
@FunctionalInterface
interface StepAction {

    /**
     * Carries the step out and returns once its effect was seen.
     *
     * @throws Halt if the run ends in it
     */
    Progress carryOut() throws InterruptedException;

    /** How a step went. */
    enum Progress {
        /** It was done. */
        DONE,
        /** Its effect was there already. */
        ALREADY_DONE,
        /** Another server leads than the steps were planned for: nothing was done, and the rest is to be planned again. */
        PLAN_AGAIN
    }
}
