package io.ensembler.curator;

import io.ensembler.curator.Session.OnLoss;
import io.ensembler.model.Address;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/** Opens all sessions of a driver, with its identities, and knows those that have not ended. Thread-safe. */
final class Sessions implements AutoCloseable {

    /**
     * The timeout of sessions that only look. Short, so that a server that was paused or cut off is noticed: such a
     * session is lost after two thirds of it.
     */
    private static final Duration LOOKING = Duration.ofSeconds(10);

    /** How long one server may take to accept a session while another could be tried. */
    private static final Duration PER_SERVER = Duration.ofSeconds(2);

    private final List<Credential> credentials;
    private final String path;
    private final Duration sendingTimeout;
    private final TimeSource time;
    private final Set<Session> alive = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Sessions(List<Credential> credentials, String path, Duration sendingTimeout, TimeSource time) {
        this.credentials = List.copyOf(credentials);
        this.path = path;
        this.sendingTimeout = sendingTimeout;
        this.time = time;
    }

    List<Credential> credentials() {
        return credentials;
    }

    String path() {
        return path;
    }

    TimeSource time() {
        return time;
    }

    Deadline deadline(Duration timeLeft) {
        return Deadline.in(timeLeft, time);
    }

    /** Starts to open a session that ends with its connection. */
    Session look(Address server) {
        var timeout = LOOKING.compareTo(sendingTimeout) < 0 ? LOOKING : sendingTimeout;
        return start(server, timeout, OnLoss.END);
    }

    private Session start(Address server, Duration timeout, OnLoss onLoss) {
        requireOpen("Cannot open a session at " + server);
        var session = Session.open(server, timeout, credentials, onLoss, time, alive::remove);
        alive.add(session);
        if (session.isOver()) {
            alive.remove(session);
        }
        // Closing marks first and then ends what is alive: it has seen this session, or this sees the mark.
        if (closed) {
            session.close();
            requireOpen("Cannot open a session at " + server);
        }
        return session;
    }

    /**
     * Returns if sessions may still be opened.
     *
     * @param what cannot be done otherwise, as the beginning of a sentence: "Cannot read ..."
     * @throws DriverException of kind {@code REFUSED} once they have been closed
     */
    void requireOpen(String what) {
        if (closed) {
            throw new DriverException(Kind.REFUSED, what + ": the driver has been closed. Open another.");
        }
    }

    /**
     * Opens a session on the first of these servers that accepts one.
     *
     * @throws DriverException of kind {@code RETRYABLE} if none does
     */
    Session openOnFirst(List<Address> servers, OnLoss onLoss, Deadline deadline) throws InterruptedException {
        var failures = new ArrayList<String>();
        for (var server : servers) {
            var session = onLoss == OnLoss.END ? look(server) : start(server, sendingTimeout, onLoss);
            boolean opened = false;
            try {
                Guard.await(session.opened(), deadline.atMost(PER_SERVER));
                opened = true;
                return session;
            } catch (TimeoutException e) {
                failures.add(server + " did not accept it in time");
            } catch (KeeperException e) {
                if (e.code() == KeeperException.Code.AUTHFAILED) {
                    throw new DriverException(
                            Kind.REFUSED,
                            "Cannot open a session at " + server + ": it did not accept an identity among the schemes "
                                    + credentials + ". See whether the ensemble knows them.",
                            e);
                }
                failures.add(server + " refused it");
            } finally {
                if (!opened) {
                    session.close();
                }
            }
        }
        throw new DriverException(
                Kind.RETRYABLE,
                "Cannot open a session: " + (failures.isEmpty() ? "no server is known" : String.join(", ", failures))
                        + ". See whether a server serves clients there.");
    }

    /**
     * Creates an ephemeral znode of this session under a folder of ours and returns its path. It is committed then.
     *
     * @throws DriverException of kind {@code REFUSED} if it must not be created
     */
    String createOwn(Session session, String folder, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        var own = path + "/" + folder + "/" + UUID.randomUUID();
        try {
            if (!create(session, own, CreateMode.EPHEMERAL, deadline)) {
                createFolder(session, path + "/" + folder, deadline);
                Guard.await(session.create(own, acl(), CreateMode.EPHEMERAL), deadline);
            }
            return own;
        } catch (KeeperException e) {
            if (Failures.isRepeatable(e)) {
                throw e;
            }
            throw Failures.toDriverException("Cannot create a znode under " + path, e);
        }
    }

    /** Creates a znode that stays, and all above it, whichever are missing. */
    void createFolder(Session session, String folder, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        for (int end = folder.indexOf('/', 1); end > 0; end = folder.indexOf('/', end + 1)) {
            create(session, folder.substring(0, end), CreateMode.PERSISTENT, deadline);
        }
        create(session, folder, CreateMode.PERSISTENT, deadline);
    }

    /** Returns whether the znode is there now: it is not where its parent is missing. */
    private boolean create(Session session, String znode, CreateMode mode, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        try {
            Guard.await(session.create(znode, acl(), mode), deadline);
            return true;
        } catch (KeeperException.NodeExistsException e) {
            return true;
        } catch (KeeperException.NoNodeException e) {
            return false;
        }
    }

    /** Everybody may look; change only who came with the same identity, or everybody where none is given. */
    List<ACL> acl() {
        if (credentials.isEmpty()) {
            return ZooDefs.Ids.OPEN_ACL_UNSAFE;
        }
        var acl = new ArrayList<>(ZooDefs.Ids.CREATOR_ALL_ACL);
        acl.addAll(ZooDefs.Ids.READ_ACL_UNSAFE);
        return acl;
    }

    /** Ends all sessions; no other can be opened from now on. */
    @Override
    public void close() {
        closed = true;
        var ending = alive.stream().filter(session -> !session.isGivenUp()).toList();
        ending.forEach(Session::close);
        Session.awaitEnd(ending);
    }
}
