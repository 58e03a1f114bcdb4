package io.ensembler.testkit.ledger;

import io.ensembler.report.TrafficReport.Violation;
import java.util.Arrays;
import java.util.List;

/**
 * Checks that what one client sees never goes back within a session, and that its ephemeral znode is there. It takes
 * the reads and writes of the client in the order of their times. For one thread.
 *
 * <p>What never goes back is the whole tree: a server applies transactions one after the other, a client connects to no
 * server that has not come as far as its session has seen, and a transaction is told of once it is applied as a whole.
 * So a read shows everything up to the latest transaction that its session has heard of, in whichever znode that was.
 */
final class SessionCheck {

    private final String client;
    private final Findings findings;
    private final List<long[]> transactions;
    private final long[] newest;
    private long latest;
    private int session;
    private boolean ephemeral;

    /**
     * Makes a check of one client.
     *
     * @param transactions for each writer, in ascending order, those that are known to have written its register
     */
    SessionCheck(String client, List<long[]> transactions, Findings findings) {
        this.client = client;
        this.findings = findings;
        this.transactions = transactions;
        this.newest = new long[transactions.size()];
    }

    void check(List<Read> reads, int writer, List<Write> ownWrites) {
        int next = 0;
        for (var read : reads) {
            while (next < ownWrites.size() && ownWrites.get(next).completed() <= read.invoked()) {
                take(writer, ownWrites.get(next++));
            }
            if (read.answered()) {
                take(read);
            }
        }
    }

    private void take(int writer, Write write) {
        if (!write.isAcknowledged()) {
            return;
        }
        enter(write.session());
        latest = Math.max(latest, write.zxid());
        if (write.kind().writesRegister()) {
            newest[writer] = Math.max(newest[writer], write.zxid());
        } else if (write.kind() == Write.Kind.EPHEMERAL) {
            ephemeral = true;
        }
    }

    private void take(Read read) {
        enter(read.session());
        latest = Math.max(latest, read.value().zxid());
        if (read.kind() == Read.Kind.EPHEMERAL) {
            if (ephemeral && read.value().number() == Value.ABSENT_NUMBER) {
                findings.add(
                        Violation.EPHEMERAL_GONE,
                        "the ephemeral znode of session " + session + " of " + client + " was gone while it lived");
            }
            return;
        }
        int writer = read.writer();
        long zxid = read.value().zxid();
        long needed = Math.max(newest[writer], lastUpTo(latest, transactions.get(writer)));
        if (zxid < needed) {
            findings.add(
                    Violation.READ_WENT_BACK,
                    client + " read the register of " + History.writerName(writer) + " as of transaction 0x"
                            + Long.toHexString(zxid) + " after 0x" + Long.toHexString(latest) + " in the same session"
                            + (needed == latest ? "" : ", without 0x" + Long.toHexString(needed)));
        }
        newest[writer] = Math.max(newest[writer], zxid);
    }

    /** Returns the last of these transactions that is no later than the other; 0 if there is none. */
    private static long lastUpTo(long latest, long[] ascending) {
        int found = Arrays.binarySearch(ascending, latest);
        int place = found >= 0 ? found : -found - 2;
        return place >= 0 ? ascending[place] : 0;
    }

    private void enter(int newSession) {
        if (newSession != session) {
            session = newSession;
            ephemeral = false;
            latest = 0;
            Arrays.fill(newest, 0);
        }
    }
}
