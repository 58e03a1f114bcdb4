package org.apache.zookeeper.server.quorum;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A follower that connects and syncs only as its server's hooks let it, and knows what it has acknowledged. */
@NullMarked
final class HookedFollower extends Follower {

    private final HookedQuorumPeer server;

    // Guarded by this object.
    private long written;
    private long acknowledged;

    HookedFollower(HookedQuorumPeer server, FollowerZooKeeperServer zooKeeper) {
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

    @Override
    void writePacket(@Nullable QuorumPacket packet, boolean flush) throws IOException {
        long flushed = written();
        super.writePacket(packet, flush);
        sent(packet != null && packet.getType() == Leader.ACK ? packet.getZxid() : flushed, flush);
    }

    /** Returns once the leader has been sent an acknowledgement of this transaction, or the run is to end. */
    synchronized void awaitAcknowledged(long zxid) throws InterruptedException {
        while (acknowledged < zxid && !server.isEnding()) {
            wait(10);
        }
    }

    private synchronized long written() {
        return written;
    }

    private synchronized void sent(long zxid, boolean flushed) {
        written = Math.max(written, zxid);
        if (flushed) {
            acknowledged = Math.max(acknowledged, zxid);
            notifyAll();
        }
    }
}
