package io.ensembler.testkit.fake;

import org.jspecify.annotations.Nullable;

/**
 * What a leader has proposed and who acknowledged it. It needs a quorum of the configuration that was in force when it
 * was proposed, and one of the configuration that was pending then, whatever is committed meanwhile.
 */
final class Proposal {

    private final Transaction transaction;
    private final Listing inForce;
    private final @Nullable Listing pending;
    private long acknowledged;

    Proposal(Transaction transaction, Listing inForce, Listing lastSeen) {
        this.transaction = transaction;
        this.inForce = inForce;
        this.pending = lastSeen.version() > inForce.version() ? lastSeen : null;
    }

    Transaction transaction() {
        return transaction;
    }

    void acknowledge(long server) {
        acknowledged |= server;
    }

    long acknowledged() {
        return acknowledged;
    }

    boolean hasQuorums() {
        return inForce.isQuorum(acknowledged) && (pending == null || pending.isQuorum(acknowledged));
    }

    /** Whether it cannot be committed unless one of these acknowledges it, or has. */
    boolean needs(long server) {
        return !acknowledgedBy(server)
                && (!inForce.isQuorum(~server) || (pending != null && !pending.isQuorum(~server)));
    }

    private boolean acknowledgedBy(long server) {
        return (acknowledged & server) != 0;
    }
}
