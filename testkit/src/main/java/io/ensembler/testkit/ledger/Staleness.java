package io.ensembler.testkit.ledger;

import java.util.List;

/**
 * Tells whether a read missed a write of one client that was acknowledged before it was sent. Reads are to come in the
 * order of their times. For one thread.
 */
final class Staleness {

    private final List<Write> writes;
    private int next;
    private long version;

    Staleness(List<Write> writes) {
        this.writes = writes;
    }

    boolean isStale(Read read) {
        while (next < writes.size() && writes.get(next).completed() <= read.invoked()) {
            var write = writes.get(next++);
            if (write.isAcknowledged() && write.kind().writesRegister()) {
                version = write.version();
            }
        }
        return read.value().version() < version;
    }
}
