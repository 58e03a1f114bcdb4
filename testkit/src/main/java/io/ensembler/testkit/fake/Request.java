package io.ensembler.testkit.fake;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Something a client asks of the ensemble, and what became of it. */
final class Request {

    /** What is asked for. */
    enum Kind {
        OPEN_SESSION,
        MOVE_SESSION,
        CLOSE_SESSION,
        CREATE_ZNODE,
        WRITE_ZNODE,
        WRITE,
        FIND_ZNODE,
        READ_CONFIGURATION,
        SYNC,
        RECONFIGURE,
        PROBE_RECONFIGURATION,
        PROBE_WRITING,
        TAMPER;

        boolean isRead() {
            return this == FIND_ZNODE || this == READ_CONFIGURATION;
        }
    }

    private final Kind kind;
    /** Whose session it comes from, 0 for what needs none. */
    private final long session;

    private final long znode;
    private final @Nullable Reconfiguration reconfiguration;
    /** Whether a plan's sender sent it. */
    private final boolean ours;

    private @Nullable Connection connection;
    private @Nullable SimulatedServer origin;
    private int originTerm;
    private @Nullable Consumer<Request> onReply;
    private Reply reply = Reply.NONE_YET;
    private long zxid;
    private @Nullable Shown shown;
    private boolean lost;
    private @Nullable Transaction proposed;
    private Reply verdict = Reply.OK;

    private Request(Kind kind, long session, long znode, @Nullable Reconfiguration reconfiguration, boolean ours) {
        this.kind = kind;
        this.session = session;
        this.znode = znode;
        this.reconfiguration = reconfiguration;
        this.ours = ours;
    }

    static Request of(Kind kind, long session) {
        return new Request(kind, session, 0, null, false);
    }

    static Request about(Kind kind, long session, long znode) {
        return new Request(kind, session, znode, null, false);
    }

    static Request toReconfigure(long session, Reconfiguration reconfiguration) {
        return new Request(Kind.RECONFIGURE, session, 0, reconfiguration, session != 0);
    }

    Kind kind() {
        return kind;
    }

    long session() {
        return session;
    }

    long znode() {
        return znode;
    }

    @Nullable
    Reconfiguration reconfiguration() {
        return reconfiguration;
    }

    boolean isOurs() {
        return ours;
    }

    /** Over which connection it came; null for what nobody waits for at a client. */
    @Nullable
    Connection connection() {
        return connection;
    }

    void sentOver(Connection over) {
        connection = over;
    }

    /** A server got it from a client, in this term of its service. */
    void received(SimulatedServer by, int term) {
        origin = by;
        originTerm = term;
    }

    /** Whether a client waits at this server for what comes of it. */
    boolean isAwaitedAt(SimulatedServer server, int term) {
        return origin == server && originTerm == term && (connection == null || connection.isOpenAtServer());
    }

    void onReply(Consumer<Request> what) {
        onReply = what;
    }

    boolean isAnswered() {
        return reply != Reply.NONE_YET;
    }

    Reply reply() {
        return reply;
    }

    /** The zxid of what was written, or of what wrote the znode read last. */
    long zxid() {
        return zxid;
    }

    /** What was read of the configuration znode. */
    @Nullable
    Shown shown() {
        return shown;
    }

    /** Takes what came back to the client; the first answer counts. */
    void answer(Reply code, long answerZxid, @Nullable Shown answerShown) {
        if (reply == Reply.NONE_YET) {
            reply = code;
            zxid = answerZxid;
            shown = answerShown;
            if (onReply != null) {
                onReply.accept(this);
            }
        }
    }

    /** It was dropped on the way: no leader will get it. */
    void lose() {
        lost = true;
    }

    boolean isLost() {
        return lost;
    }

    /** A leader proposed it, as this transaction. */
    void propose(Transaction transaction) {
        proposed = transaction;
    }

    @Nullable
    Transaction proposed() {
        return proposed;
    }

    /** What the leader made of it. */
    Reply verdict() {
        return verdict;
    }

    void decide(Reply code) {
        verdict = code;
    }
}
