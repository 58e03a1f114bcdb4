package io.ensembler.testkit.ledger;

import io.ensembler.model.Address;
import io.ensembler.model.EnsembleException;
import io.ensembler.report.TrafficReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that write in the background while something is done to their ensemble, and that know afterwards which of their
 * writes were acknowledged.
 *
 * <p>Each writer has a plain client and a thread of its own. It creates one znode after the other, numbered from 0, and
 * tries each number once: an answer that did not come (connection lost, session expired) is recorded as ambiguous, and
 * the writer goes on with the next number once it has a connection again, over a new session if its own has expired.
 *
 * <pre>{@code
 * try (var ledger = Ledger.start(ensemble.connectString())) {
 *     ledger.mark("grow");
 *     // grow the ensemble
 *     ledger.stop();
 *     TrafficReport report = ledger.check(remainingClientAddresses);
 * }
 * }</pre>
 *
 * <p>The znodes are left where they are. Thread-safe. A caller that is interrupted while it waits gets an {@link
 * EnsembleException}, and its interrupt flag is set.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Ledger implements AutoCloseable {

    /** The path below which the writers write unless told otherwise, each ledger below a number of its own. */
    public static final String DEFAULT_PATH = "/ensembler-ledger";

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);
    private static final Duration FIRST_WRITE_TIME = Duration.ofSeconds(30);
    private static final int SESSION_TIMEOUT_MILLIS = 10_000;
    private static final int LOST_TO_NAME = 10;

    private final String path;
    private final List<Writer> writers;
    private final long begin = System.nanoTime();
    private final List<Mark> marks = new ArrayList<>();
    private boolean stopping;
    private long end;

    private Ledger(String path, List<Writer> writers) {
        this.path = path;
        this.writers = writers;
    }

    private record Mark(String name, long from) {}

    /**
     * Starts two writers that pause for 2 ms after each write, and returns once both have had a write acknowledged.
     *
     * @throws EnsembleException if that has not happened within 30 seconds
     */
    public static Ledger start(String connectString) {
        return builder(connectString).start();
    }

    /** Returns a builder of a ledger whose writers connect to {@code connectString}. */
    public static Builder builder(String connectString) {
        return new Builder(connectString);
    }

    /** Returns the path below which this ledger's znodes are. */
    public String path() {
        return path;
    }

    /** Returns how many writes have been acknowledged until now. */
    public long acknowledged() {
        return writers.stream().mapToLong(Writer::count).sum();
    }

    /** Tells the writers' clients where the ensemble is now, as an application would that watches its configuration. */
    public void follow(String connectString) {
        writers.forEach(writer -> writer.follow(connectString));
    }

    /**
     * Begins a named span of time, which ends with the next one or with {@link #stop()}. A name may be used again; the
     * report then has the longest gap of all its spans.
     *
     * @throws IllegalStateException if the writers have been stopped
     */
    public synchronized void mark(String name) {
        if (stopping) {
            throw new IllegalStateException("Cannot mark '" + name + "': the writers have been stopped");
        }
        marks.add(new Mark(name, System.nanoTime()));
    }

    /**
     * Stops the writers and returns once each has the answer to its last write and its session has ended. Stopping again
     * does nothing.
     */
    public void stop() {
        synchronized (this) {
            if (!stopping) {
                stopping = true;
                end = System.nanoTime();
            }
        }
        writers.forEach(Writer::askToStop);
        try {
            for (var writer : writers) {
                writer.awaitEnd();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Stops the writers, then asks each of these servers for all znodes and returns what became of the writes. A write is
     * lost if it was acknowledged and at least one server does not have it when read over a session to that server alone,
     * after a write was acknowledged on that same session.
     *
     * <p>A gap is the time between two acknowledged writes of one writer, or between its last one and the stop. It counts
     * in full for every mark whose span it overlaps: where a mark was set neither hides nor shortens it.
     *
     * @param remainingServers the client addresses of the servers that remain
     * @throws EnsembleException if one of them cannot be asked, or a writer had ended early: the report would be worth
     *     nothing
     */
    public TrafficReport check(List<Address> remainingServers) {
        if (remainingServers.isEmpty()) {
            throw new IllegalArgumentException("name at least one server to look for the writes on");
        }
        stop();
        for (var writer : writers) {
            var failure = writer.failure();
            if (failure != null) {
                throw new EnsembleException("The ledger is incomplete: the writer below " + writer.parent()
                        + " had to end, since it met " + failure + ".");
            }
        }
        var lost = new LinkedHashMap<Writer, BitSet>();
        writers.forEach(writer -> lost.put(writer, new BitSet()));
        for (var server : remainingServers) {
            lookFor(server, lost);
        }
        return new TrafficReport(
                acknowledged(),
                lost.values().stream().mapToLong(BitSet::cardinality).sum(),
                writers.stream().mapToLong(Writer::ambiguous).sum(),
                longestGap(begin, end),
                longestGapByMark());
    }

    /** Stops the writers. */
    @Override
    public void close() {
        stop();
    }

    private synchronized Map<String, Duration> longestGapByMark() {
        var longest = new LinkedHashMap<String, Duration>();
        for (int i = 0; i < marks.size(); i++) {
            long to = i + 1 < marks.size() ? marks.get(i + 1).from() : end;
            longest.merge(
                    marks.get(i).name(), longestGap(marks.get(i).from(), to), (a, b) -> a.compareTo(b) >= 0 ? a : b);
        }
        return longest;
    }

    private synchronized Duration longestGap(long from, long to) {
        return writers.stream()
                .map(writer -> writer.longestGap(from, to, end))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** Adds to {@code lost} what was acknowledged and this server does not have. */
    private void lookFor(Address server, Map<Writer, BitSet> lost) {
        try {
            var client = connect(server.toString());
            try {
                client.create(path + "/check-", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL);
                for (var entry : lost.entrySet()) {
                    var absent = entry.getKey().acknowledged();
                    absent.andNot(present(client, entry.getKey().parent()));
                    absent.stream()
                            .limit(LOST_TO_NAME)
                            .forEach(number -> LOG.warn(
                                    "Server at {} does not have acknowledged write {} of {}",
                                    server,
                                    number,
                                    entry.getKey().parent()));
                    entry.getValue().or(absent);
                }
            } finally {
                client.close(SESSION_TIMEOUT_MILLIS);
            }
        } catch (KeeperException e) {
            throw new EnsembleException(
                    "Cannot look for the writes on the server at " + server + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static BitSet present(ZooKeeper client, String parent) throws KeeperException, InterruptedException {
        var present = new BitSet();
        for (var bucket : client.getChildren(parent, false)) {
            for (var number : client.getChildren(parent + "/" + bucket, false)) {
                present.set(Integer.parseInt(number));
            }
        }
        return present;
    }

    private static ZooKeeper connect(String connectString) throws InterruptedException {
        var connected = new CountDownLatch(1);
        ZooKeeper client;
        try {
            client = new ZooKeeper(connectString, SESSION_TIMEOUT_MILLIS, event -> {
                if (event.getState() == KeeperState.SyncConnected) {
                    connected.countDown();
                }
            });
        } catch (IOException e) {
            throw new EnsembleException("Cannot open a session to " + connectString, e);
        }
        if (!connected.await(CONNECT_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
            client.close(SESSION_TIMEOUT_MILLIS);
            throw new EnsembleException(
                    "Cannot open a session to " + connectString + " within " + CONNECT_TIME.toMillis() + " ms");
        }
        return client;
    }

    private static EnsembleException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EnsembleException("Interrupted while waiting for the ledger", e);
    }

    /** Says what ledger to start. For one thread. */
    public static final class Builder {

        private final String connectString;
        private int writers = 2;
        private Duration pause = Duration.ofMillis(2);
        private String path = DEFAULT_PATH;

        private Builder(String connectString) {
            this.connectString = connectString;
        }

        /** How many clients write; two unless said otherwise. */
        public Builder writers(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("a ledger needs a writer, not " + count);
            }
            this.writers = count;
            return this;
        }

        /** How long a writer pauses after each write; 2 ms unless said otherwise. Pauses are part of the gaps reported. */
        public Builder pause(Duration duration) {
            this.pause = duration;
            return this;
        }

        /** Below which path the znodes are made; {@link Ledger#DEFAULT_PATH} unless said otherwise. */
        public Builder path(String newPath) {
            this.path = newPath;
            return this;
        }

        /**
         * Starts the writers and returns once each has had a write acknowledged.
         *
         * @throws EnsembleException if that has not happened within 30 seconds
         */
        public Ledger start() {
            Ledger ledger;
            try {
                var parents = makeParents();
                var made = parents.stream()
                        .map(parent -> new Writer("ensembler-ledger " + parent, parent, pause, connectString))
                        .toList();
                ledger = new Ledger(parents.get(0).substring(0, parents.get(0).lastIndexOf('/')), made);
            } catch (KeeperException e) {
                throw new EnsembleException(
                        "Cannot start a ledger below " + path + " on " + connectString + ": " + e.getMessage(), e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            try {
                ledger.writers.forEach(Writer::start);
                for (var writer : ledger.writers) {
                    if (!writer.awaitFirst(FIRST_WRITE_TIME)) {
                        throw new EnsembleException("Cannot start a ledger: no write was acknowledged by "
                                + connectString + " within " + FIRST_WRITE_TIME.toMillis() + " ms.");
                    }
                }
                return ledger;
            } catch (InterruptedException e) {
                ledger.close();
                throw interrupted(e);
            } catch (RuntimeException e) {
                ledger.close();
                throw e;
            }
        }

        private List<String> makeParents() throws KeeperException, InterruptedException {
            var client = connect(connectString);
            try {
                for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
                    makeUnlessThere(client, path.substring(0, slash));
                }
                makeUnlessThere(client, path);
                var own = client.create(path + "/", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL);
                var parents = new ArrayList<String>();
                for (int i = 1; i <= writers; i++) {
                    parents.add(client.create(
                            own + "/writer-" + i, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
                }
                return parents;
            } finally {
                client.close(SESSION_TIMEOUT_MILLIS);
            }
        }

        private static void makeUnlessThere(ZooKeeper client, String znode)
                throws KeeperException, InterruptedException {
            try {
                client.create(znode, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            } catch (KeeperException.NodeExistsException e) {
                LOG.debug("{} is there already", znode);
            }
        }
    }
}
