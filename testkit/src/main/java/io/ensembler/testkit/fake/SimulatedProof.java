package io.ensembler.testkit.fake;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.spi.SyncProof;
import java.time.Duration;

/** A proof on a session that ends with its connection. */
final class SimulatedProof implements SyncProof {

    private final SimulatedDriver driver;
    private final Server server;
    private final ClientSession session;
    private boolean lost;
    private boolean closed;

    SimulatedProof(SimulatedDriver driver, Server server, ClientSession session) {
        this.driver = driver;
        this.server = server;
        this.session = session;
        driver.sessions().retain(server, session);
    }

    @Override
    public ServerId server() {
        return server.id();
    }

    @Override
    public boolean holds() {
        synchronized (driver.simulation().clock()) {
            lost |= closed || !session.isConnected();
            return !lost;
        }
    }

    @Override
    public boolean renew(Duration timeLeft) throws InterruptedException {
        return driver.caller().call("renew", timeLeft, end -> {
            if (holds() && !driver.isShownBy(server.id(), session, end)) {
                lost = true;
            }
            return holds();
        });
    }

    @Override
    public void close() {
        synchronized (driver.simulation().clock()) {
            if (!closed) {
                closed = true;
                lost = true;
                driver.sessions().release(server, session);
            }
        }
    }

    @Override
    public String toString() {
        return "server " + server.id() + (lost ? " is no longer proved synced" : " is proved synced");
    }
}
