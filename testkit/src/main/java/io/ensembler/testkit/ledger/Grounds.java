package io.ensembler.testkit.ledger;

import io.ensembler.model.EnsembleException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The znodes that a ledger begins with. What had to be made above them is marked, so that the last ledger there deletes
 * it, whichever made it. Immutable.
 *
 * @param layout where they are
 */
record Grounds(Layout layout) {

    private static final Logger LOG = LoggerFactory.getLogger(Grounds.class);

    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);
    private static final Duration CLEAR_TIME = Duration.ofSeconds(3);
    private static final int DELETES_AT_ONCE = 100;

    private static final byte[] MADE_BY_A_LEDGER = "made by a ledger".getBytes(StandardCharsets.UTF_8);
    private static final int MOST_TRIES = 10;

    /** Makes the znodes of so many writers below a number of their own. */
    static Grounds lay(Access access, String connectString, String path, int writers) throws InterruptedException {
        var client = access.connect(connectString, CONNECT_TIME);
        try {
            var layout = new Layout(makeOwn(access, client, path));
            var znodes = new ArrayList<Op>();
            znodes.add(make(access, layout.barrier(), new byte[0]));
            for (int writer = 0; writer < writers; writer++) {
                znodes.add(make(access, layout.writer(writer), new byte[0]));
                znodes.add(make(access, layout.register(writer), Value.initialData()));
                znodes.add(make(access, layout.entries(writer), new byte[0]));
            }
            client.multi(znodes);
            return new Grounds(layout);
        } catch (KeeperException.AuthFailedException e) {
            throw access.refused(connectString);
        } catch (KeeperException e) {
            throw new EnsembleException(
                    "Cannot start a ledger below " + path + " on " + connectString + ": " + e.getMessage(), e);
        } finally {
            access.close(client);
        }
    }

    /** Deletes all of it, and what ledgers made above if nothing else is there, as far as the ensemble lets us. */
    void clear(Access access, String connectString) throws InterruptedException {
        try {
            var client = access.connect(connectString, CLEAR_TIME);
            try {
                if (!ZKUtil.deleteRecursive(client, layout.path(), DELETES_AT_ONCE)) {
                    LOG.warn("Some znodes below {} stay behind", layout.path());
                }
                clearAbove(client);
            } finally {
                access.close(client);
            }
        } catch (KeeperException | EnsembleException e) {
            LOG.warn("The znodes below {} stay behind: {}", layout.path(), e.getMessage());
        }
    }

    private static Op make(Access access, String znode, byte[] data) {
        return Op.create(znode, data, access.acl(), CreateMode.PERSISTENT);
    }

    /** Deletes, from below, what ledgers made and nobody uses. */
    private void clearAbove(ZooKeeper client) throws KeeperException, InterruptedException {
        try {
            for (var znode = parent(layout.path()); !znode.isEmpty(); znode = parent(znode)) {
                if (!Arrays.equals(client.getData(znode, false, null), MADE_BY_A_LEDGER)) {
                    return;
                }
                client.delete(znode, -1);
            }
        } catch (KeeperException.NotEmptyException
                | KeeperException.NoNodeException
                | KeeperException.NoAuthException e) {
            LOG.debug("{} is left to somebody else", e.getPath());
        }
    }

    private static String parent(String znode) {
        return znode.substring(0, znode.lastIndexOf('/'));
    }

    /** Another ledger may be deleting the path meanwhile. */
    private static String makeOwn(Access access, ZooKeeper client, String path)
            throws KeeperException, InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
                    makeUnlessThere(access, client, path.substring(0, slash));
                }
                makeUnlessThere(access, client, path);
                return client.create(path + "/", new byte[0], access.acl(), CreateMode.PERSISTENT_SEQUENTIAL);
            } catch (KeeperException.NoNodeException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** ZooKeeper refuses a create where none is allowed before it says that the znode is there already. */
    private static void makeUnlessThere(Access access, ZooKeeper client, String znode)
            throws KeeperException, InterruptedException {
        if (client.exists(znode, false) != null) {
            return;
        }
        try {
            client.create(znode, MADE_BY_A_LEDGER, access.acl(), CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException e) {
            LOG.debug("{} is there already", znode);
        }
    }
}
