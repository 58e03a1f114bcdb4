package io.ensembler.testkit.runtime;

import io.ensembler.model.EnsembleException;
import java.time.Duration;
import org.apiguardian.api.API;

/** One run of one server, from its start to its end. Thread-safe. */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface ServerRun {

    /** Returns whether it has neither been stopped nor ended by itself. */
    boolean isRunning();

    /** Returns whether it has read its files and answers clients, be it that it looks for a leader. */
    boolean hasBooted();

    /** Returns what the server says of itself now. */
    ServerLook look();

    /** Asks it to end in good order, so that it may do so while others are stopped. */
    default void askToStop() {}

    /**
     * Ends the server in good order and returns once nothing of it runs and its ports are free. Stopping again does
     * nothing.
     *
     * @throws EnsembleException if that has not come about in time
     */
    void stop(Duration timeLeft) throws InterruptedException;

    /** Ends the process at once, as a loss of power to it alone would, and returns once it has ended. */
    default void crash() throws InterruptedException {
        throw new UnsupportedOperationException("this run cannot crash");
    }

    /**
     * Stops the process from running, without ending it, and returns once it stands still. What is returned lets it run on,
     * once whoever else has paused it has let it go as well; where it has ended meanwhile nothing happens.
     */
    default Runnable pause() {
        throw new UnsupportedOperationException("this run cannot be paused");
    }
}
