package io.ensembler.curator;

import io.ensembler.model.EnsembleIdentity;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/**
 * The znode that tells an ensemble from every other: whoever comes first writes a UUID there, and nobody ever changes it.
 * Immutable.
 */
final class IdentityZnode {

    private final String znode;
    private final Sessions sessions;

    IdentityZnode(Sessions sessions) {
        this.znode = sessions.path() + "/identity";
        this.sessions = sessions;
    }

    /** What a session was asked, and where. */
    record Asked(Session session, CompletableFuture<Session.Read> answer) {}

    /** Asks for it and returns at once, so that more can be asked meanwhile. */
    Asked ask(Session session) {
        return new Asked(session, session.read(znode));
    }

    /**
     * Waits for what was asked, and gives the ensemble an identity if it has none.
     *
     * @throws DriverException of kind {@code CONFLICT} if something else stands there
     */
    EnsembleIdentity await(Asked asked, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        try {
            return identity(Guard.await(asked.answer(), deadline));
        } catch (KeeperException.NoNodeException e) {
            give(asked.session(), deadline);
            return identity(Guard.await(asked.session().read(znode), deadline));
        }
    }

    private void give(Session session, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        try {
            sessions.createFolder(session, sessions.path(), deadline);
            var data = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
            Guard.await(session.create(znode, data, sessions.acl(), CreateMode.PERSISTENT), deadline);
        } catch (KeeperException.NodeExistsException e) {
            // Somebody came first, whose it is then. So it is where an answer to us was lost.
        } catch (KeeperException e) {
            if (Failures.isRepeatable(e)) {
                throw e;
            }
            throw Failures.toDriverException("Cannot create " + znode, e);
        }
    }

    private EnsembleIdentity identity(Session.Read read) {
        try {
            return new EnsembleIdentity(read.text());
        } catch (IllegalArgumentException e) {
            throw new DriverException(
                    Kind.CONFLICT,
                    "Cannot tell this ensemble from others by " + znode + ": " + e.getMessage()
                            + ". If nobody needs what stands there, delete it, and a new one is made.",
                    e);
        }
    }
}
