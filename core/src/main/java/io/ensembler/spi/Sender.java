package io.ensembler.spi;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.SenderId;
import io.ensembler.model.ServerId;
import java.time.Duration;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * One session on which a reconfiguration is sent and its outcome settled. It owns an ephemeral znode, so that others can
 * see whether it has ended. Used by one thread at a time.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Sender extends AutoCloseable {

    /** Returns the name of this session; its ephemeral znode was committed before the sender was handed out. */
    SenderId id();

    /**
     * Sends one reconfiguration, once, never repeating it. Resolves every host name of the target first and sends
     * nothing if one does not resolve, or if that took all the time; nor if the leader could take every server down with
     * it ({@link SendResult.Code#LONE_QUORUM}). Returns whatever the ensemble answered, {@link SendResult.Unknown} if the
     * answer did not come in time or the connection was lost.
     *
     * <p>An interruption before anything was sent throws; one while waiting for the answer gives {@code Unknown}, with
     * the thread's interrupt flag set.
     *
     * @throws InterruptedException if the thread was interrupted before anything was sent: nothing was, nor will be
     */
    SendResult sendOnce(SendRequest request) throws InterruptedException;

    /**
     * Commits a write and then reads the configuration, both on this very session, reconnecting it to any server if need
     * be. May be repeated at will.
     *
     * @throws DriverException of kind {@code SESSION_ENDED} if the session has expired, {@code RETRYABLE} if no write was
     *     committed in time
     */
    CommittedConfiguration readCommitted(Duration timeLeft) throws InterruptedException;

    /**
     * Returns whether another sender's session has ended: its ephemeral znode is not there in a read that follows a
     * committed write of this session. Nothing that sender sent can be applied after that.
     *
     * <p>This holds as long as nobody else deletes znodes of this library: once somebody has deleted that of a session
     * that lives, the session is taken for ended, and what it sent may still be applied. Access rights prevent that
     * where the driver has an identity of its own.
     */
    boolean isGone(SenderId other, Duration timeLeft) throws InterruptedException;

    /** Ends the session. Nothing is thrown if that fails: the session then expires by itself. May be repeated. */
    @Override
    void close();

    /**
     * Asks for a reconfiguration.
     *
     * @param before the ensemble as it stands at {@code version}
     * @param target the ensemble to get
     * @param leader who leads as last observed, empty if unknown
     * @param version the version on which it is conditional
     * @param timeLeft how long to wait for the answer
     */
    record SendRequest(
            Ensemble before,
            Ensemble target,
            Optional<ServerId> leader,
            ConfigurationVersion version,
            Duration timeLeft) {}
}
