package io.ensembler.testkit.fake;

import org.apiguardian.api.API;

/**
 * Something done to a simulated ensemble that lasts until it is healed. Thread-safe, as its ensemble is.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SimulatedFault implements AutoCloseable {

    private final Simulation simulation;
    private final String what;
    private final Runnable healing;
    private boolean healed;

    SimulatedFault(Simulation simulation, String what, Runnable healing) {
        this.simulation = simulation;
        this.what = what;
        this.healing = healing;
        simulation.chronicle().note(simulation.now(), null, "fault: " + what, -1);
    }

    /** Returns whether it has been healed. */
    public boolean isHealed() {
        synchronized (simulation.clock()) {
            return healed;
        }
    }

    /** Undoes what was done, as far as it can be undone; what has not struck yet never will. May be repeated. */
    public void heal() {
        synchronized (simulation.clock()) {
            if (!healed) {
                healed = true;
                simulation.chronicle().note(simulation.now(), null, "healed: " + what, -1);
                healing.run();
            }
        }
    }

    /** Heals it. */
    @Override
    public void close() {
        heal();
    }

    /** Returns what was done to whom: "pause of servers [2]". */
    @Override
    public String toString() {
        return what;
    }
}
