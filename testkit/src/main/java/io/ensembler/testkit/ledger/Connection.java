package io.ensembler.testkit.ledger;

import io.ensembler.model.EnsembleException;
import java.io.IOException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** The sessions of one client, one after the other: a new one is opened when the last has expired. Thread-safe. */
final class Connection {

    /**
     * One session.
     *
     * @param number counted from 1
     */
    record Session(int number, ZooKeeper client) {}

    private final Access access;
    private String connectString;
    private @Nullable Session session;
    private int sessions;
    private KeeperState state = KeeperState.Disconnected;
    private boolean refused;
    private boolean ending;

    Connection(Access access, String connectString) {
        this.access = access;
        this.connectString = connectString;
    }

    /**
     * Returns a session that is connected, once there is one; null if none is wanted any more.
     *
     * @throws EnsembleException if the ensemble does not accept it with its identities
     */
    synchronized @Nullable Session await() throws InterruptedException {
        while (!ending) {
            if (refused) {
                throw access.refused(connectString);
            }
            if (session == null || state == KeeperState.Expired) {
                session = open();
            } else if (state == KeeperState.SyncConnected
                    && session.client().getState().isConnected()) {
                return session;
            } else {
                wait();
            }
        }
        return null;
    }

    synchronized void follow(String newConnectString) {
        connectString = newConnectString;
        if (session != null) {
            try {
                session.client().updateServerList(newConnectString);
            } catch (IOException e) {
                throw new EnsembleException("Cannot follow to " + newConnectString, e);
            }
        }
    }

    /** Ends all waiting. */
    synchronized void end() {
        ending = true;
        notifyAll();
    }

    /** A client that is just reconnecting takes seconds to end, so that each is to be closed by a thread of its own. */
    void close() {
        Session last;
        synchronized (this) {
            last = session;
        }
        if (last != null) {
            access.close(last.client());
        }
    }

    private Session open() {
        state = KeeperState.Disconnected;
        int number = ++sessions;
        return new Session(number, access.open(connectString, event -> changed(number, event)));
    }

    /**
     * Notes what became of a session, unless a later one has taken its place. That a login by SASL has succeeded is
     * told after the session is connected and changes nothing of that; that one has failed may be followed by a
     * connection as nobody, which is not what was asked for.
     */
    private synchronized void changed(int number, WatchedEvent event) {
        if (number != sessions || event.getState() == KeeperState.SaslAuthenticated) {
            return;
        }
        state = event.getState();
        refused |= state == KeeperState.AuthFailed;
        notifyAll();
    }
}
