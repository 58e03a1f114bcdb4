package io.ensembler.testkit.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates numbered znodes one after the other, each number once, and records what the answer was. It begins no write
 * while it has no connection, and opens a new session when its own has expired. Thread-safe.
 */
final class Writer {

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    /** How many znodes have one parent, so that a parent's list of children fits into one answer. */
    static final int BUCKET = 500;

    private static final int SESSION_TIMEOUT_MILLIS = 10_000;

    private final String parent;
    private final Duration pause;
    private final Thread thread;

    // All that follows is guarded by this object.
    private final BitSet acknowledged = new BitSet();
    private final Acknowledgements times = new Acknowledgements();
    private long ambiguous;
    private String connectString;
    private @Nullable ZooKeeper client;
    private int sessions;
    private KeeperState state = KeeperState.Disconnected;
    private @Nullable Exception failure;
    private boolean stopping;

    // Of the writer's thread alone.
    private int next;
    private int bucketMade = -1;

    Writer(String name, String parent, Duration pause, String connectString) {
        this.parent = parent;
        this.pause = pause;
        this.connectString = connectString;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Returns the parent of the znodes {@code bucket * BUCKET} and on. */
    static String bucket(String parent, int bucket) {
        return parent + "/" + bucket;
    }

    String parent() {
        return parent;
    }

    void start() {
        thread.start();
    }

    /** Returns whether a write was acknowledged in time. */
    synchronized boolean awaitFirst(Duration timeLeft) throws InterruptedException {
        long deadline = System.nanoTime() + timeLeft.toNanos();
        while (times.count() == 0 && failure == null) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return times.count() > 0;
    }

    synchronized void follow(String newConnectString) {
        connectString = newConnectString;
        if (client != null) {
            try {
                client.updateServerList(newConnectString);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot follow to " + newConnectString, e);
            }
        }
    }

    /** Lets writing end once the write in flight has its answer, and then the session. */
    synchronized void askToStop() {
        stopping = true;
        notifyAll();
    }

    /** Waits until writing and the session have ended. */
    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    synchronized BitSet acknowledged() {
        return (BitSet) acknowledged.clone();
    }

    synchronized int count() {
        return times.count();
    }

    synchronized long ambiguous() {
        return ambiguous;
    }

    synchronized Duration longestGap(long from, long to, long end) {
        return times.longestGap(from, to, end);
    }

    /** Returns what ended this writer before it was stopped, or null if nothing did. */
    synchronized @Nullable Exception failure() {
        return failure;
    }

    private void run() {
        try {
            for (var session = connected(); session != null; session = connected()) {
                write(session, next++);
                rest();
            }
        } catch (InterruptedException | RuntimeException e) {
            fail(e);
        }
        endSession();
    }

    /** A client that is just reconnecting takes seconds to end, so each writer sees to its own. */
    private void endSession() {
        ZooKeeper last;
        synchronized (this) {
            last = client;
        }
        try {
            if (last != null) {
                last.close(SESSION_TIMEOUT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns a client that is connected, once there is one; null if writing is to end. */
    private synchronized @Nullable ZooKeeper connected() throws InterruptedException {
        while (!stopping && failure == null) {
            if (client == null || state == KeeperState.Expired) {
                client = open();
            } else if (state == KeeperState.SyncConnected && client.getState().isConnected()) {
                return client;
            } else {
                wait();
            }
        }
        return null;
    }

    private ZooKeeper open() {
        state = KeeperState.Disconnected;
        int session = ++sessions;
        try {
            return new ZooKeeper(connectString, SESSION_TIMEOUT_MILLIS, event -> changed(session, event));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open a session to " + connectString, e);
        }
    }

    /** Notes what became of a session, unless a later one has taken its place. */
    private synchronized void changed(int session, WatchedEvent event) {
        if (session == sessions) {
            state = event.getState();
            notifyAll();
        }
    }

    private void write(ZooKeeper session, int number) throws InterruptedException {
        try {
            int bucket = number / BUCKET;
            if (bucket != bucketMade) {
                makeBucket(session, bucket(parent, bucket));
                bucketMade = bucket;
            }
            session.create(
                    bucket(parent, bucket) + "/" + number,
                    Integer.toString(number).getBytes(StandardCharsets.UTF_8),
                    Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT);
            acknowledge(number);
        } catch (KeeperException e) {
            refuse(e);
        }
    }

    /** A parent is no entry of the ledger, so that it may be there already from a try without answer. */
    private static void makeBucket(ZooKeeper session, String path) throws KeeperException, InterruptedException {
        try {
            session.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException e) {
            LOG.debug("{} was made by a try that had no answer", path);
        }
    }

    private synchronized void acknowledge(int number) {
        acknowledged.set(number);
        times.add(System.nanoTime());
        notifyAll();
    }

    /** Records that no answer came, or else an answer that somebody must have provoked who meddles with the znodes. */
    private synchronized void refuse(KeeperException e) {
        switch (e.code()) {
            case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SESSIONEXPIRED, SESSIONMOVED -> ambiguous++;
            default -> fail(e);
        }
    }

    private synchronized void fail(Exception e) {
        failure = e;
        notifyAll();
    }

    private synchronized void rest() throws InterruptedException {
        if (!stopping && !pause.isZero()) {
            TimeUnit.NANOSECONDS.timedWait(this, pause.toNanos());
        }
    }
}
