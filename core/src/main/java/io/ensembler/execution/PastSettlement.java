package io.ensembler.execution;

import io.ensembler.model.Configuration;

/** Finds out what became of all that was sent before a run: nothing else may be done first. */
record PastSettlement(RunContext context, Past past) {

    /**
     * Returns the configuration that must stand.
     *
     * @param accounted the one that is known to be of the last run's making, or that it began with
     * @throws Halt if it cannot be told yet
     */
    Configuration settle(Configuration accounted) throws InterruptedException {
        var standing = accounted;
        var settlement = new Settlement(context, past.last().map(Past.LastRun::plan));
        for (var intent : past.unsettled()) {
            var outcome =
                    settlement.settlePast(intent, Deadline.in(context.options().settling(), context.time()));
            context.journal().settled(outcome);
            if (outcome instanceof Settlement.Unresolved unresolved) {
                throw unresolved.halt();
            } else if (outcome instanceof Settlement.Applied applied) {
                standing = applied.committed().configuration();
            }
        }
        return standing;
    }
}
