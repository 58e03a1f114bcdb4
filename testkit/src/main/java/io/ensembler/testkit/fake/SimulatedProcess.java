package io.ensembler.testkit.fake;

import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.ExclusiveLock;
import io.ensembler.spi.PlanJournal;
import io.ensembler.spi.ServerLauncher;
import org.apiguardian.api.API;

/**
 * A process that runs plans: what it asks an ensemble, machines, journal and lock by. If it dies, by {@link
 * SimulatedFaults#dieAtCall}, all of this does so for good: the servers hear nothing of its sessions any more, and
 * nobody gives its lock back. Journal and machines outlive it, and so does what another process has.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SimulatedProcess {

    private final EnsembleDriver driver;
    private final ServerLauncher launcher;
    private final PlanJournal journal;
    private final ExclusiveLock lock;
    private final Caller caller;

    SimulatedProcess(
            Caller caller, EnsembleDriver driver, ServerLauncher launcher, PlanJournal journal, ExclusiveLock lock) {
        this.caller = caller;
        this.driver = driver;
        this.launcher = launcher;
        this.journal = journal;
        this.lock = lock;
    }

    /** Returns the driver by which it reaches the ensemble. */
    public EnsembleDriver driver() {
        return driver;
    }

    /** Returns the launcher by which it starts, stops and wipes servers. */
    public ServerLauncher launcher() {
        return launcher;
    }

    /** Returns the journal of the ensemble, of which there is one. */
    public PlanJournal journal() {
        return journal;
    }

    /** Returns the lock of the ensemble, of which there is one. */
    public ExclusiveLock lock() {
        return lock;
    }

    /** Returns whether it has died. */
    public boolean isDead() {
        return caller.isDead();
    }
}
