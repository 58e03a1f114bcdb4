package io.ensembler.curator;

import io.ensembler.model.ServerId;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.SyncProof;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.KeeperException;

/**
 * A proof on a session that ends with its connection: that the session has not ended is that the connection was never
 * lost.
 */
final class SessionProof implements SyncProof {

    private final ServerId server;
    private final Session session;
    private final EnsembleSession ensemble;
    private final ServerSessions servers;
    private final ProbePace pace;
    private final Sessions sessions;
    private final AtomicBoolean lost = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    SessionProof(
            ServerId server,
            Session session,
            EnsembleSession ensemble,
            ServerSessions servers,
            ProbePace pace,
            Sessions sessions) {
        this.server = server;
        this.session = session;
        this.ensemble = ensemble;
        this.servers = servers;
        this.pace = pace;
        this.sessions = sessions;
        servers.retain(session);
    }

    @Override
    public ServerId server() {
        return server;
    }

    @Override
    public boolean holds() {
        if (closed.get() || !session.isConnected()) {
            lost.set(true);
        }
        return !lost.get();
    }

    @Override
    public boolean renew(Duration timeLeft) throws InterruptedException {
        var deadline = sessions.deadline(timeLeft);
        if (!holds()) {
            return false;
        }
        pace.await("Cannot prove server " + server + " again", List.of(session.first()), deadline);
        // Without a marker nothing is known of the server: what fails before it fails the call, not the proof.
        var marker = Guard.repeat("Cannot prove server " + server + " again", deadline, () -> ensemble.get(deadline)
                .mark(deadline));
        try {
            if (!Guard.await(marker.isShownBy(session), deadline)) {
                lost.set(true);
            }
        } catch (TimeoutException | KeeperException | DriverException e) {
            lost.set(true);
        }
        return holds();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            lost.set(true);
            servers.release(session);
        }
    }

    @Override
    public String toString() {
        return "server " + server + (lost.get() ? " is no longer proved synced" : " is proved synced");
    }
}
