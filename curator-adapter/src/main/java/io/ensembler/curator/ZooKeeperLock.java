package io.ensembler.curator;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.ExclusiveLock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.zookeeper.KeeperException;
import org.apiguardian.api.API;

/**
 * A lock in the ensemble that it is about, by Curator's recipe: whoever owns its one lease holds it. It is held by a session
 * of the driver's own and ends with it, so that what a process held that died is free after {@link #SESSION_TIMEOUT}.
 *
 * <p>When the connection is lost, as it is for a moment whenever leadership moves, the lock counts as held for a quarter of
 * the session's timeout: a server that hears nothing waits longer than that before it ends the session, since a client
 * notices after two thirds of it. It counts for longer only once the lease was read again on the same session. A process
 * that was paused may take the lock for its own for a moment after it goes on; that is what its epoch is for, which is the
 * transaction that made the lease, and which launchers compare.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ZooKeeperLock implements ExclusiveLock {

    /**
     * The timeout of the session that holds it; servers may cap it. Long enough for an election, and short enough to wait
     * for before somebody else takes over.
     */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(20);

    private final String folder;
    private final LockClient clients;
    private final Sessions sessions;

    ZooKeeperLock(String folder, LockClient clients, Sessions sessions) {
        this.folder = folder;
        this.clients = clients;
        this.sessions = sessions;
    }

    @Override
    public Held acquire(Duration timeLeft) throws InterruptedException {
        sessions.requireOpen("Cannot take the lock " + folder);
        var deadline = sessions.deadline(timeLeft);
        var client = client(timeLeft);
        try {
            var recipe = new InterProcessSemaphoreV2(client, folder, 1);
            recipe.setNodeData(self());
            var lease = recipe.acquire(deadline.left().toMillis(), TimeUnit.MILLISECONDS);
            if (lease == null) {
                throw new DriverException(
                        Kind.CONFLICT,
                        "Cannot take the lock " + folder + ": "
                                + holder(client, recipe).orElse("another process")
                                + " holds it. Wait until it is done, or see whether it still runs.");
            }
            return hold(client, lease);
        } catch (InterruptedException | DriverException e) {
            throw e;
        } catch (Exception e) {
            throw Failures.toDriverException("Cannot take the lock " + folder, e);
        }
    }

    /** Returns the client whose session holds what is taken, connected. */
    CuratorFramework client(Duration timeLeft) throws InterruptedException {
        return clients.connected(sessions.deadline(timeLeft).atLeast(LockClient.CONNECTING));
    }

    private Held hold(CuratorFramework client, Lease lease) throws Exception {
        boolean held = false;
        try {
            var holding = Holding.begin(client, lease(lease.getNodeName()), lease, sessions.time());
            held = true;
            return holding;
        } finally {
            if (!held) {
                lease.close();
            }
        }
    }

    private Optional<String> holder(CuratorFramework client, InterProcessSemaphoreV2 recipe) throws Exception {
        for (var node : recipe.getParticipantNodes()) {
            var told = data(client, lease(node));
            if (told.isPresent()) {
                return told;
            }
        }
        return Optional.empty();
    }

    private String lease(String node) {
        return folder + "/leases/" + node;
    }

    private static Optional<String> data(CuratorFramework client, String node) throws Exception {
        try {
            return Optional.of(new String(client.getData().forPath(node), StandardCharsets.UTF_8));
        } catch (KeeperException.NoNodeException e) {
            // It was given back meanwhile.
            return Optional.empty();
        }
    }

    private static byte[] self() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "a host without a name";
        }
        return ("process " + ProcessHandle.current().pid() + " on " + host).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the path of the znode above its leases. */
    @Override
    public String toString() {
        return folder;
    }
}
