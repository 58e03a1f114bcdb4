package io.ensembler.report;

import io.ensembler.model.ServerId;
import io.ensembler.plan.PlannedStep;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Something that happened while a plan ran. Immutable; each prints as a sentence.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface RunEvent {

    /** Calls the method of {@code visitor} for this kind of event and returns what it returns. */
    <R> R accept(RunEventVisitor<R> visitor);

    /**
     * A step began.
     *
     * @param step the step
     */
    record StepStarted(PlannedStep step) implements RunEvent {
        @Override
        public <R> R accept(RunEventVisitor<R> visitor) {
            return visitor.visitStepStarted(this);
        }

        @Override
        public String toString() {
            return step.toString();
        }
    }

    /**
     * Something is being waited for; told once for each thing.
     *
     * @param step the step that waits
     * @param waitingFor what for, as a clause
     */
    record Waiting(PlannedStep step, String waitingFor) implements RunEvent {
        @Override
        public <R> R accept(RunEventVisitor<R> visitor) {
            return visitor.visitWaiting(this);
        }

        @Override
        public String toString() {
            return step.number() + "/" + step.of() + " waiting: " + waitingFor;
        }
    }

    /**
     * A step ended.
     *
     * @param report what became of it
     */
    record StepEnded(StepReport report) implements RunEvent {
        @Override
        public <R> R accept(RunEventVisitor<R> visitor) {
            return visitor.visitStepEnded(this);
        }

        @Override
        public String toString() {
            return report.toString();
        }
    }

    /**
     * Another server leads.
     *
     * @param leader who, empty if unknown
     * @param cause why
     */
    record LeadershipMoved(Optional<ServerId> leader, Cause cause) implements RunEvent {
        @Override
        public <R> R accept(RunEventVisitor<R> visitor) {
            return visitor.visitLeadershipMoved(this);
        }

        @Override
        public String toString() {
            var who = leader.map(id -> "server " + id).orElse("a server unknown");
            return "leadership moved to " + who
                    + (cause == Cause.PLAN ? ", as planned" : " by an election that is not ours");
        }
    }

    /**
     * The run is held before a step.
     *
     * @param next the step it is held before
     * @param by what holds it
     * @param detail what it waits for, as a clause
     */
    record Held(PlannedStep next, Hold by, String detail) implements RunEvent {
        @Override
        public <R> R accept(RunEventVisitor<R> visitor) {
            return visitor.visitHeld(this);
        }

        @Override
        public String toString() {
            return "held before " + next + ": " + detail;
        }
    }

    /**
     * The run goes on after it was held.
     *
     * @param next the step it was held before
     * @param by what held it last
     */
    record WentOn(PlannedStep next, Hold by) implements RunEvent {
        @Override
        public <R> R accept(RunEventVisitor<R> visitor) {
            return visitor.visitWentOn(this);
        }

        @Override
        public String toString() {
            return "goes on with " + next
                    + (by == Hold.WINDOW ? ", since a maintenance window is open" : ", since nobody holds it any more");
        }
    }

    /** What holds a run. */
    enum Hold {
        /** Somebody paused it. */
        PAUSE,
        /** No maintenance window is open. */
        WINDOW
    }

    /**
     * The rest was planned again, for whoever leads now.
     *
     * @param leader who leads
     * @param steps what is left to do
     */
    record Replanned(Optional<ServerId> leader, List<PlannedStep> steps) implements RunEvent {
        /** Copies {@code steps}. */
        public Replanned {
            steps = List.copyOf(steps);
        }

        @Override
        public <R> R accept(RunEventVisitor<R> visitor) {
            return visitor.visitReplanned(this);
        }

        @Override
        public String toString() {
            return "planned the remaining " + (steps.size() == 1 ? "step" : steps.size() + " steps") + " again, since "
                    + leader.map(id -> "server " + id).orElse("nobody known") + " leads";
        }
    }

    /** Why leadership moved. */
    enum Cause {
        /** A step of the plan. */
        PLAN,
        /** An election for other reasons. */
        ELECTION
    }
}
