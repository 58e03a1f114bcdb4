package io.ensembler.testkit;

import io.ensembler.model.EnsembleException;
import io.ensembler.testkit.runtime.SuperIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/**
 * A plain client's session, for one thread. No call repeats anything, and each ends within a few seconds. To close it takes
 * no time: its {@link Sessions} see to the rest.
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

    /** Commits the creation of the znode that {@link #write} writes. */
    void createMarker() throws KeeperException, InterruptedException {
        client.create(MARKER, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    /** Commits a write of this text. */
    void write(String marker) throws KeeperException, InterruptedException {
        client.setData(MARKER, marker.getBytes(StandardCharsets.UTF_8), -1);
    }

    /** Returns the text last written, as the server of this session has it once it has caught up. */
    String readSynced() throws KeeperException, InterruptedException {
        client.sync(MARKER);
        return new String(client.getData(MARKER, false, null), StandardCharsets.UTF_8);
    }

    /** Returns the configuration as the server of this session has it. */
    String readConfiguration() throws KeeperException, InterruptedException {
        return new String(client.getConfig(false, new Stat()), StandardCharsets.UTF_8);
    }

    /** Lets every client read and write the configuration. */
    void grantReconfiguration() throws KeeperException, InterruptedException {
        client.addAuthInfo("digest", SuperIdentity.credentials());
        // The client looks for null in the list, which those of List.of do not take.
        var rights = Collections.singletonList(new ACL(Perms.READ | Perms.WRITE, Ids.ANYONE_ID_UNSAFE));
        client.setACL(CONFIGURATION, rights, -1);
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
