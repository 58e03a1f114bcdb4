package io.ensembler.testkit.ledger;

import io.ensembler.testkit.ledger.Connection.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A client with a thread of its own that sends one operation after the other. Each is due at a time of its own: one
 * that comes late, for those before it or for want of a connection, is sent as soon as it can be. Thread-safe.
 */
abstract class Client {

    private final Connection connection;
    private final LongSupplier clock;
    private final int perSecond;
    private final Thread thread;

    // Guarded by this object.
    private final List<Read> reads = new ArrayList<>();
    private long answeredReads;
    private @Nullable Throwable failure;

    private volatile boolean stopping;

    /**
     * Makes a client that has not started.
     *
     * @param clock the nanoseconds since the ledger began
     * @param perSecond how many operations are due
     */
    Client(String name, Connection connection, LongSupplier clock, int perSecond) {
        this.connection = connection;
        this.clock = clock;
        this.perSecond = perSecond;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Does one operation. */
    abstract void operate(Session session, int number, long due) throws InterruptedException;

    /** Notes that an operation was due and could not be sent before all was stopped. */
    abstract void leave(int number, long due);

    /** Returns whether it has got an answer that shows that it is at work. */
    abstract boolean isAtWork();

    /** Returns whether it was at work in time. */
    final synchronized boolean awaitWork(Duration timeLeft) throws InterruptedException {
        long deadline = System.nanoTime() + timeLeft.toNanos();
        while (!isAtWork() && failure == null) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return isAtWork();
    }

    final void start() {
        thread.start();
    }

    final void follow(String connectString) {
        connection.follow(connectString);
    }

    /** Lets it end once the operation in flight has its answer, and then its session. */
    final void askToStop() {
        stopping = true;
        connection.end();
        LockSupport.unpark(thread);
    }

    /** Waits until it and its session have ended. */
    final void awaitEnd() throws InterruptedException {
        thread.join();
    }

    final String name() {
        return thread.getName();
    }

    /** Returns what ended it before it was stopped, or null if nothing did. */
    final synchronized @Nullable Throwable failure() {
        return failure;
    }

    final synchronized List<Read> reads() {
        return List.copyOf(reads);
    }

    final long now() {
        return clock.getAsLong();
    }

    /** Reads a register or an ephemeral znode, and notes what it was. */
    final void read(Session session, Read.Kind kind, int writer, String path, long due) throws InterruptedException {
        long invoked = now();
        var answered = true;
        var value = Value.ABSENT;
        try {
            if (kind == Read.Kind.SYNCED_REGISTER) {
                session.client().sync(path);
            }
            value = value(session.client(), path);
        } catch (KeeperException e) {
            answered = false;
        }
        note(new Read(kind, writer, session.number(), due, invoked, now(), answered, value));
    }

    /** Returns what a register holds. */
    static Value value(ZooKeeper client, String path) throws KeeperException, InterruptedException {
        try {
            var stat = new Stat();
            var data = client.getData(path, false, stat);
            return Value.of(data, stat.getMzxid(), stat.getVersion());
        } catch (NoNodeException e) {
            return Value.ABSENT;
        }
    }

    /** Returns whether a read had an answer. */
    final synchronized boolean hasRead() {
        return answeredReads > 0;
    }

    private synchronized void note(Read read) {
        reads.add(read);
        if (read.answered()) {
            answeredReads++;
            notifyAll();
        }
    }

    private void run() {
        try {
            if (connection.await() != null) {
                work(new Schedule(now(), perSecond));
            }
        } catch (Throwable e) {
            // An error as well, or nobody would hear of a client that is no more.
            fail(e);
        }
        connection.close();
    }

    private void work(Schedule schedule) throws InterruptedException {
        for (int number = 0; awaitTime(schedule.due(number)); number++) {
            var session = connection.await();
            if (session == null) {
                leave(number, schedule.due(number));
                return;
            }
            operate(session, number, schedule.due(number));
        }
    }

    /** Returns whether the time has come before all was stopped. */
    private boolean awaitTime(long due) throws InterruptedException {
        for (long left = due - now(); left > 0 && !stopping; left = due - now()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return !stopping;
    }

    private synchronized void fail(Throwable e) {
        failure = e;
        notifyAll();
    }
}
