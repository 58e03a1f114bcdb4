package io.ensembler.testkit.ledger;

import io.ensembler.model.EnsembleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The znodes that a ledger begins with, and what it made above them. Immutable.
 *
 * @param layout where they are
 * @param madeAbove what was made above them, the uppermost first
 */
record Grounds(Layout layout, List<String> madeAbove) {

    private static final Logger LOG = LoggerFactory.getLogger(Grounds.class);

    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);
    private static final Duration CLEAR_TIME = Duration.ofSeconds(3);
    private static final int DELETES_AT_ONCE = 100;

    Grounds {
        madeAbove = List.copyOf(madeAbove);
    }

    /** Makes the znodes of so many writers below a number of their own. */
    static Grounds lay(Access access, String connectString, String path, int writers) throws InterruptedException {
        var client = access.connect(connectString, CONNECT_TIME);
        try {
            var made = new ArrayList<String>();
            for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
                makeUnlessThere(access, client, path.substring(0, slash), made);
            }
            makeUnlessThere(access, client, path, made);
            var layout =
                    new Layout(client.create(path + "/", new byte[0], access.acl(), CreateMode.PERSISTENT_SEQUENTIAL));
            var znodes = new ArrayList<Op>();
            znodes.add(make(access, layout.barrier(), new byte[0]));
            for (int writer = 0; writer < writers; writer++) {
                znodes.add(make(access, layout.writer(writer), new byte[0]));
                znodes.add(make(access, layout.register(writer), Value.initialData()));
                znodes.add(make(access, layout.entries(writer), new byte[0]));
            }
            client.multi(znodes);
            return new Grounds(layout, made);
        } catch (KeeperException.AuthFailedException e) {
            throw access.refused(connectString);
        } catch (KeeperException e) {
            throw new EnsembleException(
                    "Cannot start a ledger below " + path + " on " + connectString + ": " + e.getMessage(), e);
        } finally {
            access.close(client);
        }
    }

    /** Deletes all of it, and what was made above if nothing else is there, as far as the ensemble lets us. */
    void clear(Access access, String connectString) throws InterruptedException {
        try {
            var client = access.connect(connectString, CLEAR_TIME);
            try {
                if (!ZKUtil.deleteRecursive(client, layout.path(), DELETES_AT_ONCE)) {
                    LOG.warn("Some znodes below {} stay behind", layout.path());
                }
                for (int i = madeAbove.size() - 1; i >= 0; i--) {
                    client.delete(madeAbove.get(i), -1);
                }
            } finally {
                access.close(client);
            }
        } catch (KeeperException.NotEmptyException | KeeperException.NoNodeException e) {
            LOG.debug("{} is left to somebody else", e.getPath());
        } catch (KeeperException | EnsembleException e) {
            LOG.warn("The znodes below {} stay behind: {}", layout.path(), e.getMessage());
        }
    }

    private static Op make(Access access, String znode, byte[] data) {
        return Op.create(znode, data, access.acl(), CreateMode.PERSISTENT);
    }

    /** ZooKeeper refuses a create where none is allowed before it says that the znode is there already. */
    private static void makeUnlessThere(Access access, ZooKeeper client, String znode, List<String> made)
            throws KeeperException, InterruptedException {
        if (client.exists(znode, false) != null) {
            return;
        }
        try {
            client.create(znode, new byte[0], access.acl(), CreateMode.PERSISTENT);
            made.add(znode);
        } catch (KeeperException.NodeExistsException e) {
            LOG.debug("{} is there already", znode);
        }
    }
}
