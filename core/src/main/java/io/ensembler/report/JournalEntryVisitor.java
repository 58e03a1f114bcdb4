package io.ensembler.report;

import org.apiguardian.api.API;

/**
 * What to do with each kind of {@link JournalEntry}.
 *
 * @param <R> what it returns
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface JournalEntryVisitor<R> {

    /** Called for the beginning of a run. */
    R visitRunBegan(JournalEntry.RunBegan entry);

    /** Called for a run that goes on. */
    R visitRunResumed(JournalEntry.RunResumed entry);

    /** Called for a rest that was planned again. */
    R visitPlannedAgain(JournalEntry.PlannedAgain entry);

    /** Called for the beginning of a step. */
    R visitStepBegan(JournalEntry.StepBegan entry);

    /** Called for a reconfiguration about to be sent. */
    R visitIntended(JournalEntry.Intended entry);

    /** Called for what became of one. */
    R visitSettled(JournalEntry.Settled entry);

    /** Called for what was kept. */
    R visitBackedUp(JournalEntry.BackedUp entry);

    /** Called for a server that was set aside. */
    R visitSetAside(JournalEntry.SetAside entry);

    /** Called for the end of a step. */
    R visitStepEnded(JournalEntry.StepEnded entry);

    /** Called for the end of a run. */
    R visitRunEnded(JournalEntry.RunEnded entry);
}
