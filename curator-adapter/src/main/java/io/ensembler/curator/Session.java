package io.ensembler.curator;

import io.ensembler.model.Address;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ZooKeeper session of the driver's own, opened on one server, whose answers are futures. Thread-safe.
 *
 * <p>Its handle is closed on its own event thread: ZooKeeper's client sleeps up to two seconds between two attempts to
 * connect, closes only then, and forgets an interruption of the thread that closes it.
 */
final class Session implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    /** How long a caller that closes everything waits for servers to acknowledge; event threads go on. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    /**
     * How long the event thread waits for that: longer than ZooKeeper's client sleeps before it connects again. The
     * session expires by itself after it.
     */
    private static final Duration LONGEST_CLOSING = Duration.ofSeconds(4);

    private static final byte[] NOTHING = new byte[0];

    /** No znode has this version, least of all the configuration, whose version is always -1. */
    private static final int IMPOSSIBLE_VERSION = 2_000_000_000;

    /** No configuration has this version: versions are zxids, and the first of an epoch ends in 32 zero bits. */
    private static final long IMPOSSIBLE_CONFIGURATION = 1;

    /** What becomes of a session when its connection is lost. */
    enum OnLoss {
        /** It ends: to reconnect takes up to two seconds, to open another some milliseconds. */
        END,
        /** It reconnects to any server it has been widened to, and remains the same session. */
        RECONNECT
    }

    /**
     * What was read of a znode.
     *
     * @param text its data, empty if it has none
     */
    record Read(String text, Stat stat) {
        private static Read of(byte @Nullable [] data, Stat stat) {
            return new Read(data == null ? "" : new String(data, StandardCharsets.UTF_8), stat);
        }
    }

    /**
     * What came back for a reconfiguration.
     *
     * @param rc the code, whatever it is
     * @param stat of the configuration znode as this reconfiguration left it; null unless the code is that of success
     */
    record Reconfigured(int rc, @Nullable Stat stat) {}

    private final Address first;
    private final OnLoss onLoss;
    private final Duration timeout;
    private final TimeSource time;
    private final Consumer<Session> onEnd;
    private final CompletableFuture<Session> opened = new CompletableFuture<>();
    private final CompletableFuture<Session> acknowledged = new CompletableFuture<>();
    private final ZooKeeperAdmin handle;

    private CompletableFuture<Session> connected = opened;
    private @Nullable String widened;
    private @Nullable Code end;
    private boolean closing;

    private Session(Address first, Duration timeout, OnLoss onLoss, TimeSource time, Consumer<Session> onEnd)
            throws IOException {
        this.first = first;
        this.onLoss = onLoss;
        this.timeout = timeout;
        this.time = time;
        this.onEnd = onEnd;
        var config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, Long.toString(LONGEST_CLOSING.toMillis()));
        // Before it tries its only server again ZooKeeper's client sleeps a second; a server named twice is not the
        // only.
        var servers = onLoss == OnLoss.RECONNECT ? first + "," + first : first.toString();
        // Under the lock, which keeps events waiting until the handle is there.
        synchronized (this) {
            this.handle = new ZooKeeperAdmin(servers, Math.toIntExact(timeout.toMillis()), this::process, config);
        }
    }

    /** Starts to open a session and returns at once: {@link #opened()} tells how that ends. */
    static Session open(
            Address server,
            Duration timeout,
            List<Credential> credentials,
            OnLoss onLoss,
            TimeSource time,
            Consumer<Session> onEnd) {
        try {
            var session = new Session(server, timeout, onLoss, time, onEnd);
            credentials.forEach(credential -> session.handle.addAuthInfo(credential.scheme(), credential.secret()));
            return session;
        } catch (IOException e) {
            throw new DriverException(
                    Kind.RETRYABLE, "Cannot open a session at " + server + ": " + e.getMessage() + ".", e);
        }
    }

    /** Answers with this session once it is connected for the first time, or fails with the first attempt. */
    CompletableFuture<Session> opened() {
        return opened.copy();
    }

    /** Answers with this session once it is connected, again if need be, or fails if it has ended. */
    synchronized CompletableFuture<Session> connected() {
        return connected.copy();
    }

    Address first() {
        return first;
    }

    /** Returns the id under which servers know it; 0 until it is connected for the first time. */
    long sessionId() {
        return handle.getSessionId();
    }

    boolean isConnected() {
        return !hasEnded() && handle.getState().isConnected();
    }

    /** Returns whether nobody has to wait for its end any more. */
    boolean isOver() {
        return acknowledged.isDone();
    }

    /** Returns whether nothing can be asked on it any more. */
    synchronized boolean hasEnded() {
        return end != null || closing;
    }

    /**
     * Returns whether it only looked and was closed before: its server may be gone, and nobody waits for what it owned.
     */
    synchronized boolean isGivenUp() {
        return closing && onLoss == OnLoss.END;
    }

    /**
     * Lets the session reconnect to any of these servers from the next loss of its connection on. (To tell ZooKeeper's
     * client at once would make it leave its server with some likelihood, to balance load.)
     */
    void widen(Collection<Address> servers) {
        var list = servers.stream().map(Address::toString).collect(Collectors.joining(","));
        synchronized (this) {
            widened = list;
        }
        if (!handle.getState().isConnected()) {
            widenNow();
        }
    }

    private void widenNow() {
        String servers;
        synchronized (this) {
            servers = widened;
        }
        if (servers != null && !servers.isEmpty()) {
            try {
                handle.updateServerList(servers);
            } catch (IOException e) {
                log.debug("session 0x{} keeps its servers", Long.toHexString(handle.getSessionId()), e);
            }
        }
    }

    CompletableFuture<Void> create(String path, List<ACL> acl, CreateMode mode) {
        return create(path, NOTHING, acl, mode);
    }

    CompletableFuture<Void> create(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        return ask((handle, answer) ->
                handle.create(path, data, acl, mode, (rc, p, c, name) -> finish(answer, rc, path, null), null));
    }

    CompletableFuture<Read> read(String path) {
        return ask((handle, answer) -> handle.getData(
                path,
                false,
                (rc, p, c, data, stat) -> finish(answer, rc, path, rc == 0 ? Read.of(data, stat) : null),
                null));
    }

    CompletableFuture<List<String>> children(String path) {
        return ask((handle, answer) ->
                handle.getChildren(path, false, (rc, p, c, names) -> finish(answer, rc, path, names), null));
    }

    /** Does all of these or none; fails with the code of the first that could not be done. */
    CompletableFuture<Void> together(List<Op> operations) {
        return ask((handle, answer) -> handle.multi(
                operations,
                (rc, p, c, results) -> finish(answer, rc, operations.get(0).getPath(), null),
                null));
    }

    /** Commits a write to a znode of ours; its {@code mzxid} is the zxid of the write. */
    CompletableFuture<Stat> write(String path) {
        return ask((handle, answer) ->
                handle.setData(path, NOTHING, -1, (rc, p, c, stat) -> finish(answer, rc, path, stat), null));
    }

    CompletableFuture<Void> delete(String path) {
        return ask((handle, answer) -> handle.delete(path, -1, (rc, p, c) -> finish(answer, rc, path, null), null));
    }

    CompletableFuture<Read> readConfiguration() {
        return ask((handle, answer) -> handle.getConfig(
                false,
                (rc, p, c, data, stat) -> finish(answer, rc, ZooDefs.CONFIG_NODE, rc == 0 ? Read.of(data, stat) : null),
                null));
    }

    CompletableFuture<Void> sync() {
        return ask((handle, answer) -> handle.sync("/", (rc, p, c) -> finish(answer, rc, "/", null), null));
    }

    CompletableFuture<Optional<Stat>> find(String path) {
        return ask((handle, answer) -> handle.exists(
                path,
                false,
                (rc, p, c, stat) -> {
                    boolean absent = rc == Code.NONODE.intValue();
                    finish(answer, absent ? 0 : rc, path, absent ? Optional.empty() : Optional.ofNullable(stat));
                },
                null));
    }

    /** Sends a reconfiguration, once. Answers with the code that comes back, whatever it is. */
    CompletableFuture<Reconfigured> reconfigure(ReconfigurationCall call, long version) {
        var answer = new CompletableFuture<Reconfigured>();
        handle.reconfigure(
                call.joining(),
                call.leaving(),
                call.whole(),
                version,
                (rc, p, c, data, stat) -> answer.complete(new Reconfigured(rc, rc == 0 ? stat : null)),
                null);
        return answer;
    }

    /**
     * Asks for a reconfiguration that every leader refuses for its version. Only checks that come before that of the
     * version answer otherwise: disabled, standalone, in progress.
     */
    CompletableFuture<Code> probeReconfiguration() {
        return reconfigure(ReconfigurationCall.NOTHING, IMPOSSIBLE_CONFIGURATION)
                .thenApply(answer -> Code.get(answer.rc()));
    }

    /**
     * Writes the configuration znode under a version that it never has. The right to write is checked before the
     * version, so that nothing changes and the answer tells whether we have it.
     */
    CompletableFuture<Code> probeWriting() {
        var answer = new CompletableFuture<Code>();
        handle.setData(
                ZooDefs.CONFIG_NODE,
                NOTHING,
                IMPOSSIBLE_VERSION,
                (rc, p, c, stat) -> {
                    try {
                        answer.complete(Code.get(rc));
                    } catch (IllegalArgumentException e) {
                        answer.completeExceptionally(failure(rc, ZooDefs.CONFIG_NODE));
                    }
                },
                null);
        return answer;
    }

    /** Ends the session without waiting for it: nothing can be asked from now on. May be repeated. */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        if (!handle.getState().isConnected()) {
            acknowledged.complete(this);
        }
        closeOnEventThread(Deadline.in(timeout, time));
    }

    /** Waits a moment until the servers have been told of the end of those of these sessions that were connected. */
    static void awaitEnd(Collection<Session> closed) {
        var all = CompletableFuture.allOf(
                closed.stream().map(session -> session.acknowledged).toArray(CompletableFuture[]::new));
        try {
            all.get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            log.debug("sessions end as soon as their servers answer", e);
        }
    }

    /** After {@code expiry} the servers end the session by themselves: to reconnect for that is of no use any more. */
    private void closeOnEventThread(Deadline expiry) {
        handle.sync(
                "/",
                (rc, p, c) -> {
                    if (rc == Code.CONNECTIONLOSS.intValue() && onLoss == OnLoss.RECONNECT && !expiry.isOver()) {
                        // Closed without a connection, its ephemeral znode would stay until the session expires.
                        closeOnEventThread(expiry);
                    } else {
                        end(Code.SESSIONEXPIRED);
                    }
                },
                null);
    }

    private interface Question<T> {
        void put(ZooKeeperAdmin handle, CompletableFuture<T> answer);
    }

    private <T> CompletableFuture<T> ask(Question<T> question) {
        Code ending;
        synchronized (this) {
            ending = end == null && closing ? Code.SESSIONEXPIRED : end;
        }
        var answer = new CompletableFuture<T>();
        if (ending == null) {
            question.put(handle, answer);
        } else {
            answer.completeExceptionally(KeeperException.create(ending));
        }
        return answer;
    }

    @SuppressWarnings("NullAway") // A future of Void is completed with null, all others with what a code of 0 brings.
    private static <T> void finish(CompletableFuture<T> answer, int rc, String path, @Nullable T value) {
        if (rc == 0) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(failure(rc, path));
        }
    }

    /**
     * Returns what a code says of a call for a znode. ZooKeeper's client throws where it has no name or no exception for
     * one, as for those of later servers, which would leave the caller without an answer.
     */
    static Exception failure(int rc, String path) {
        try {
            return KeeperException.create(Code.get(rc), path);
        } catch (IllegalArgumentException e) {
            return new DriverException(
                    Kind.REFUSED,
                    "ZooKeeper answered code " + rc + " at " + path
                            + ", for which its client has no exception. See whether the servers are of a later version than"
                            + " this library knows.",
                    e);
        }
    }

    private void process(WatchedEvent event) {
        log.debug("session at {}: {}", first, event.getState());
        switch (event.getState()) {
            case SyncConnected -> onConnected();
            case Disconnected -> onDisconnected();
            case Expired, Closed -> end(Code.SESSIONEXPIRED);
            case AuthFailed -> end(Code.AUTHFAILED);
            default -> {}
        }
    }

    private void onConnected() {
        CompletableFuture<Session> waiting;
        synchronized (this) {
            waiting = connected;
        }
        waiting.complete(this);
    }

    private void onDisconnected() {
        synchronized (this) {
            if (onLoss == OnLoss.RECONNECT && opened.isDone() && end == null) {
                if (connected.isDone()) {
                    connected = new CompletableFuture<>();
                }
            } else if (end == null) {
                end = Code.CONNECTIONLOSS;
            }
        }
        boolean lost;
        synchronized (this) {
            lost = end != null;
        }
        if (lost) {
            acknowledged.complete(this);
            end(Code.CONNECTIONLOSS);
        } else {
            widenNow();
        }
    }

    private void end(Code reason) {
        CompletableFuture<Session> waiting;
        Code ending;
        synchronized (this) {
            if (end == null) {
                end = reason;
            }
            ending = end;
            waiting = connected;
        }
        waiting.completeExceptionally(KeeperException.create(ending));
        try {
            handle.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            acknowledged.complete(this);
            onEnd.accept(this);
        }
    }
}
