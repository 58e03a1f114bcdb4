package io.ensembler.curator;

import io.ensembler.spi.ExclusiveLock;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lease that is owned, and whether it still is. Thread-safe. */
final class Holding implements ExclusiveLock.Held {

    private static final Logger log = LoggerFactory.getLogger(Holding.class);

    private final CuratorFramework client;
    private final String node;
    private final Lease lease;
    private final TimeSource time;
    private final long epoch;
    private final long owner;
    private final Duration grace;
    private final ConnectionStateListener listener = (ignored, state) -> changed(state);

    private boolean lost;

    /** Since when nobody knows whether the session lives. */
    private boolean doubtful;

    private long doubtfulSince;

    private Holding(
            CuratorFramework client,
            String node,
            Lease lease,
            TimeSource time,
            long epoch,
            long owner,
            Duration grace) {
        this.client = client;
        this.node = node;
        this.lease = lease;
        this.time = time;
        this.epoch = epoch;
        this.owner = owner;
        this.grace = grace;
    }

    static Holding begin(CuratorFramework client, String node, Lease lease, TimeSource time) throws Exception {
        var stat = client.checkExists().forPath(node);
        if (stat == null) {
            throw new KeeperException.SessionExpiredException();
        }
        int timeoutMillis = client.getZookeeperClient().getZooKeeper().getSessionTimeout();
        var holding = new Holding(
                client,
                node,
                lease,
                time,
                stat.getCzxid(),
                stat.getEphemeralOwner(),
                Duration.ofMillis(timeoutMillis / 4));
        client.getConnectionStateListenable().addListener(holding.listener);
        // What was lost before anybody listened is noticed by these.
        if (!client.getZookeeperClient().isConnected()) {
            holding.doubt();
        }
        holding.lookAgain();
        return holding;
    }

    private void changed(ConnectionState state) {
        switch (state) {
            case SUSPENDED, READ_ONLY -> doubt();
            case RECONNECTED -> lookAgain();
            case LOST -> lose("its session has ended");
            case CONNECTED -> {}
        }
    }

    private synchronized void doubt() {
        if (!doubtful) {
            doubtful = true;
            doubtfulSince = time.nanoTime();
        }
    }

    /** Reads the lease in the background: this may be called by the client's own event thread. */
    private void lookAgain() {
        inBackground(
                () -> client.sync().inBackground((c, synced) -> read(synced)).forPath(node));
    }

    private void read(CuratorEvent synced) {
        if (synced.getResultCode() == 0) {
            inBackground(() ->
                    client.checkExists().inBackground((c, found) -> seen(found)).forPath(node));
        }
    }

    private interface Question {
        void put() throws Exception;
    }

    private void inBackground(Question question) {
        try {
            question.put();
        } catch (Exception e) {
            // The client was closed, or asks again once it is connected.
            log.debug("the lease {} could not be asked for", node, e);
        }
    }

    private void seen(CuratorEvent found) {
        if (found.getResultCode() == KeeperException.Code.NONODE.intValue()) {
            lose("somebody removed it, or its session had ended");
        } else if (found.getResultCode() == 0 && found.getStat() != null) {
            if (found.getStat().getEphemeralOwner() == owner && found.getStat().getCzxid() == epoch) {
                trust();
            } else {
                lose("somebody else has made another of that name");
            }
        }
    }

    private synchronized void trust() {
        doubtful = false;
    }

    private synchronized void lose(String why) {
        if (!lost) {
            lost = true;
            log.info("the lock is lost, of lease {}: {}", node, why);
        }
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public synchronized boolean isHeld() {
        boolean over = doubtful && time.nanoTime() - doubtfulSince >= grace.toNanos();
        if (over || client.getState() != CuratorFrameworkState.STARTED) {
            lost = true;
        }
        return !lost;
    }

    @Override
    public void close() {
        synchronized (this) {
            lost = true;
        }
        client.getConnectionStateListenable().removeListener(listener);
        try {
            lease.close();
        } catch (Exception e) {
            log.warn("The lock could not be given back, and is free once its session has ended: {}", e.getMessage());
        }
    }
}
