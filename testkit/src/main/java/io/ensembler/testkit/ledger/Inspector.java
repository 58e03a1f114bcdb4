package io.ensembler.testkit.ledger;

import io.ensembler.model.EnsembleException;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks single servers what they hold of a ledger. Immutable. */
record Inspector(Access access, Layout layout, int writers) {

    private static final Logger LOG = LoggerFactory.getLogger(Inspector.class);

    /**
     * Asks a server for all of it, over a session to it alone and after a write was answered on that session, since a bare
     * {@code sync} does not promise that it has everything. A server that loses the connection meanwhile, as all do when
     * they elect a leader, is asked again.
     *
     * @param server its client address
     * @param chroot what all paths are below, or empty
     * @throws EnsembleException if it cannot be asked within the session timeout
     */
    List<Look> ask(String server, String chroot) throws InterruptedException {
        long deadline = System.nanoTime() + access.sessionTimeout().toNanos();
        var client = access.connect(server + chroot, access.sessionTimeout());
        try {
            while (true) {
                try {
                    return ask(server, client);
                } catch (ConnectionLossException e) {
                    if (System.nanoTime() - deadline > 0) {
                        throw e;
                    }
                    LOG.debug("The server at {} is asked again: {}", server, e.getMessage());
                }
            }
        } catch (KeeperException e) {
            throw new EnsembleException(
                    "Cannot look for the writes on the server at " + server + ": " + e.getMessage(), e);
        } finally {
            access.close(client);
        }
    }

    private List<Look> ask(String server, ZooKeeper client) throws KeeperException, InterruptedException {
        passBarrier(client);
        var looks = new ArrayList<Look>();
        for (int writer = 0; writer < writers; writer++) {
            looks.add(new Look(server, writer, Client.value(client, layout.register(writer)), entries(client, writer)));
        }
        return looks;
    }

    /** A write that is refused has passed all servers as well. */
    private void passBarrier(ZooKeeper client) throws KeeperException, InterruptedException {
        try {
            client.setData(layout.barrier(), new byte[0], -1);
        } catch (NoNodeException e) {
            LOG.debug("{} is not there", layout.barrier());
        }
    }

    private List<String> entries(ZooKeeper client, int writer) throws KeeperException, InterruptedException {
        try {
            return client.getChildren(layout.entries(writer), false).stream()
                    .sorted()
                    .toList();
        } catch (NoNodeException e) {
            return List.of();
        }
    }
}
