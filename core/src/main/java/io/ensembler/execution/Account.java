package io.ensembler.execution;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import java.util.List;
import java.util.Optional;

/**
 * The configuration that a run accounts for: the one it began with, then those it sent itself and saw committed.
 * Whatever else the configuration becomes is somebody else's doing and ends the run.
 */
final class Account {

    private final EnsembleDriver driver;
    private final Patience patience;
    private final Events events;
    private final CommittedConfiguration first;
    private final Leadership leadership;
    private CommittedConfiguration current;

    private Account(EnsembleDriver driver, Patience patience, Events events, Observation first) {
        this.driver = driver;
        this.patience = patience;
        this.events = events;
        this.first = first.committed();
        this.current = first.committed();
        this.leadership = new Leadership(first);
    }

    /** An account and the observation it begins with. */
    record Opened(Account account, Observation observation) {}

    /**
     * Begins an account with what stands.
     *
     * @param expected what must stand, if anything must
     */
    static Opened open(
            EnsembleDriver driver,
            Patience patience,
            Events events,
            Deadline deadline,
            Optional<Configuration> expected)
            throws InterruptedException {
        var first = look(driver, patience, deadline, List.of());
        expected.ifPresent(accounted -> check(first.committed(), accounted));
        return new Opened(new Account(driver, patience, events, first), first);
    }

    /** Looks at the ensemble until a look succeeds, and stops unless the configuration is accounted for. */
    Observation observe(Deadline deadline, List<Server> besides) throws InterruptedException {
        var seen = look(driver, patience, deadline, besides);
        check(seen.committed(), current.configuration());
        leadership.note(seen).forEach(events::tell);
        return seen;
    }

    /** Returns whether this is the configuration of this run, content and version. */
    boolean accountsFor(CommittedConfiguration seen) {
        return accountsFor(seen, current.configuration());
    }

    private static boolean accountsFor(CommittedConfiguration seen, Configuration accounted) {
        return seen.isGenuine() && seen.configuration().equals(accounted);
    }

    /** Ends a run unless what is found is what it accounts for, content and version. */
    static void check(CommittedConfiguration found, Configuration accounted) {
        if (!accountsFor(found, accounted)) {
            throw foreign(found, accounted);
        }
    }

    /** Takes a configuration into account that this run sent and saw committed. */
    void accept(CommittedConfiguration committed) {
        current = committed;
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

    private static Observation look(EnsembleDriver driver, Patience patience, Deadline deadline, List<Server> besides)
            throws InterruptedException {
        return patience.tolerant(deadline, () -> driver.observe(new ObserveRequest(besides, deadline.oneCall())));
    }
}
