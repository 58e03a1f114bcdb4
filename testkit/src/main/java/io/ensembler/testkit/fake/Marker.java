package io.ensembler.testkit.fake;

import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Whether a session to one server shows, after a sync, what was written just before. */
final class Marker {

    private final ClientSession session;
    private final long znode;
    private final long zxid;
    private @Nullable Boolean shown;
    private @Nullable Reply failure;

    private Marker(ClientSession session, long znode, long zxid) {
        this.session = session;
        this.znode = znode;
        this.zxid = zxid;
    }

    /** Asks a session that is connected. */
    static Marker askedFor(ClientSession session, long znode, long zxid) {
        var marker = new Marker(session, znode, zxid);
        var sync = Request.of(Request.Kind.SYNC, session.id());
        sync.onReply(marker::synced);
        session.ask(sync);
        return marker;
    }

    private void synced(Request sync) {
        if (sync.reply() != Reply.OK) {
            failure = sync.reply();
            return;
        }
        var find = Request.about(Request.Kind.FIND_ZNODE, session.id(), znode);
        find.onReply(this::found);
        session.ask(find);
    }

    private void found(Request find) {
        switch (find.reply()) {
            case OK -> shown = Long.compareUnsigned(find.zxid(), zxid) >= 0;
            case NO_NODE -> shown = false;
            default -> failure = find.reply();
        }
    }

    /** Whether all are known to be shown or not, or have failed; those that are so are taken out, since they stay so. */
    static boolean areDone(Queue<Marker> awaited) {
        for (var next = awaited.peek(); next != null && next.isDone(); next = awaited.peek()) {
            awaited.remove();
        }
        return awaited.isEmpty();
    }

    boolean isDone() {
        return shown != null || failure != null;
    }

    boolean isShown() {
        return shown != null && shown;
    }

    boolean hasFailed() {
        return failure != null;
    }

    @Override
    public String toString() {
        return "marker " + znode + (shown == null ? " failed with " + failure : " shown: " + shown);
    }
}
