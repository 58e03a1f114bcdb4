package io.ensembler.testkit;

import io.ensembler.model.EnsembleException;
import io.ensembler.testkit.runtime.SuperIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * A plain client's session, for one thread. What is asked for is done in the order in which it is asked for, and nothing
 * is repeated. To close it takes no time: its {@link Sessions} see to the rest.
 */
final class Session implements AutoCloseable {

    /** The znode that is written to see whether writes are acknowledged, and by which server they were seen. */
    static final String MARKER = "/ensembler-testkit";

    private static final String CONFIGURATION = "/zookeeper/config";
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int REQUEST_TIMEOUT_MILLIS = 5_000;

    private final ZooKeeper client;
    private final CountDownLatch connected;
    private final String connectString;
    private final Consumer<Session> ending;

    private Session(ZooKeeper client, CountDownLatch connected, String connectString, Consumer<Session> ending) {
        this.client = client;
        this.connected = connected;
        this.connectString = connectString;
        this.ending = ending;
    }

    /**
     * Begins to connect.
     *
     * @param ending is handed the session when it is closed
     */
    static Session open(String connectString, Consumer<Session> ending) {
        var connected = new CountDownLatch(1);
        var settings = new ZKClientConfig();
        settings.setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, Integer.toString(REQUEST_TIMEOUT_MILLIS));
        try {
            var client = new ZooKeeper(
                    connectString,
                    TIMEOUT_MILLIS,
                    event -> {
                        if (event.getState() == KeeperState.SyncConnected) {
                            connected.countDown();
                        }
                    },
                    settings);
            return new Session(client, connected, connectString, ending);
        } catch (IOException e) {
            throw new EnsembleException("Cannot open a session to " + connectString, e);
        }
    }

    /**
     * Returns once the session stands; otherwise closes it.
     *
     * @throws EnsembleException if it does not in time
     */
    Session await(Duration timeLeft) throws InterruptedException {
        boolean stands = false;
        try {
            stands = connected.await(timeLeft.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!stands) {
                close();
            }
        }
        if (!stands) {
            throw new EnsembleException("no session to " + connectString + " within " + timeLeft.toMillis() + " ms");
        }
        return this;
    }

    /** Asks for the znode that {@link #write} writes; once it was committed, the answer is the transaction that did. */
    Answer<Long> createMarker() {
        var answer = new Answer<Long>();
        client.create(
                MARKER,
                new byte[0],
                Ids.OPEN_ACL_UNSAFE,
                CreateMode.PERSISTENT,
                (code, path, context, name, stat) -> answer.complete(code, stat == null ? -1 : stat.getCzxid()),
                null);
        return answer;
    }

    /** Asks for a write of this text; the answer is there once it was committed. */
    Answer<String> write(String marker) {
        var answer = new Answer<String>();
        client.setData(
                MARKER,
                marker.getBytes(StandardCharsets.UTF_8),
                -1,
                (code, path, context, stat) -> answer.complete(code, path),
                null);
        return answer;
    }

    /** Asks for the text last written, as the server of this session has it once it has caught up. */
    Answer<String> readSynced() {
        var answer = new Answer<String>();
        client.sync(MARKER, (code, path, context) -> answer.failUnlessOk(code), null);
        client.getData(MARKER, false, (code, path, context, data, stat) -> Answer.complete(answer, code, data), null);
        return answer;
    }

    /**
     * What a server answers to a request that others may follow before it does. The first failure counts.
     *
     * @param <T> what is asked for
     */
    static final class Answer<T> {

        private final CompletableFuture<T> answer = new CompletableFuture<>();

        private void failUnlessOk(int code) {
            if (code != Code.OK.intValue()) {
                answer.completeExceptionally(KeeperException.create(Code.get(code), MARKER));
            }
        }

        private void complete(int code, T value) {
            failUnlessOk(code);
            answer.complete(value);
        }

        private static void complete(Answer<String> answer, int code, byte @Nullable [] text) {
            answer.complete(code, text == null ? "" : new String(text, StandardCharsets.UTF_8));
        }

        /** Returns it once it is there; a connection that is lost is a failure, and so are a few seconds without it. */
        T await() throws KeeperException, InterruptedException {
            try {
                return answer.get(REQUEST_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw (KeeperException) e.getCause();
            } catch (TimeoutException e) {
                throw KeeperException.create(Code.REQUESTTIMEOUT, MARKER);
            }
        }
    }

    /** Asks for the configuration as the server of this session has it. */
    Answer<String> readConfiguration() {
        var answer = new Answer<String>();
        client.getConfig(false, (code, path, context, data, stat) -> Answer.complete(answer, code, data), null);
        return answer;
    }

    /** Asks for every client to be let read and write the configuration. */
    Answer<String> grantReconfiguration() {
        var answer = new Answer<String>();
        client.addAuthInfo("digest", SuperIdentity.credentials());
        // The client looks for null in the list, which those of List.of do not take.
        var rights = Collections.singletonList(new ACL(Perms.READ | Perms.WRITE, Ids.ANYONE_ID_UNSAFE));
        client.setACL(CONFIGURATION, rights, -1, (code, path, context, stat) -> answer.complete(code, path), null);
        return answer;
    }

    @Override
    public void close() {
        ending.accept(this);
    }

    /** Ends the session and returns once its threads have ended, if they do within seconds. */
    void end() {
        try {
            client.close(REQUEST_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            // Nobody knows this thread but the client, which interrupts its own only.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "session to " + connectString;
    }
}
