package io.ensembler.execution;

import io.ensembler.model.Configuration;
import io.ensembler.model.SendIntent;
import io.ensembler.model.SenderId;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.report.Backup;
import io.ensembler.report.JournalEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a journal tells of what was done before. Immutable.
 *
 * @param last the last run in it; empty if there is none
 * @param unsettled the reconfigurations of which nobody could tell, or wrote down, what became of them, in order: a run
 *     that began later does not settle those of one before
 * @param lines how many lines it has
 */
record Past(Optional<LastRun> last, List<SendIntent> unsettled, int lines) {

    /** Nothing was done before. */
    static final Past NONE = new Past(Optional.empty(), List.of(), 0);

    /** Copies {@code unsettled}. */
    Past {
        unsettled = List.copyOf(unsettled);
    }

    /**
     * A run of a plan, with all runs that resumed it. Immutable.
     *
     * @param began how it began
     * @param accounted the last configuration that is known to be of its making, or that it began with
     * @param setAside the servers that it set aside, to be rebuilt
     * @param backup what it kept before it changed anything, if it had come to that
     * @param completed whether it was done
     */
    record LastRun(
            JournalEntry.RunBegan began,
            Configuration accounted,
            Set<ServerId> setAside,
            Optional<Backup> backup,
            boolean completed) {

        /** A run that has done nothing yet. */
        LastRun(JournalEntry.RunBegan began) {
            this(
                    began,
                    new Configuration(began.plan().origin(), began.plan().baseVersion()),
                    Set.of(),
                    Optional.empty(),
                    false);
        }

        private LastRun accountingFor(Configuration found) {
            return new LastRun(began, found, setAside, backup, completed);
        }

        private LastRun settingAside(ServerId server) {
            var all = new TreeSet<>(setAside);
            all.add(server);
            return new LastRun(began, accounted, all, backup, completed);
        }

        private LastRun keeping(Backup kept) {
            return new LastRun(began, accounted, setAside, Optional.of(kept), completed);
        }

        private LastRun ending(JournalEntry.Ending ending) {
            return new LastRun(began, accounted, setAside, backup, ending == JournalEntry.Ending.COMPLETED);
        }

        ScalingPlan plan() {
            return began.plan();
        }
    }

    static Past of(List<JournalEntry> entries) {
        Optional<LastRun> last = Optional.empty();
        var unsettled = new LinkedHashMap<SenderId, SendIntent>();
        for (var entry : entries) {
            if (entry instanceof JournalEntry.RunBegan began) {
                last = Optional.of(new LastRun(began));
            } else if (entry instanceof JournalEntry.Intended intended) {
                unsettled.put(intended.intent().sender(), intended.intent());
            } else if (entry instanceof JournalEntry.Settled settled) {
                note(settled, unsettled);
            }
            last = last.map(run -> after(run, entry));
        }
        return new Past(last, new ArrayList<>(unsettled.values()), entries.size());
    }

    private static void note(JournalEntry.Settled settled, Map<SenderId, SendIntent> unsettled) {
        if (settled.outcome() != JournalEntry.Outcome.UNRESOLVED) {
            unsettled.remove(settled.sender());
        }
    }

    private static LastRun after(LastRun run, JournalEntry entry) {
        if (entry instanceof JournalEntry.Settled settled && settled.outcome() == JournalEntry.Outcome.APPLIED) {
            return run.accountingFor(settled.found());
        } else if (entry instanceof JournalEntry.SetAside aside) {
            return run.settingAside(aside.server());
        } else if (entry instanceof JournalEntry.BackedUp backedUp) {
            return run.keeping(backedUp.backup());
        } else if (entry instanceof JournalEntry.RunEnded ended) {
            return run.ending(ended.ending());
        }
        return run;
    }
}
