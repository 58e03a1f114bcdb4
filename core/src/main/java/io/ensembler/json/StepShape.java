package io.ensembler.json;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.plan.Step;
import io.ensembler.plan.StepVisitor;
import java.util.Optional;

/** What a document says of a step of each kind. */
record StepShape(
        String kind,
        Optional<Server> server,
        Optional<Passage> passage,
        Optional<Step.Leadership> leadership,
        Optional<Step.Contents> contents) {

    static final String BACK_UP = "back-up";
    static final String START = "start-server";
    static final String AWAIT_SYNCED = "await-synced";
    static final String RECONFIGURE = "reconfigure";
    static final String CONFIRM_ACTIVE = "confirm-active";
    static final String STABILIZE = "stabilize";
    static final String VERIFY = "verify";
    static final String STOP = "stop-server";
    static final String WIPE = "wipe-server";

    /** From one ensemble to another. */
    record Passage(Ensemble before, Ensemble after) {}

    static StepShape of(Step step) {
        return step.accept(new Shapes());
    }

    private static StepShape of(String kind, Server server) {
        return new StepShape(kind, Optional.of(server), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static StepShape of(String kind, Optional<Step.Contents> contents) {
        return new StepShape(kind, Optional.empty(), Optional.empty(), Optional.empty(), contents);
    }

    private static StepShape of(String kind, Ensemble before, Ensemble after, Optional<Step.Leadership> leadership) {
        return new StepShape(
                kind, Optional.empty(), Optional.of(new Passage(before, after)), leadership, Optional.empty());
    }

    private static final class Shapes implements StepVisitor<StepShape> {

        @Override
        public StepShape visitBackUp(Step.BackUp step) {
            return of(BACK_UP, Optional.of(step.contents()));
        }

        @Override
        public StepShape visitStart(Step.StartServer step) {
            return of(START, step.server());
        }

        @Override
        public StepShape visitAwaitSynced(Step.AwaitSynced step) {
            return of(AWAIT_SYNCED, step.server());
        }

        @Override
        public StepShape visitReconfigure(Step.Reconfigure step) {
            return of(RECONFIGURE, step.before(), step.after(), Optional.of(step.leadershipMoves()));
        }

        @Override
        public StepShape visitConfirmActive(Step.ConfirmActive step) {
            return of(CONFIRM_ACTIVE, step.before(), step.after(), Optional.empty());
        }

        @Override
        public StepShape visitStabilize(Step.Stabilize step) {
            return of(STABILIZE, Optional.empty());
        }

        @Override
        public StepShape visitVerify(Step.Verify step) {
            return of(VERIFY, Optional.empty());
        }

        @Override
        public StepShape visitStop(Step.StopServer step) {
            return of(STOP, step.server());
        }

        @Override
        public StepShape visitWipe(Step.WipeServer step) {
            return of(WIPE, step.server());
        }
    }
}
