package io.ensembler.testkit.ledger;

import io.ensembler.report.TrafficReport.Violation;
import io.ensembler.testkit.ledger.Sightings.Sighting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Checks the writes of one client against each other and against what servers hold at the end. Since nobody else writes
 * its znodes, each write is known to follow the one before, and every pass takes time in proportion to what it looks
 * at, but for a search and a sort. For one thread.
 */
final class WriterCheck {

    private final int writer;
    private final List<Write> writes;
    private final Findings findings;
    private final BitSet lost = new BitSet();
    private final BitSet seen = new BitSet();

    /** The acknowledged writes of the register that stand as far as the answers tell, by version. */
    private final List<Write> standing = new ArrayList<>();

    /** What was seen beside them. */
    private final Sightings sightings;

    private final int[] trimmedBy;
    private final long[] mostVersions;
    private long ambiguousApplied;
    private long unsettled;
    private long highestVersion;

    WriterCheck(int writer, List<Write> writes, Findings findings) {
        this.writer = writer;
        this.writes = writes;
        this.findings = findings;
        this.sightings = new Sightings(name(), findings);
        this.trimmedBy = new int[writes.size()];
        this.mostVersions = new long[writes.size()];
        Arrays.fill(trimmedBy, Write.NONE);
    }

    /** Looks at the answers alone, before anything else is asked. */
    void checkAnswers() {
        long lastZxid = 0;
        long lastSequence = -1;
        long registerWrites = 0;
        for (var write : writes) {
            if (write.kind().writesRegister() && write.mayHold()) {
                registerWrites++;
            }
            mostVersions[write.number()] = registerWrites;
            if (write.kind() == Write.Kind.TRIM && write.mayHold()) {
                trimmedBy[write.trims()] = write.number();
            }
            if (write.isAmbiguous() && write.kind().writesRegister()) {
                unsettled++;
            }
            if (!write.isAcknowledged()) {
                continue;
            }
            if (Long.compareUnsigned(write.zxid(), lastZxid) <= 0) {
                report(
                        Violation.WRITE_OUT_OF_ORDER,
                        write,
                        "was acknowledged as transaction 0x" + Long.toHexString(write.zxid())
                                + ", after an earlier one as 0x" + Long.toHexString(lastZxid));
            }
            lastZxid = write.zxid();
            if (write.kind() == Write.Kind.ADD) {
                if (write.version() <= lastSequence) {
                    report(
                            Violation.WRITE_OUT_OF_ORDER,
                            write,
                            "was acknowledged with sequence number " + write.version() + ", after an earlier one with "
                                    + lastSequence);
                }
                lastSequence = write.version();
            }
            if (write.kind().writesRegister()) {
                follow(write);
            }
        }
    }

    /** A version that was given out twice shows that what was written since had been lost. */
    private void follow(Write write) {
        while (!standing.isEmpty() && last().version() >= write.version()) {
            lose(
                    last(),
                    "was acknowledged with version " + last().version() + ", and so was write " + write.number()
                            + " after it with version " + write.version());
            standing.remove(standing.size() - 1);
            highestVersion = standing.isEmpty() ? 0 : last().version();
        }
        if (write.version() > mostVersions[write.number()]) {
            report(
                    Violation.UNKNOWN_VALUE,
                    write,
                    "was acknowledged with version " + write.version() + ", but only " + mostVersions[write.number()]
                            + " had been sent");
        }
        settle(write.version() - highestVersion - 1);
        highestVersion = write.version();
        standing.add(write);
    }

    private void settle(long applied) {
        long settled = Math.max(0, Math.min(applied, unsettled));
        ambiguousApplied += settled;
        unsettled -= settled;
    }

    private Write last() {
        return standing.get(standing.size() - 1);
    }

    /** Looks at what a client read from the register. */
    void checkRead(Read read, String client) {
        var value = read.value();
        if (value.number() == Value.ABSENT_NUMBER) {
            return;
        }
        checkValue(value, client + " read");
        if (isKnown(value) && writes.get(value.number()).invoked() > read.completed()) {
            findings.add(
                    Violation.UNKNOWN_VALUE,
                    client + " read write " + value.number() + " of " + name() + " before it was sent");
        }
    }

    /** Looks at what a server holds at the end. */
    void checkLook(Look look) {
        var value = look.register();
        var server = "the server at " + look.server() + " holds";
        checkNotGone(value, server);
        if (value.number() != Value.ABSENT_NUMBER) {
            checkValue(value, server);
        }
        for (int i = standing.size() - 1; i >= 0 && standing.get(i).version() >= value.version(); i--) {
            var write = standing.get(i);
            if (write.version() > value.version()) {
                lose(write, "gave the register version " + write.version() + ", but " + server + " " + value.text());
            } else if (!isOf(value, write)) {
                lose(write, "is gone: in its place " + server + " " + value.text());
            }
        }
        checkEntries(look, server);
    }

    /** What was read is there in the end, or something later; of acknowledged writes another check tells. */
    private void checkNotGone(Value value, String server) {
        var seen = sightings.highest();
        if (seen != null
                && seen.value().number() != Value.INITIAL
                && seen.value().version() > Math.max(value.version(), highestVersion)) {
            sightings.contradict(new Sighting(value, server), seen);
        }
    }

    /** Looks whether all that was answered and seen is one history: versions rise with the transactions. */
    void checkOrder() {
        Sighting latestAnswer = null;
        Sighting latestSeen = null;
        int next = 0;
        for (var seen : sightings.sorted()) {
            long version = seen.value().version();
            for (; next < standing.size() && standing.get(next).version() < version; next++) {
                latestAnswer = later(latestAnswer, checkOrder(standing.get(next), latestSeen));
            }
            for (var before : new Sighting[] {latestAnswer, latestSeen}) {
                if (before != null && before.value().zxid() >= seen.value().zxid()) {
                    sightings.contradict(seen, before);
                }
            }
            latestSeen = later(latestSeen, seen);
        }
        for (; next < standing.size(); next++) {
            checkOrder(standing.get(next), latestSeen);
        }
    }

    /** A lower version that a later transaction gave shows that the higher one had been lost. */
    private Sighting checkOrder(Write write, @Nullable Sighting lower) {
        if (lower != null
                && lower.value().version() < write.version()
                && lower.value().zxid() >= write.zxid()) {
            lose(
                    write,
                    "was acknowledged with version " + write.version() + " as transaction 0x"
                            + Long.toHexString(write.zxid()) + ", but " + lower);
        }
        return new Sighting(
                new Value(write.number(), write.nonce(), write.zxid(), write.version()), name() + " was told of");
    }

    private static Sighting later(@Nullable Sighting one, Sighting other) {
        return one == null || other.value().zxid() > one.value().zxid() ? other : one;
    }

    /** Returns, in ascending order, the transactions that are known to have written the register and were not lost. */
    long[] transactions() {
        var answered =
                standing.stream().filter(write -> !lost.get(write.number())).mapToLong(Write::zxid);
        var seenBeside = sightings.sorted().stream()
                .mapToLong(sighting -> sighting.value().zxid());
        return LongStream.concat(answered, seenBeside).sorted().toArray();
    }

    /** Settles what the register at the end tells of writes without answer. */
    void settleWith(long finalVersion) {
        settle(finalVersion - highestVersion);
    }

    /** Returns how many writes without answer are known to have been applied. */
    long ambiguousApplied() {
        long registers = 0;
        long others = 0;
        for (int number = seen.nextSetBit(0); number >= 0; number = seen.nextSetBit(number + 1)) {
            var write = writes.get(number);
            if (write.isAmbiguous()) {
                registers += write.kind().writesRegister() ? 1 : 0;
                others += write.kind().writesRegister() ? 0 : 1;
            }
        }
        return Math.max(ambiguousApplied, registers) + others;
    }

    private void checkEntries(Look look, String server) {
        var present = new BitSet();
        for (var name : look.entries()) {
            var entry = Entry.of(name);
            var write = entry.number() >= 0 && entry.number() < writes.size() ? writes.get(entry.number()) : null;
            if (write == null || write.kind() != Write.Kind.ADD || write.nonce() != entry.nonce()) {
                findings.add(
                        Violation.UNKNOWN_VALUE, server + " the entry " + name + ", which " + name() + " never made");
                continue;
            }
            if (present.get(entry.number())) {
                report(
                        Violation.DUPLICATE_CREATE,
                        write,
                        "made more than one znode: " + server + " " + name + " as well");
            } else if (write.isAcknowledged() && write.version() != entry.sequence()) {
                report(
                        Violation.DUPLICATE_CREATE,
                        write,
                        "made a znode with sequence number " + write.version() + ", but " + server + " " + name
                                + " as well");
                continue;
            }
            present.set(entry.number());
            seen.set(entry.number());
            if (!write.mayHold()) {
                report(Violation.UNKNOWN_VALUE, write, "was not applied by its answer, but " + server + " " + name);
            }
        }
        for (var write : writes) {
            if (write.isAcknowledged() && write.kind() == Write.Kind.ADD) {
                checkEntry(write, present.get(write.number()), server);
            }
        }
    }

    private void checkEntry(Write added, boolean present, String server) {
        int trim = trimmedBy[added.number()];
        if (trim == Write.NONE && !present) {
            lose(added, "made a znode, but " + server + " none of it");
        } else if (trim != Write.NONE && present && writes.get(trim).isAcknowledged()) {
            lose(writes.get(trim), "deleted the znode of write " + added.number() + ", but " + server + " it");
        }
    }

    private void checkValue(Value value, String reader) {
        if (value.number() == Value.INITIAL ? checkInitial(value, reader) : checkWritten(value, reader)) {
            sightings.add(value, reader);
        }
        var acknowledged = standingAt(value.version());
        if (acknowledged != null && !isOf(value, acknowledged) && !isAsAnswered(value)) {
            lose(acknowledged, "is gone: in its place " + reader + " " + value.text());
        }
    }

    /** Returns whether it can be the first value. */
    private boolean checkInitial(Value value, String reader) {
        if (value.version() != 0) {
            findings.add(Violation.UNKNOWN_VALUE, reader + " " + value.text() + " in the register of " + name());
        }
        return value.version() == 0;
    }

    /** Returns whether it can be the value of a write that was not answered. */
    private boolean checkWritten(Value value, String reader) {
        if (!isKnown(value)) {
            findings.add(
                    Violation.UNKNOWN_VALUE,
                    reader + " " + value.text() + " in the register of " + name() + ", which never wrote that");
            return false;
        }
        var write = writes.get(value.number());
        seen.set(value.number());
        if (!write.mayHold()) {
            report(Violation.UNKNOWN_VALUE, write, "was not applied by its answer, but " + reader + " it");
        } else if (write.isAcknowledged() && !isAsAnswered(value)) {
            report(
                    Violation.UNKNOWN_VALUE,
                    write,
                    "was acknowledged with version " + write.version() + " as transaction 0x"
                            + Long.toHexString(write.zxid()) + ", but " + reader + " " + value.text());
        }
        return write.isAmbiguous();
    }

    /** Returns whether its writer was told the same. */
    private boolean isAsAnswered(Value value) {
        if (!isKnown(value)) {
            return false;
        }
        var write = writes.get(value.number());
        return write.isAcknowledged() && write.version() == value.version() && write.zxid() == value.zxid();
    }

    private static boolean isOf(Value value, Write write) {
        return write.number() == value.number() && write.nonce() == value.nonce();
    }

    /** Returns the acknowledged write that stands with this version; null if there is none. */
    private @Nullable Write standingAt(long version) {
        int low = 0;
        int high = standing.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (standing.get(middle).version() < version) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < standing.size() && standing.get(low).version() == version ? standing.get(low) : null;
    }

    private boolean isKnown(Value value) {
        return value.number() >= 0
                && value.number() < writes.size()
                && writes.get(value.number()).kind().writesRegister()
                && writes.get(value.number()).nonce() == value.nonce();
    }

    private void lose(Write write, String how) {
        if (!lost.get(write.number())) {
            lost.set(write.number());
            report(Violation.LOST_WRITE, write, how);
        }
    }

    private void report(Violation violation, Write write, String how) {
        findings.add(violation, "write " + write.number() + " of " + name() + " " + how);
    }

    private String name() {
        return History.writerName(writer);
    }
}
