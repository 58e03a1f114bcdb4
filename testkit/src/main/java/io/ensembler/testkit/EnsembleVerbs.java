package io.ensembler.testkit;

import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What a test does to an ensemble, real or simulated, so that one test can be run on both. Implementations are
 * thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface EnsembleVerbs {

    /**
     * Returns {@code count} servers that do not exist yet, as participants with ids following the highest ever used
     * here. Nothing is started.
     */
    List<Server> newServers(int count);

    /** Returns the server that leads and serves, in the highest epoch where there are several; empty if none does. */
    Optional<ServerId> leader();

    /**
     * Starts a server that is to join, with files that list the committed participants and itself as observer. It need
     * not serve yet on return.
     */
    void join(Server server);

    /** Stops a server in good order. One that does not run is left alone. */
    void stop(ServerId id);

    /** Stops a server if it runs, and starts it from its own files. It need not serve yet on return. */
    void restart(ServerId id);

    /** Stops a server if it runs, and starts it from its own files twice in a row. */
    void bootTwice(ServerId id);

    /**
     * Sets the data of a stopped server aside, as if its disk had been replaced by an empty one; its configuration
     * stays.
     *
     * @throws EnsembleException if it runs
     */
    void wipe(ServerId id);

    /** Returns whether the process of a server runs. */
    boolean isRunning(ServerId id);

    /**
     * Waits until one server leads, and each listed one serves and acts by what is committed. Returns that.
     *
     * @throws EnsembleException if that takes more than 30 seconds; it tells what was missing
     */
    Ensemble awaitSettled();
}
