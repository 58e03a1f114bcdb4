package io.ensembler.spi;

import io.ensembler.model.ServerId;
import java.time.Duration;
import org.apiguardian.api.API;

/**
 * Proof that a server has caught up. It ends for good when its session loses the connection to that server, as it does
 * when the server restarts or a leader is elected. Implementations are thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface SyncProof extends AutoCloseable {

    /** Returns which server it is about. */
    ServerId server();

    /** Returns whether the session has kept its connection since the proof was given. Asks nobody. */
    boolean holds();

    /**
     * Proves it again on the same session: a new marker, read after a sync. Returns whether it holds; once false, always
     * false. A caller that is interrupted gets {@link InterruptedException} and may ask again.
     */
    boolean renew(Duration timeLeft) throws InterruptedException;

    /** Gives the session back. May be repeated. */
    @Override
    void close();
}
