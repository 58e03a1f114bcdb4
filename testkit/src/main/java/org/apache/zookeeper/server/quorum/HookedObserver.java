package org.apache.zookeeper.server.quorum;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.NullMarked;

/** An observer that connects and syncs only as its server's hooks let it. */
@NullMarked
final class HookedObserver extends Observer {

    private final HookedQuorumPeer server;

    HookedObserver(HookedQuorumPeer server, ObserverZooKeeperServer zooKeeper) {
        super(server, zooKeeper);
        this.server = server;
    }

    @Override
    protected void sockConnect(Socket socket, InetSocketAddress leader, int timeout) throws IOException {
        server.connectToLeader(socket, leader, timeout);
    }

    @Override
    protected void syncWithLeader(long newLeaderZxid) throws Exception {
        server.awaitSync();
        super.syncWithLeader(newLeaderZxid);
    }
}
