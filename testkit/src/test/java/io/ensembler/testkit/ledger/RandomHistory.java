package io.ensembler.testkit.ledger;

import io.ensembler.testkit.ledger.Write.Kind;
import io.ensembler.testkit.ledger.Write.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A history as an ensemble that keeps every promise might make it: with lost replies, of which some are applied and
 * some much later, refusals, expired sessions and reads of the past. It keeps account of what a check has to come to.
 */
final class RandomHistory {

    static final String SERVER = "10.0.0.";

    private static final int MOST_ENTRIES = 8;

    private final Random random;
    private final int writers;
    private final int readers;
    private final List<Register> registers = new ArrayList<>();
    private final List<List<Write>> writes = new ArrayList<>();
    private final List<List<Read>> reads = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private final List<Span> stalls = new ArrayList<>();
    private final List<Runnable> undelivered = new ArrayList<>();
    private final int[] sessions;
    private final long[] seen;
    private final boolean[] ephemeral;
    private long zxid = 0x1_0000_0000L;
    private long now = 1;
    private long ambiguousApplied;
    private long stale;

    /** What a server holds of one writer, and what its register held before. */
    private static final class Register {
        final List<Value> values = new ArrayList<>(List.of(new Value(Value.INITIAL, 0, 1, 0)));
        final TreeMap<Integer, String> entries = new TreeMap<>();
        final Deque<Integer> kept = new ArrayDeque<>();
        int children;
        long acknowledgedVersion;

        Value last() {
            return values.get(values.size() - 1);
        }
    }

    RandomHistory(long seed, int writers, int readers) {
        this.random = new Random(seed);
        this.writers = writers;
        this.readers = readers;
        this.sessions = new int[writers + readers];
        this.seen = new long[writers + readers];
        this.ephemeral = new boolean[writers + readers];
        for (int client = 0; client < writers + readers; client++) {
            reads.add(new ArrayList<>());
            sessions[client] = 1;
        }
        for (int writer = 0; writer < writers; writer++) {
            registers.add(new Register());
            writes.add(new ArrayList<>());
        }
    }

    RandomHistory operations(int count) {
        for (int i = 0; i < count; i++) {
            now += 1 + random.nextInt(1_000);
            int client = random.nextInt(writers + readers);
            if (chance(3)) {
                marks.add(new Mark("mark " + random.nextInt(4), now++));
            }
            if (chance(1)) {
                stalls.add(new Span(now, now + 40));
                now += 50;
            }
            if (!undelivered.isEmpty() && chance(20)) {
                undelivered.remove(random.nextInt(undelivered.size())).run();
            }
            if (client < writers && !chance(20)) {
                write(client);
            } else {
                read(client);
            }
        }
        now += 1_000;
        return this;
    }

    History history(int servers) {
        var looks = new ArrayList<Look>();
        for (int server = 1; server <= servers; server++) {
            for (int writer = 0; writer < writers; writer++) {
                var register = registers.get(writer);
                looks.add(new Look(
                        SERVER + server + ":2181", writer, register.last(), List.copyOf(register.entries.values())));
            }
        }
        return new History("/ledger/1", 0, now, writes, reads, marks, stalls, looks);
    }

    long ambiguousApplied() {
        return ambiguousApplied;
    }

    long stale() {
        return stale;
    }

    /** Returns how many sessions expired after which their client did something. */
    long expiredSessions() {
        long expired = 0;
        for (int client = 0; client < writers + readers; client++) {
            var sessionsUsed = new TreeSet<>(Set.of(1));
            reads.get(client).forEach(read -> sessionsUsed.add(read.session()));
            if (client < writers) {
                writes.get(client).forEach(write -> sessionsUsed.add(write.session()));
            }
            expired += sessionsUsed.last() - 1;
        }
        return expired;
    }

    long count(Outcome outcome) {
        return writes.stream()
                .flatMap(List::stream)
                .filter(write -> write.outcome() == outcome)
                .count();
    }

    private void write(int writer) {
        var register = registers.get(writer);
        int number = writes.get(writer).size();
        var kind = kind(writer, number);
        int trims = kind == Kind.TRIM ? register.kept.removeFirst() : Write.NONE;
        long nonce = 1 + random.nextLong(Long.MAX_VALUE - 1);
        long invoked = now;
        now += 1 + random.nextInt(100);
        var outcome = chance(90) ? Outcome.ACKNOWLEDGED : chance(60) ? Outcome.AMBIGUOUS : Outcome.REFUSED;
        long version = Write.NONE;
        if (outcome == Outcome.ACKNOWLEDGED) {
            version = apply(writer, kind, number, nonce, trims);
            seen[writer] = zxid;
            ephemeral[writer] |= kind == Kind.EPHEMERAL;
            if (kind == Kind.ADD) {
                register.kept.addLast(number);
            }
        } else if (outcome == Outcome.AMBIGUOUS) {
            lose(writer, kind, number, nonce, trims);
        }
        writes.get(writer)
                .add(new Write(
                        number,
                        kind,
                        nonce,
                        sessions[writer],
                        Math.max(0, invoked - random.nextInt(2_000)),
                        invoked,
                        now,
                        outcome,
                        outcome == Outcome.ACKNOWLEDGED ? "" : "SOME_CODE",
                        outcome == Outcome.ACKNOWLEDGED ? zxid : 0,
                        version,
                        trims));
        if (outcome == Outcome.ACKNOWLEDGED && kind.writesRegister()) {
            register.acknowledgedVersion = version;
        }
        if (outcome == Outcome.AMBIGUOUS && chance(50)) {
            expire(writer);
        }
    }

    private Kind kind(int writer, int number) {
        var register = registers.get(writer);
        if (number == 0 || writes.get(writer).get(number - 1).session() != sessions[writer]) {
            return Kind.EPHEMERAL;
        }
        if (chance(25) && register.kept.size() < MOST_ENTRIES) {
            return Kind.ADD;
        }
        return chance(25) && register.kept.size() > 1 ? Kind.TRIM : Kind.SET;
    }

    /** The answer is lost: the write is applied now, later or never. */
    private void lose(int writer, Kind kind, int number, long nonce, int trims) {
        Runnable delivery = () -> {
            apply(writer, kind, number, nonce, trims);
            ambiguousApplied += kind == Kind.EPHEMERAL ? 0 : 1;
        };
        if (chance(40)) {
            delivery.run();
        } else if (chance(40)) {
            undelivered.add(delivery);
        }
    }

    /** Returns the version or the sequence number that it gets. */
    private long apply(int writer, Kind kind, int number, long nonce, int trims) {
        zxid += 1 + random.nextInt(3);
        var register = registers.get(writer);
        if (kind == Kind.ADD) {
            long sequence = register.children++;
            register.entries.put(number, Entry.prefix(number, nonce) + "%010d".formatted(sequence));
            return sequence;
        }
        if (kind == Kind.EPHEMERAL) {
            return Write.NONE;
        }
        if (kind == Kind.TRIM) {
            register.entries.remove(trims);
            register.children++;
        }
        register.values.add(new Value(number, nonce, zxid, register.last().version() + 1));
        return register.last().version();
    }

    private void read(int client) {
        long invoked = now;
        now += 1 + random.nextInt(100);
        if (chance(5)) {
            note(client, Read.Kind.REGISTER, 0, invoked, false, Value.ABSENT);
            expire(client);
        } else if (client < writers && chance(20)) {
            var there = new Value(Value.INITIAL, 0, 1, 0);
            note(client, Read.Kind.EPHEMERAL, client, invoked, true, ephemeral[client] ? there : Value.ABSENT);
        } else {
            int writer = random.nextInt(writers);
            var value = anyFrom(registers.get(writer).values, seen[client]);
            boolean synced = chance(50);
            seen[client] = Math.max(seen[client], value.zxid());
            stale += synced && value.version() < registers.get(writer).acknowledgedVersion ? 1 : 0;
            note(client, synced ? Read.Kind.SYNCED_REGISTER : Read.Kind.REGISTER, writer, invoked, true, value);
        }
    }

    /** A session sees an ensemble that never goes back as a whole, but may lag behind. */
    private Value anyFrom(List<Value> values, long zxidSeen) {
        int oldest = values.size() - 1;
        while (oldest > 0 && values.get(oldest).zxid() > zxidSeen) {
            oldest--;
        }
        return chance(70) ? values.get(values.size() - 1) : values.get(oldest + random.nextInt(values.size() - oldest));
    }

    private void note(int client, Read.Kind kind, int writer, long invoked, boolean answered, Value value) {
        reads.get(client)
                .add(new Read(
                        kind,
                        writer,
                        sessions[client],
                        Math.max(0, invoked - random.nextInt(500)),
                        invoked,
                        now,
                        answered,
                        value));
    }

    private void expire(int client) {
        sessions[client]++;
        seen[client] = 0;
        ephemeral[client] = false;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
