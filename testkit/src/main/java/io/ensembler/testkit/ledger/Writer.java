package io.ensembler.testkit.ledger;

import io.ensembler.testkit.ledger.Connection.Session;
import io.ensembler.testkit.ledger.Write.Kind;
import io.ensembler.testkit.ledger.Write.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Writes its register and makes and deletes sequential znodes, each write once, and notes what the answer was. Of every
 * four writes one makes a znode and one deletes the oldest, as soon as there are enough. Thread-safe.
 */
final class Writer extends Client {

    /** A transaction and what it gave to the znode. */
    private record Applied(long zxid, long version) {}

    /** A sequential znode that is there as far as the answers tell. */
    private record Kept(int number, String path) {}

    private static final int READ_EVERY = 16;

    private final int writer;
    private final Layout layout;
    private final List<ACL> acl;
    private final int mostEntries;

    // Guarded by this object.
    private final List<Write> writes = new ArrayList<>();
    private @Nullable Write inFlight;
    private long acknowledged;

    // Of the writer's thread alone.
    private final Deque<Kept> kept = new ArrayDeque<>();
    private int uncertain;
    private int lastSession;
    private String ephemeral = "";

    Writer(
            int writer,
            Layout layout,
            Access access,
            Connection connection,
            LongSupplier clock,
            int perSecond,
            int mostEntries) {
        super("ensembler-ledger " + layout.writer(writer), connection, clock, perSecond);
        this.writer = writer;
        this.layout = layout;
        this.acl = access.acl();
        this.mostEntries = mostEntries;
    }

    /** Returns all writes until now; one that has no answer yet is ambiguous. */
    synchronized List<Write> writes() {
        var all = new ArrayList<>(writes);
        if (inFlight != null) {
            all.add(inFlight);
        }
        return all;
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    @Override
    synchronized boolean isAtWork() {
        return acknowledged > 0;
    }

    @Override
    void operate(Session session, int number, long due) throws InterruptedException {
        var kind = kind(session, number);
        long nonce = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        int trims = kind == Kind.TRIM ? kept.getFirst().number() : Write.NONE;
        var sent = Write.sent(number, kind, nonce, session.number(), due, now(), trims);
        begin(sent);
        var answered = answer(session, sent);
        note(answered);
        keepCount(kind, answered.outcome());
        if (number % READ_EVERY == 0) {
            read(session, Read.Kind.REGISTER, writer, layout.register(writer), due);
            read(session, Read.Kind.EPHEMERAL, writer, ephemeral, due);
        }
    }

    @Override
    void leave(int number, long due) {
        long now = now();
        note(Write.sent(number, Kind.SET, 0, lastSession, due, now, Write.NONE).failed(now, Outcome.UNSENT, ""));
    }

    private Kind kind(Session session, int number) {
        if (session.number() != lastSession) {
            lastSession = session.number();
            return Kind.EPHEMERAL;
        }
        if (number % 4 == 1 && kept.size() + uncertain < mostEntries) {
            return Kind.ADD;
        }
        return number % 4 == 3 && kept.size() * 2 > mostEntries ? Kind.TRIM : Kind.SET;
    }

    private Write answer(Session session, Write sent) throws InterruptedException {
        try {
            var applied = send(session, sent.kind(), sent.number(), sent.nonce());
            return sent.acknowledged(now(), applied.zxid(), applied.version());
        } catch (KeeperException e) {
            return sent.failed(now(), outcome(e), e.code().name());
        }
    }

    private Applied send(Session session, Kind kind, int number, long nonce)
            throws KeeperException, InterruptedException {
        return switch (kind) {
            case SET -> set(session, number, nonce);
            case TRIM -> trim(session, number, nonce);
            case ADD -> add(session, number, nonce);
            case EPHEMERAL -> makeEphemeral(session, number, nonce);
        };
    }

    private Applied set(Session session, int number, long nonce) throws KeeperException, InterruptedException {
        var stat = session.client().setData(layout.register(writer), Value.data(number, nonce), -1);
        return new Applied(stat.getMzxid(), stat.getVersion());
    }

    private Applied trim(Session session, int number, long nonce) throws KeeperException, InterruptedException {
        var results = session.client()
                .multi(List.of(
                        Op.setData(layout.register(writer), Value.data(number, nonce), -1),
                        Op.delete(kept.getFirst().path(), -1)));
        var stat = ((OpResult.SetDataResult) results.get(0)).getStat();
        return new Applied(stat.getMzxid(), stat.getVersion());
    }

    private Applied add(Session session, int number, long nonce) throws KeeperException, InterruptedException {
        var stat = new Stat();
        var path = session.client()
                .create(layout.entry(writer, number, nonce), new byte[0], acl, CreateMode.PERSISTENT_SEQUENTIAL, stat);
        kept.addLast(new Kept(number, path));
        return new Applied(
                stat.getCzxid(),
                Entry.of(path.substring(path.lastIndexOf('/') + 1)).sequence());
    }

    private Applied makeEphemeral(Session session, int number, long nonce)
            throws KeeperException, InterruptedException {
        ephemeral = layout.ephemeral(writer, number, nonce);
        var stat = new Stat();
        session.client().create(ephemeral, new byte[0], acl, CreateMode.EPHEMERAL, stat);
        return new Applied(stat.getCzxid(), Write.NONE);
    }

    /** A znode that may or may not be there counts as one for good, so that there are never more than agreed. */
    private void keepCount(Kind kind, Outcome outcome) {
        if (kind == Kind.TRIM) {
            kept.removeFirst();
            uncertain += outcome == Outcome.ACKNOWLEDGED ? 0 : 1;
        } else if (kind == Kind.ADD) {
            uncertain += outcome == Outcome.AMBIGUOUS ? 1 : 0;
        }
    }

    /** Whoever takes the history now finds it, so that nothing can be read that nobody seems to have written. */
    private synchronized void begin(Write sent) {
        inFlight = sent;
    }

    private synchronized void note(Write write) {
        inFlight = null;
        writes.add(write);
        if (write.isAcknowledged()) {
            acknowledged++;
            notifyAll();
        }
    }

    /** Only what is known to come before anything is applied is a refusal. */
    private static Outcome outcome(KeeperException e) {
        return switch (e.code()) {
            case NONODE, NODEEXISTS, NOAUTH, BADVERSION, INVALIDACL, NOTREADONLY, QUOTAEXCEEDED, THROTTLEDOP ->
                Outcome.REFUSED;
            default -> Outcome.AMBIGUOUS;
        };
    }
}
