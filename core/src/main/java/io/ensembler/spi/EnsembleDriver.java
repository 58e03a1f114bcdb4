package io.ensembler.spi;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.Trial;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import org.apiguardian.api.API;

/**
 * Reaches one ensemble: sees it, and opens the sessions that change it. A driver reports what it finds and judges
 * nothing: whether an outcome is settled or a step may begin is decided by the caller.
 *
 * <p>Implementations are thread-safe. Every call returns within the time its request names, blocks its caller, and on
 * interruption throws {@link InterruptedException} as soon as nothing of it is left in flight but what a later call can
 * settle. Calls throw {@link DriverException} with the kind that says what may be done next.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface EnsembleDriver {

    /**
     * Looks at the ensemble: commits a write, reads the configuration on the same session, looks at each listed server
     * and each server asked for besides, and probes without effect whether reconfiguring is allowed. Changes nothing
     * but the driver's own znodes. May be repeated at will.
     *
     * @throws DriverException if no server could be reached or no write was committed in time
     */
    Observation observe(ObserveRequest request) throws InterruptedException;

    /**
     * Opens a session to send one reconfiguration on, preferably on the leader. On return its ephemeral znode is
     * committed.
     */
    Sender openSender(SenderRequest request) throws InterruptedException;

    /**
     * Tries once to prove that a server has caught up: writes a marker through the ensemble and reads it, after a sync,
     * on a session to that server alone. Returns early with what is being waited for if it has not.
     */
    SyncResult proveSynced(SyncRequest request) throws InterruptedException;

    /**
     * Asks each server which version of the configuration it has in force, the servers in parallel. A server that does
     * not tell is in the answer with an unknown fact.
     */
    SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request) throws InterruptedException;

    /**
     * Puts the ensemble to work: creates a znode of the driver's own, changes and deletes it, and after each asks each
     * of these servers for it, after a sync, on a session to that server alone; then asks each how much it holds. A
     * server that does not tell is in the answer with an unknown fact. May be repeated at will; what a call leaves
     * behind that fails goes with the driver's session.
     *
     * @throws DriverException if one of the writes was not acknowledged in time
     */
    Trial verify(VerifyRequest request) throws InterruptedException;

    /** Returns whether this driver copies data. It does not unless this is overridden. */
    default boolean canBackUp() {
        return false;
    }

    /**
     * Copies the data of a server that is in sync and goes on running, and returns once the copy is complete where a
     * person will find it. It is asked of one server, since each has all that was committed; and of a launcher first, if
     * that can do it.
     *
     * <p>Called only if {@link #canBackUp()}.
     *
     * @return where the copy is, as a phrase without secrets
     * @throws DriverException if there is no complete copy, {@code UNSUPPORTED} if this driver makes none
     */
    default String backUp(CopyRequest request) throws InterruptedException {
        throw new DriverException(
                DriverException.Kind.UNSUPPORTED,
                "Cannot back up the data of server " + request.server().id() + ": this driver cannot do so.");
    }

    /**
     * Asks for an observation.
     *
     * @param besides servers to look at that the configuration need not list
     * @param timeLeft how long the call may take
     */
    record ObserveRequest(List<Server> besides, Duration timeLeft) {
        /** Copies {@code besides}. */
        public ObserveRequest {
            besides = List.copyOf(besides);
        }
    }

    /**
     * Asks for a sender.
     *
     * @param ensemble the ensemble as last observed
     * @param preferred the servers to open it on, best first; any other serves if none of them can be reached
     * @param timeLeft how long the call may take
     */
    record SenderRequest(Ensemble ensemble, List<ServerId> preferred, Duration timeLeft) {
        /** Copies {@code preferred}. */
        public SenderRequest {
            preferred = List.copyOf(preferred);
        }
    }

    /**
     * Asks for a proof that a server has caught up.
     *
     * @param server the server, listed or not
     * @param timeLeft how long the call may take
     */
    record SyncRequest(Server server, Duration timeLeft) {}

    /**
     * Asks for a trial.
     *
     * @param servers through whom to look, listed or not
     * @param timeLeft how long the call may take
     */
    record VerifyRequest(List<Server> servers, Duration timeLeft) {
        /** Copies {@code servers}. */
        public VerifyRequest {
            servers = List.copyOf(servers);
        }
    }

    /**
     * Asks for data to be copied.
     *
     * @param server the server, which is in sync
     * @param timeLeft how long the call may take
     */
    record CopyRequest(Server server, Duration timeLeft) {}

    /**
     * Asks for the versions in force.
     *
     * @param servers whom to ask, listed or not
     * @param timeLeft how long the call may take
     */
    record ActiveRequest(List<Server> servers, Duration timeLeft) {
        /** Copies {@code servers}. */
        public ActiveRequest {
            servers = List.copyOf(servers);
        }
    }
}
