package org.apache.zookeeper.server.quorum;

import java.io.IOException;
import org.jspecify.annotations.NullMarked;

/** A leader that nobody can follow while its server is cut off. */
@NullMarked
final class HookedLeader extends Leader {

    private final HookedQuorumPeer server;

    HookedLeader(HookedQuorumPeer server, LeaderZooKeeperServer zooKeeper) throws IOException {
        super(server, zooKeeper);
        this.server = server;
    }

    @Override
    public void addLearnerHandler(LearnerHandler learner) {
        super.addLearnerHandler(learner);
        if (server.isCutOff()) {
            learner.closeSocket();
        }
    }
}
