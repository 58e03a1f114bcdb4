package io.ensembler.execution;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.List;

/**
 * The configuration that a run accounts for: the one it began with, then those it sent itself and saw committed. Whatever
 * else the configuration becomes is somebody else's doing and ends the run.
 */
final class Account {

    private final EnsembleDriver driver;
    private final TimeSource time;
    private final Duration poll;
    private final Events events;
    private final CommittedConfiguration first;
    private final Leadership leadership;
    private CommittedConfiguration current;

    private Account(EnsembleDriver driver, TimeSource time, Duration poll, Events events, Observation first) {
        this.driver = driver;
        this.time = time;
        this.poll = poll;
        this.events = events;
        this.first = first.committed();
        this.current = first.committed();
        this.leadership = new Leadership(first);
    }

    /** An account and the observation it begins with. */
    record Opened(Account account, Observation observation) {}

    static Opened open(EnsembleDriver driver, TimeSource time, Duration poll, Events events, Deadline deadline)
            throws InterruptedException {
        var first = look(driver, time, poll, deadline, List.of());
        return new Opened(new Account(driver, time, poll, events, first), first);
    }

    /** Looks at the ensemble until a look succeeds, and stops unless the configuration is accounted for. */
    Observation observe(Deadline deadline, List<Server> besides) throws InterruptedException {
        var seen = look(driver, time, poll, deadline, besides);
        if (!seen.committed().isGenuine()
                || !seen.version().equals(current.version())
                || !seen.ensemble().equals(current.ensemble())) {
            throw foreign(seen.committed());
        }
        leadership.note(seen).forEach(events::tell);
        return seen;
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
        var how = found.isGenuine()
                ? ""
                : " (but the configuration znode was last written by transaction " + found.modified() + ")";
        return Halt.stopped(
                StopReason.ONE_AUTHOR,
                "Cannot go on: the ensemble is " + found.ensemble() + " at version " + found.version() + how
                        + ", and this run accounts for " + current.ensemble() + " at version " + current.version()
                        + " only. Find out who changed it, then plan again from what stands now.");
    }

    private static Observation look(
            EnsembleDriver driver, TimeSource time, Duration poll, Deadline deadline, List<Server> besides)
            throws InterruptedException {
        while (true) {
            try {
                return driver.observe(new ObserveRequest(besides, deadline.oneCall()));
            } catch (DriverException e) {
                boolean passing =
                        switch (e.kind()) {
                            case RETRYABLE, SESSION_ENDED, OUTCOME_UNKNOWN, CONFLICT -> true;
                            case REFUSED, UNSUPPORTED -> false;
                        };
                if (!passing || deadline.isOver()) {
                    throw Halt.stopped(StopReason.ENSEMBLE_UNREACHABLE, String.valueOf(e.getMessage()));
                }
                time.sleep(deadline.left(poll));
            }
        }
    }
}
