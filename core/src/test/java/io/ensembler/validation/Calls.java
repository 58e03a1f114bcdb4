package io.ensembler.validation;

import io.ensembler.model.Ensemble;

/** What the rules over one reconfiguration are made of, for the laws of other packages. */
public final class Calls {

    private Calls() {}

    /** Whether the two differ in one participant only, or in observers only. */
    public static boolean isSingleChange(Ensemble before, Ensemble after) {
        return TransitionRules.isSingleChange(before, after);
    }

    /** Whether one or two participants grow in one call with the leader staying. */
    public static boolean isFirstGrowth(Transition transition) {
        return TransitionRules.isFirstGrowth(transition);
    }

    /** Whether every quorum of one shares a server with every quorum of the other. */
    public static boolean everyQuorumMeets(Ensemble one, Ensemble other) {
        return TransitionRules.everyQuorumMeets(one, other);
    }
}
