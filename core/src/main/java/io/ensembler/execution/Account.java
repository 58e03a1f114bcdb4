package io.ensembler.execution;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import java.util.List;
import java.util.Optional;

/**
 * The configuration that a run accounts for: the one it began with, then those it sent itself and saw committed.
 * Whatever else the configuration becomes is somebody else's doing and ends the run.
 */
final class Account {

    private final RunContext context;
    private final CommittedConfiguration first;
    private final Leadership leadership;
    private CommittedConfiguration current;

    /** What was seen last, unless this run has done something since. */
    private Optional<Look> last;

    private Account(RunContext context, Look first) {
        this.context = context;
        this.first = first.seen().committed();
        this.current = first.seen().committed();
        this.leadership = new Leadership(first.seen());
        this.last = Optional.of(first);
    }

    /** An account and the observation it begins with. */
    record Opened(Account account, Observation observation) {}

    /**
     * Begins an account with what stands.
     *
     * @param identity which ensemble it must be, if anybody knows
     * @param expected what must stand, if anything must
     */
    static Opened open(
            RunContext context,
            Deadline deadline,
            Optional<EnsembleIdentity> identity,
            Optional<Configuration> expected)
            throws InterruptedException {
        var first = look(context, deadline, List.of());
        checkSame(first.seen().committed(), identity);
        expected.ifPresent(accounted -> check(first.seen().committed(), accounted, identity));
        return new Opened(new Account(context, first), first.seen());
    }

    /** Looks at the ensemble until a look succeeds, and stops unless the configuration is accounted for. */
    Observation observe(Deadline deadline, List<Server> besides) throws InterruptedException {
        var look = look(context, deadline, besides);
        check(look.seen().committed(), current.configuration(), first.identity());
        leadership.note(look.seen()).forEach(context.events()::tell);
        last = Optional.of(look);
        return look.seen();
    }

    /** Returns what was seen right before, with these servers besides, or looks anew. */
    Observation recent(Deadline deadline, List<Server> besides) throws InterruptedException {
        var recent = last.filter(look -> look.isRecent(context.time()) && look.covers(besides));
        if (recent.isEmpty()) {
            return observe(deadline, besides);
        }
        var seen = recent.get().seen();
        leadership.note(seen).forEach(context.events()::tell);
        return seen;
    }

    /** What was seen before will not do any more: this run has done something, or waited for something to change. */
    void outdate() {
        last = Optional.empty();
    }

    /** Returns whether this is the configuration of this run, content and version. */
    boolean accountsFor(CommittedConfiguration seen) {
        return isSame(seen, first.identity()) && accountsFor(seen, current.configuration());
    }

    private static boolean accountsFor(CommittedConfiguration seen, Configuration accounted) {
        return seen.isGenuine() && seen.configuration().equals(accounted);
    }

    /** Ends a run unless what is found is what it accounts for: ensemble, content and version. */
    static void check(CommittedConfiguration found, Configuration accounted, Optional<EnsembleIdentity> identity) {
        checkSame(found, identity);
        if (!accountsFor(found, accounted)) {
            throw foreign(found, accounted);
        }
    }

    /** Ends a run unless what is found is, as far as anybody knows, of the ensemble for which it is. */
    static void checkSame(CommittedConfiguration found, Optional<EnsembleIdentity> identity) {
        if (!isSame(found, identity)) {
            throw Halt.failed(
                    StopReason.SAME_ENSEMBLE,
                    "Cannot go on: the ensemble is " + found.ensemble() + " at version " + found.version()
                            + " and bears the identity " + found.identity().orElseThrow() + ", and this run is for "
                            + identity.orElseThrow()
                            + ". Reach the ensemble for which it is; if that is gone, plan again, with a journal of its"
                            + " own.");
        }
    }

    private static boolean isSame(CommittedConfiguration found, Optional<EnsembleIdentity> identity) {
        return identity.map(found::mayBeOf).orElse(true);
    }

    /** Takes a configuration into account that this run sent and saw committed. */
    void accept(Settlement.Applied applied) {
        current = applied.committed();
        last = applied.look();
    }

    CommittedConfiguration first() {
        return first;
    }

    CommittedConfiguration current() {
        return current;
    }

    Leadership leadership() {
        return leadership;
    }

    Halt foreign(CommittedConfiguration found) {
        return foreign(found, current.configuration());
    }

    private static Halt foreign(CommittedConfiguration found, Configuration accounted) {
        var how = found.isGenuine()
                ? ""
                : " (but the configuration znode was last written by transaction " + found.modified() + ")";
        return Halt.stopped(
                StopReason.ONE_AUTHOR,
                "Cannot go on: the ensemble is " + found.ensemble() + " at version " + found.version() + how
                        + ", and this run accounts for " + accounted.ensemble() + " at version " + accounted.version()
                        + " only. Find out who changed it, then plan again from what stands now.");
    }

    private static Look look(RunContext context, Deadline deadline, List<Server> besides) throws InterruptedException {
        return context.patience()
                .tolerant(deadline, () -> Look.at(context.driver(), besides, context.time(), deadline.oneCall()));
    }
}
