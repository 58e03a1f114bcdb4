package io.ensembler.testkit.ledger;

import io.ensembler.model.EnsembleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;

/**
 * How sessions are opened. Immutable.
 *
 * @param sessionTimeout what is asked for; also how long an answer is waited for
 * @param identities who the sessions are
 */
record Access(Duration sessionTimeout, List<Identity> identities) {

    /** Who a session is; its secret is never printed. */
    record Identity(String scheme, String secret) {
        @Override
        public String toString() {
            return scheme;
        }
    }

    Access {
        identities = List.copyOf(identities);
    }

    /** Returns what the znodes are made with: open to all, or to these identities alone. */
    List<ACL> acl() {
        return identities.isEmpty() ? Ids.OPEN_ACL_UNSAFE : Ids.CREATOR_ALL_ACL;
    }

    /** Begins to connect. */
    ZooKeeper open(String connectString, Watcher watcher) {
        var settings = new ZKClientConfig();
        settings.setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, Integer.toString(timeoutMillis()));
        try {
            var client = new ZooKeeper(connectString, timeoutMillis(), watcher, settings);
            identities.forEach(identity ->
                    client.addAuthInfo(identity.scheme(), identity.secret().getBytes(StandardCharsets.UTF_8)));
            return client;
        } catch (IOException e) {
            throw new EnsembleException("Cannot open a session to " + connectString, e);
        }
    }

    /**
     * Returns a client once it is connected.
     *
     * @throws EnsembleException if it is not in time, or not accepted
     */
    ZooKeeper connect(String connectString, Duration timeLeft) throws InterruptedException {
        var answered = new CountDownLatch(1);
        var refused = new AtomicBoolean();
        var client = open(connectString, event -> {
            if (event.getState() == KeeperState.AuthFailed) {
                refused.set(true);
            }
            if (event.getState() == KeeperState.AuthFailed || event.getState() == KeeperState.SyncConnected) {
                answered.countDown();
            }
        });
        boolean inTime;
        try {
            inTime = answered.await(timeLeft.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            close(client);
            throw e;
        }
        if (inTime && !refused.get()) {
            return client;
        }
        close(client);
        throw refused.get()
                ? refused(connectString)
                : new EnsembleException(
                        "Cannot open a session to " + connectString + " within " + timeLeft.toMillis() + " ms");
    }

    /** Returns what says that a session is not accepted with these identities, or with the login of this JVM. */
    EnsembleException refused(String connectString) {
        return new EnsembleException("Cannot open a session to " + connectString
                + ": it does not accept the client as who it says it is ("
                + (identities.isEmpty()
                        ? "no identity was given but the login of this JVM"
                        : "identities " + identities)
                + ").");
    }

    /** Ends a session and returns once its threads have ended, if they do in time. */
    void close(ZooKeeper client) {
        try {
            client.close(timeoutMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int timeoutMillis() {
        return Math.toIntExact(sessionTimeout.toMillis());
    }
}
