package io.ensembler.testkit.ledger;

import io.ensembler.model.Address;
import io.ensembler.model.EnsembleException;
import io.ensembler.report.RunEvent;
import io.ensembler.report.TrafficReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apiguardian.api.API;

/**
 * Clients that write and read in the background while something is done to their ensemble, and that know afterwards
 * whether it kept what it promised them.
 *
 * <p>Each client has a session and a thread of its own. A writer writes a register that is its own and makes and deletes
 * sequential znodes; readers read the registers. Each operation is due at a fixed time and sent once: what comes late,
 * for those before it or for want of a connection, is sent as soon as it can be, so that no pause of the ensemble is
 * hidden by clients that wait for it. An answer that did not come (connection lost, session expired, none within the
 * session timeout) is ambiguous; a new session is opened when one has expired.
 *
 * <pre>{@code
 * try (var ledger = Ledger.start(ensemble.connectString())) {
 *     ledger.mark("grow");
 *     // grow the ensemble
 *     TrafficReport report = ledger.report();
 * }
 * }</pre>
 *
 * <p>It needs nothing but a connect string, so that it works on any ensemble: {@code
 * Ledger.on("zk1:2181").under("/probe").authorization("digest", secret).writesPerSecond(20).start()}. Everything it
 * makes lies below one path and is deleted by {@link #close}; there are never more znodes than the number of writers
 * times the {@link LedgerBuilder#entries entries} agreed on, and a few more. In this JVM it takes about 100 bytes for
 * each operation.
 *
 * <p>Thread-safe. A caller that is interrupted while it waits gets an {@link EnsembleException}, and its interrupt flag
 * is set.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Ledger implements AutoCloseable {

    /** The path below which the clients work unless told otherwise, each ledger below a number of its own. */
    public static final String DEFAULT_PATH = "/ensembler-ledger";

    private static final Duration WORK_TIME = Duration.ofSeconds(30);

    private final Access access;
    private final Grounds grounds;
    private final int minimumRate;
    private final String chroot;
    private final Heartbeat heartbeat = new Heartbeat();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();

    // Guarded by this object.
    private final List<Mark> marks = new ArrayList<>();
    private String connectString;
    private List<Look> looks = List.of();
    private long end;
    private boolean cleared;

    private volatile boolean stopping;

    Ledger(LedgerBuilder builder, Access access, Grounds grounds) {
        this.access = access;
        this.grounds = grounds;
        this.minimumRate = builder.minimumRate;
        this.connectString = builder.connectString;
        this.chroot = chroot(connectString);
        var layout = grounds.layout();
        for (int writer = 0; writer < builder.writers; writer++) {
            writers.add(new Writer(
                    writer,
                    layout,
                    access,
                    new Connection(access, connectString),
                    heartbeat::now,
                    builder.writesPerSecond,
                    builder.entries));
        }
        clients.addAll(writers);
        for (int reader = 1; reader <= builder.readers; reader++) {
            clients.add(new Reader(
                    "ensembler-ledger " + layout.path() + "/reader-" + reader,
                    layout,
                    builder.writers,
                    new Connection(access, connectString),
                    heartbeat::now,
                    builder.readsPerSecond));
        }
    }

    /**
     * Starts two writers with 250 writes a second each and one reader with 100 reads, and returns once each writer has
     * had a write acknowledged and the reader a read answered.
     *
     * @throws EnsembleException if that has not happened within 30 seconds
     */
    public static Ledger start(String connectString) {
        return on(connectString).start();
    }

    /** Returns a builder of a ledger whose clients connect to {@code connectString}. */
    public static LedgerBuilder on(String connectString) {
        return new LedgerBuilder(connectString);
    }

    /** Returns the path below which this ledger's znodes are. */
    public String path() {
        return grounds.layout().path();
    }

    /** Returns how many writes have been acknowledged until now. */
    public long acknowledged() {
        return writers.stream().mapToLong(Writer::acknowledged).sum();
    }

    /**
     * Returns once {@code more} writes have been acknowledged beyond those that were when this was called: the clients
     * have found their way and go on.
     *
     * @throws EnsembleException if that has not happened within 30 seconds, a client had to end, or the clients have
     *     been stopped
     */
    public void awaitAcknowledged(int more) {
        long before = acknowledged();
        long begun = now();
        try {
            while (acknowledged() - before < more) {
                requireAll();
                if (stopping || now() - begun > WORK_TIME.toNanos()) {
                    throw new EnsembleException("Waited for " + more + " more writes, but " + servers()
                            + " acknowledged only " + (acknowledged() - before)
                            + (stopping
                                    ? " until the clients were stopped."
                                    : " within " + WORK_TIME.toMillis() + " ms."));
                }
                TimeUnit.NANOSECONDS.sleep(Heartbeat.INTERVAL);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Tells the clients where the ensemble is now, as an application would that watches its configuration. They stay
     * below the path of the connect string that they began with, whether or not the new one ends in it.
     *
     * @throws IllegalArgumentException if it ends in another path
     */
    public void follow(String newConnectString) {
        var ending = chroot(newConnectString);
        if (!ending.isEmpty() && !ending.equals(chroot)) {
            throw new IllegalArgumentException("Cannot follow to " + ending + ": the znodes are below "
                    + (chroot.isEmpty() ? "the root" : chroot));
        }
        var complete = ending.isEmpty() ? newConnectString + chroot : newConnectString;
        synchronized (this) {
            connectString = complete;
        }
        clients.forEach(client -> client.follow(complete));
    }

    /**
     * Begins a named span of time, which ends with the next one or with {@link #stop()}. A name may be used again; the
     * report then has the longest gap of all its spans.
     *
     * @throws IllegalStateException if the clients have been stopped
     */
    public synchronized void mark(String name) {
        if (stopping) {
            throw new IllegalStateException("Cannot mark '" + name + "': the clients have been stopped");
        }
        marks.add(new Mark(name, now()));
    }

    /**
     * Marks each step of a plan as it begins, by its sentence. To be given to the run as a listener: {@code
     * builder.listener(ledger::markSteps)}. After {@link #stop()} it does nothing.
     */
    public synchronized void markSteps(RunEvent event) {
        if (event instanceof RunEvent.StepStarted && !stopping) {
            mark(event.toString());
        }
    }

    /**
     * Stops the clients and returns once each has the answer to its last operation and its session has ended. Stopping
     * again does nothing.
     */
    public void stop() {
        synchronized (this) {
            if (!stopping) {
                stopping = true;
                end = now();
            }
        }
        clients.forEach(Client::askToStop);
        try {
            for (var client : clients) {
                client.awaitEnd();
            }
            heartbeat.end();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Stops the clients, then asks each server that the committed configuration lists by then, and returns what became
     * of their operations; see {@link #check}. A server that joined meanwhile is asked, one that has left is not. Where
     * that configuration may not be read or tells no client address of some server, and of a standalone server, those
     * of the connect string are asked that the clients {@linkplain #follow followed} last.
     *
     * <p>Where clients reach the servers by other addresses than the ensemble's own, {@link #check} takes these.
     *
     * @throws EnsembleException if one of the servers cannot be asked, or a client had ended early: the report would be
     *     worth nothing
     */
    public TrafficReport report() {
        stop();
        requireAll();
        try {
            return checkServers(inspector().servers(servers()));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Stops the clients, then asks each of these servers for all znodes and returns what became of the operations. A
     * write is lost if it was acknowledged and at least one server has neither it nor a later one in its place, when
     * read over a session to that server alone after a write was answered on that same session.
     *
     * <p>The report is vacuous if fewer writes were acknowledged than the {@link LedgerBuilder#minimumRate minimum rate} asks
     * for, or a reader had no answer: nothing follows from it then. So is the report of a {@link #history()} of which
     * no server was asked.
     *
     * @param remainingServers the client addresses of the servers that remain
     * @throws EnsembleException if one of them cannot be asked, or a client had ended early: the report would be worth
     *     nothing
     */
    public TrafficReport check(List<Address> remainingServers) {
        if (remainingServers.isEmpty()) {
            throw new IllegalArgumentException("name at least one server to look for the writes on");
        }
        stop();
        requireAll();
        try {
            return checkServers(remainingServers.stream().map(Address::toString).toList());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Returns everything the clients have done and seen until now, and what servers held when they were last asked.
     * Writes that have no answer yet are in it as ambiguous.
     */
    public History history() {
        // Reads are taken before writes, so that nothing was read that nobody seems to have written.
        var reads = clients.stream().map(Client::reads).toList();
        var writes = writers.stream().map(Writer::writes).toList();
        synchronized (this) {
            long until = stopping ? end : now();
            return new History(path(), minimumRate, until, writes, reads, marks, heartbeat.stalls(), looks);
        }
    }

    /**
     * Stops the clients and deletes all znodes of this ledger, as far as the ensemble can be reached within seconds.
     */
    @Override
    public void close() {
        stop();
        synchronized (this) {
            if (cleared) {
                return;
            }
            cleared = true;
        }
        try {
            grounds.clear(access, servers());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Fails if a client had to end. */
    private void requireAll() {
        for (var client : clients) {
            var failure = client.failure();
            if (failure != null) {
                throw new EnsembleException(
                        "The ledger is incomplete: " + client.name() + " had to end, since it met " + failure + ".");
            }
        }
    }

    private TrafficReport checkServers(List<String> servers) throws InterruptedException {
        var found = inspector().ask(servers, chroot);
        synchronized (this) {
            looks = found;
        }
        return history().check();
    }

    private Inspector inspector() {
        return new Inspector(access, grounds.layout(), writers.size());
    }

    private synchronized String servers() {
        return connectString;
    }

    /** Returns the path that a connect string ends in, or nothing. */
    private static String chroot(String connectString) {
        var chroot = new ConnectStringParser(connectString).getChrootPath();
        return chroot == null ? "" : chroot;
    }

    void begin() throws InterruptedException {
        heartbeat.start();
        clients.forEach(Client::start);
        for (var client : clients) {
            if (!client.awaitWork(WORK_TIME)) {
                var failure = client.failure();
                throw new EnsembleException("Cannot start a ledger: " + client.name() + " had no answer by " + servers()
                        + (failure == null ? " within " + WORK_TIME.toMillis() + " ms." : ": " + failure));
            }
        }
    }

    private long now() {
        return heartbeat.now();
    }

    static EnsembleException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EnsembleException("Interrupted while waiting for the ledger", e);
    }
}
