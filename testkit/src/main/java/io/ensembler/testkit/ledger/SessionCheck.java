package io.ensembler.testkit.ledger;

import io.ensembler.report.TrafficReport.Violation;
import java.util.Arrays;
import java.util.List;

/**
 * Checks that what one client sees never goes back within a session, and that its ephemeral znode is there. It takes the
 * reads and writes of the client in the order of their times. For one thread.
 */
final class SessionCheck {

    private final String client;
    private final Findings findings;
    private final long[] newest;
    private int session;
    private boolean ephemeral;

    SessionCheck(String client, int writers, Findings findings) {
        this.client = client;
        this.findings = findings;
        this.newest = new long[writers];
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
        if (write.kind().writesRegister()) {
            newest[writer] = Math.max(newest[writer], write.zxid());
        } else if (write.kind() == Write.Kind.EPHEMERAL) {
            ephemeral = true;
        }
    }

    private void take(Read read) {
        enter(read.session());
        if (read.kind() == Read.Kind.EPHEMERAL) {
            if (ephemeral && read.value().number() == Value.ABSENT_NUMBER) {
                findings.add(
                        Violation.EPHEMERAL_GONE,
                        "the ephemeral znode of session " + session + " of " + client + " was gone while it lived");
            }
            return;
        }
        long zxid = read.value().zxid();
        if (zxid < newest[read.writer()]) {
            findings.add(
                    Violation.READ_WENT_BACK,
                    client + " read the register of " + History.writerName(read.writer()) + " as of transaction 0x"
                            + Long.toHexString(zxid) + " after 0x" + Long.toHexString(newest[read.writer()])
                            + " in the same session");
        }
        newest[read.writer()] = Math.max(newest[read.writer()], zxid);
    }

    private void enter(int newSession) {
        if (newSession != session) {
            session = newSession;
            ephemeral = false;
            Arrays.fill(newest, 0);
        }
    }
}
