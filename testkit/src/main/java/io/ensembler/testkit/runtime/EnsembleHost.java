package io.ensembler.testkit.runtime;

import io.ensembler.model.Endpoints;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.time.Duration;
import org.apiguardian.api.API;

/**
 * Where the servers of one ensemble run, and what can be done to them there. Thread-safe.
 *
 * <p>These faults are kept by id rather than by run: what hits a server goes on hitting it when it is started anew, and one
 * that was never started can be hit beforehand. What is done to one run, to crash or to pause it, is in {@link
 * ServerRun}. Each returns what heals it, which is called until it has succeeded. A host need not know every fault: the
 * engine asks for those only that the runtime says it can do.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface EnsembleHost extends AutoCloseable {

    /**
     * Returns endpoints for a server, leased until this is closed.
     *
     * @throws EnsembleException if none are free
     */
    Endpoints allocate(ServerId id);

    /**
     * Starts a server from its files and returns once its process, or its first thread, runs.
     *
     * @param server with the endpoints that its files name
     */
    ServerRun start(Server server, ServerDirectory directory);

    /** Returns why a session of {@link SuperIdentity} may lack the rights, for a person to read. */
    String whyNotSuper();

    /** Returns why a server may have no file for its log, as the end of a sentence that begins with "because". */
    default String whyNoLog() {
        return "their processes have written nothing";
    }

    /** Cuts a server off from all other servers, both ways; clients still reach it. */
    default Runnable isolate(ServerId id) {
        throw unknown("isolate server " + id);
    }

    /**
     * Lets nothing sent by one server reach the other from now on, nor be answered; the other way round all arrives.
     */
    default Runnable cut(ServerId from, ServerId to) {
        throw unknown("cut " + from + " off from " + to);
    }

    /** Lets what one server sends to the other arrive so much later. */
    default Runnable delay(ServerId from, ServerId to, Duration by) {
        throw unknown("delay from " + from + " to " + to + " by " + by);
    }

    /** Holds a server in the middle of its sync with the leader, once it comes there. */
    default Runnable stallSync(ServerId id) {
        throw unknown("stall the sync of server " + id);
    }

    /** Ends a server after it has acknowledged a reconfiguration and before it acts by it. */
    default Runnable crashBeforeActivation(ServerId id) {
        throw unknown("crash server " + id + " before it activates");
    }

    /** Lets a server refuse every four-letter word. */
    default Runnable mute(ServerId id) {
        throw unknown("mute server " + id);
    }

    /** Gives back what was leased. The servers have been stopped before. */
    @Override
    void close();

    private static UnsupportedOperationException unknown(String what) {
        return new UnsupportedOperationException("this host cannot " + what);
    }
}
