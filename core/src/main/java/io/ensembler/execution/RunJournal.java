package io.ensembler.execution;

import static io.ensembler.report.JournalEntry.Outcome.APPLIED;
import static io.ensembler.report.JournalEntry.Outcome.NOT_APPLIED;
import static io.ensembler.report.JournalEntry.Outcome.SUPERSEDED;
import static io.ensembler.report.JournalEntry.Outcome.UNRESOLVED;

import io.ensembler.json.JournalLines;
import io.ensembler.model.Configuration;
import io.ensembler.model.SendIntent;
import io.ensembler.model.ServerId;
import io.ensembler.plan.PlannedStep;
import io.ensembler.report.Backup;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.StepReport;
import io.ensembler.spi.PlanJournal;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes down what one run does; without a journal it does nothing. What cannot be written down ends the run, since
 * nothing may be done of which another process could not know; after that no run goes on with this journal, as nobody
 * knows what it holds. For one thread.
 */
final class RunJournal {

    private static final Duration ONE_CALL = Duration.ofSeconds(15);

    private final Optional<PlanJournal> journal;
    private final Guard guard;
    private final TimeSource time;
    private final boolean nothingUnsettled;
    private int lines;
    private boolean broken;

    /** Whether there is a run in it that is this one's, to which an end belongs. */
    private boolean begun;

    RunJournal(Optional<PlanJournal> journal, Guard guard, TimeSource time, Past past) {
        this.journal = journal;
        this.guard = guard;
        this.time = time;
        this.nothingUnsettled = past.unsettled().isEmpty();
        this.lines = past.lines();
    }

    /**
     * Returns what a journal tells of what was done before.
     *
     * @throws io.ensembler.model.EnsembleException if it cannot be read or relied on
     */
    static Past read(Optional<PlanJournal> journal) {
        if (journal.isEmpty()) {
            return Past.NONE;
        }
        JournalLines.requireAvailable("Cannot keep a journal");
        return Past.of(JournalLines.read(journal.get().lines(ONE_CALL)));
    }

    /** A run begins; where all that was sent before is settled, nobody needs what the journal tells of it any more. */
    void runBegan(JournalEntry.RunBegan entry) {
        boolean outdated = lines > 0 && nothingUnsettled && entry.direction() == JournalEntry.Direction.FORTH;
        if (outdated && journal.isPresent() && journal.get().startsOver()) {
            int before = lines;
            write(1, entry, line -> journal.get().startOver(before, line, ONE_CALL));
        } else {
            write(entry);
        }
        begun = true;
    }

    void runResumed(Configuration found) {
        write(new JournalEntry.RunResumed(time.now(), found));
        begun = true;
    }

    void plannedAgain(Optional<ServerId> leader, List<PlannedStep> steps) {
        write(new JournalEntry.PlannedAgain(
                time.now(), leader, steps.stream().map(PlannedStep::toString).toList()));
    }

    void stepBegan(PlannedStep step) {
        write(new JournalEntry.StepBegan(time.now(), step.toString()));
    }

    void intended(SendIntent intent) {
        write(new JournalEntry.Intended(time.now(), intent));
    }

    void settled(Settlement.Outcome outcome) {
        if (outcome instanceof Settlement.Applied applied) {
            settled(applied.intent(), APPLIED, applied.committed().configuration());
        } else if (outcome instanceof Settlement.NotApplied notApplied) {
            settled(notApplied.intent(), NOT_APPLIED, base(notApplied.intent()));
        } else if (outcome instanceof Settlement.Superseded superseded) {
            settled(superseded.intent(), SUPERSEDED, superseded.committed().configuration());
        } else if (outcome instanceof Settlement.Unresolved unresolved) {
            settled(unresolved.intent(), UNRESOLVED, base(unresolved.intent()));
        }
    }

    private void settled(SendIntent intent, JournalEntry.Outcome outcome, Configuration found) {
        write(new JournalEntry.Settled(time.now(), intent.sender(), outcome, found));
    }

    private static Configuration base(SendIntent intent) {
        return new Configuration(intent.before(), intent.version());
    }

    void backedUp(Backup backup) {
        write(new JournalEntry.BackedUp(backup));
    }

    void setAside(ServerId server) {
        write(new JournalEntry.SetAside(time.now(), server));
    }

    void stepEnded(StepReport report, Configuration accounted, Optional<ServerId> leader) {
        write(new JournalEntry.StepEnded(
                time.now(), report.step().toString(), report.outcome(), report.took(), accounted.version(), leader));
    }

    /** Writes the end of a run of which the journal has the beginning: one that was refused has done nothing. */
    void runEnded(JournalEntry.Ending ending, String outcome) {
        if (!begun || broken) {
            return;
        }
        begun = false;
        write(new JournalEntry.RunEnded(time.now(), ending, outcome));
    }

    private void write(JournalEntry entry) {
        int number = lines + 1;
        journal.ifPresent(kept -> write(number, entry, line -> kept.append(number, line, ONE_CALL)));
    }

    private void write(int number, JournalEntry entry, Consumer<String> keeping) {
        guard.check(() -> "Cannot write down what this run does");
        if (broken) {
            throw Halt.stopped(
                    StopReason.JOURNAL,
                    "Cannot write down what this run does: nobody knows what the journal holds since a line failed. Open it"
                            + " anew, and resume.");
        }
        // Until it is known to be written: whatever ends the call, nobody then knows what the journal holds.
        broken = true;
        try {
            keeping.accept(JournalLines.write(number, entry));
        } catch (RuntimeException e) {
            throw Halt.stopped(
                    StopReason.JOURNAL,
                    "Cannot write down what this run does: " + e.getMessage()
                            + " What stands is known by the ensemble alone.");
        }
        lines = number;
        broken = false;
    }
}
