package io.ensembler.report;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.SendIntent;
import io.ensembler.model.SenderId;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * What a run writes down, each before it acts on it: enough for another process to go on, and for a person to see what
 * was done. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface JournalEntry {

    /** Returns when it was written, by the clock of whoever ran the plan. */
    Instant at();

    /** Calls the method of {@code visitor} for this kind of entry and returns what it returns. */
    <R> R accept(JournalEntryVisitor<R> visitor);

    /**
     * A run of a plan began. All entries up to the next of this kind belong to it, those of runs that resumed it
     * included.
     *
     * @param at when
     * @param plan what is run
     * @param direction whether it is the way back from another run, taken without being asked for
     * @param following the servers whose configuration znode is known to follow what they have in force
     */
    record RunBegan(Instant at, ScalingPlan plan, Direction direction, SortedSet<ServerId> following)
            implements JournalEntry {
        /** Copies {@code following}. */
        public RunBegan {
            following = Collections.unmodifiableSortedSet(new TreeSet<>(following));
        }

        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitRunBegan(this);
        }
    }

    /**
     * Another run went on with the plan.
     *
     * @param at when
     * @param found the configuration it found
     */
    record RunResumed(Instant at, Configuration found) implements JournalEntry {
        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitRunResumed(this);
        }
    }

    /**
     * The rest of the plan was planned again.
     *
     * @param at when
     * @param leader for whom, empty if nobody is known to lead
     * @param steps what is left to do, as sentences
     */
    record PlannedAgain(Instant at, Optional<ServerId> leader, List<String> steps) implements JournalEntry {
        /** Copies {@code steps}. */
        public PlannedAgain {
            steps = List.copyOf(steps);
        }

        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitPlannedAgain(this);
        }
    }

    /**
     * A step began.
     *
     * @param at when
     * @param step the step with its number, as a sentence
     */
    record StepBegan(Instant at, String step) implements JournalEntry {
        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitStepBegan(this);
        }
    }

    /**
     * A reconfiguration is about to be sent.
     *
     * @param at when
     * @param intent which, and on what session
     */
    record Intended(Instant at, SendIntent intent) implements JournalEntry {
        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitIntended(this);
        }
    }

    /**
     * What became of a reconfiguration intended.
     *
     * @param at when this was known
     * @param sender the session it was to go out on, by which it is known
     * @param outcome what became of it
     * @param found the configuration that shows it; while that is not known, the one it builds on
     */
    record Settled(Instant at, SenderId sender, Outcome outcome, Configuration found) implements JournalEntry {
        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitSettled(this);
        }
    }

    /**
     * What leads back was kept, before anything was changed.
     *
     * @param backup when, and what
     */
    record BackedUp(Backup backup) implements JournalEntry {
        @Override
        public Instant at() {
            return backup.at();
        }

        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitBackedUp(this);
        }
    }

    /**
     * A server was set aside, to be rebuilt under its id: that is not done to it again.
     *
     * @param at when
     * @param server which
     */
    record SetAside(Instant at, ServerId server) implements JournalEntry {
        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitSetAside(this);
        }
    }

    /**
     * A step ended.
     *
     * @param at when
     * @param step the step with its number, as a sentence
     * @param outcome what became of it
     * @param took how long it took
     * @param version the version of the configuration that is accounted for then
     * @param leader who led when last seen, empty if nobody was known to
     */
    record StepEnded(
            Instant at,
            String step,
            StepReport.Outcome outcome,
            Duration took,
            ConfigurationVersion version,
            Optional<ServerId> leader)
            implements JournalEntry {
        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitStepEnded(this);
        }
    }

    /**
     * The run ended.
     *
     * @param at when
     * @param ending how
     * @param outcome how, in a sentence
     */
    record RunEnded(Instant at, Ending ending, String outcome) implements JournalEntry {
        @Override
        public <R> R accept(JournalEntryVisitor<R> visitor) {
            return visitor.visitRunEnded(this);
        }
    }

    /** Where a run leads. */
    enum Direction {
        /** Where somebody wanted it to. */
        FORTH,
        /** Back to where another run began that could not go on. */
        BACK
    }

    /** What became of a reconfiguration. */
    enum Outcome {
        /** It was committed. */
        APPLIED,
        /** It was not committed, and never will be. */
        NOT_APPLIED,
        /** Another one came in its place. */
        SUPERSEDED,
        /** Nobody can tell yet. */
        UNRESOLVED
    }

    /** How a run ended. */
    enum Ending {
        /** The plan is done. */
        COMPLETED,
        /** It can go on once the reason is gone. */
        STOPPED,
        /** It would end there again. */
        FAILED,
        /** Somebody wanted it to end. */
        CANCELLED
    }
}
