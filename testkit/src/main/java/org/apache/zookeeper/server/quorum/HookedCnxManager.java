package org.apache.zookeeper.server.quorum;

import java.net.Socket;
import org.jspecify.annotations.NullMarked;

/** A server's election connections, which there are none of while it is cut off. */
@NullMarked
final class HookedCnxManager extends QuorumCnxManager {

    private final HookedQuorumPeer server;

    /** Takes what {@link QuorumPeer#createCnxnManager} does. */
    HookedCnxManager(HookedQuorumPeer server) {
        super(
                server,
                server.getMyId(),
                server.getView(),
                server.authServer,
                server.authLearner,
                timeout(server),
                server.getQuorumListenOnAllIPs(),
                server.quorumCnxnThreadsSize,
                server.isQuorumSaslAuthEnabled());
        this.server = server;
    }

    private static int timeout(HookedQuorumPeer server) {
        int wanted = Integer.getInteger(QuorumPeer.QUORUM_CNXN_TIMEOUT_MS, -1);
        return wanted > 0 ? wanted : server.tickTime * server.syncLimit;
    }

    @Override
    public void initiateConnection(MultipleAddresses electionAddress, Long other) {
        if (!server.isCutOff()) {
            super.initiateConnection(electionAddress, other);
            finishIfCutOff();
        }
    }

    /** Whoever has the higher id keeps a connection that the other made. */
    @Override
    public void receiveConnection(Socket socket) {
        if (server.isCutOff()) {
            HookedQuorumPeer.close(socket);
        } else {
            super.receiveConnection(socket);
            finishIfCutOff();
        }
    }

    private void finishIfCutOff() {
        if (server.isCutOff()) {
            softHalt();
        }
    }
}
