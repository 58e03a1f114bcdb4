package io.ensembler.testkit.ledger;

import io.ensembler.report.TrafficReport;
import io.ensembler.report.TrafficReport.Gap;
import io.ensembler.report.TrafficReport.Latency;
import io.ensembler.report.TrafficReport.Reads;
import io.ensembler.report.TrafficReport.Stalls;
import io.ensembler.report.TrafficReport.Writes;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Makes a report of a history, and nothing else: no clock, no ensemble. For a given number of clients and servers it
 * takes time in proportion to the number of reads and writes, but for searches and sorts. For one thread.
 */
final class Checker {

    private static final long BILLION = 1_000_000_000L;

    private final History history;
    private final Findings findings = new Findings();
    private final List<WriterCheck> checks = new ArrayList<>();

    private Checker(History history) {
        this.history = history;
    }

    static TrafficReport check(History history) {
        return new Checker(history).report();
    }

    private TrafficReport report() {
        long ambiguousApplied = checkWrites();
        checkSessions();
        var gaps = new Gaps(history.marks(), history.stalls(), history.end());
        var byWriter = new LinkedHashMap<String, Gap>();
        for (int writer = 0; writer < history.writes().size(); writer++) {
            byWriter.put(History.writerName(writer), gaps.add(history.writes().get(writer)));
        }
        return new TrafficReport(
                Duration.ofNanos(history.end()),
                writes(ambiguousApplied),
                reads(),
                serversAsked(),
                expiredSessions(),
                findings.counts(),
                findings.examples(),
                gaps.overall(),
                gaps.byMark(),
                gaps.acknowledgedByMark(),
                byWriter,
                latency(),
                stalls());
    }

    /** Returns how many writes without answer are known to have been applied. */
    private long checkWrites() {
        for (int writer = 0; writer < history.writes().size(); writer++) {
            var check = new WriterCheck(writer, history.writes().get(writer), findings);
            check.checkAnswers();
            checks.add(check);
        }
        for (int client = 0; client < history.reads().size(); client++) {
            for (var read : history.reads().get(client)) {
                if (read.answered() && read.kind() != Read.Kind.EPHEMERAL) {
                    checks.get(read.writer()).checkRead(read, history.clientName(client));
                }
            }
        }
        for (var look : history.looks()) {
            checks.get(look.writer()).checkLook(look);
        }
        checks.forEach(WriterCheck::checkOrder);
        for (int writer = 0; writer < checks.size(); writer++) {
            checks.get(writer).settleWith(finalVersion(writer));
        }
        return checks.stream().mapToLong(WriterCheck::ambiguousApplied).sum();
    }

    private long finalVersion(int writer) {
        return history.looks().stream()
                .filter(look -> look.writer() == writer)
                .mapToLong(look -> look.register().version())
                .max()
                .orElse(-1);
    }

    private void checkSessions() {
        int writers = history.writes().size();
        var transactions = checks.stream().map(WriterCheck::transactions).toList();
        for (int client = 0; client < history.reads().size(); client++) {
            var own = client < writers ? history.writes().get(client) : List.<Write>of();
            new SessionCheck(history.clientName(client), transactions, findings)
                    .check(history.reads().get(client), client, own);
        }
    }

    private Writes writes(long ambiguousApplied) {
        return new Writes(
                count(Write.Outcome.ACKNOWLEDGED),
                count(Write.Outcome.REFUSED),
                count(Write.Outcome.AMBIGUOUS),
                ambiguousApplied,
                required());
    }

    private long count(Write.Outcome outcome) {
        return history.writes().stream()
                .flatMap(List::stream)
                .filter(write -> write.outcome() == outcome)
                .count();
    }

    /** Nobody can write while the clients' own JVM stands still. */
    private long required() {
        long able = Math.max(0, history.end() - stalls().total().toNanos());
        long whole = able / BILLION * history.minimumRate();
        long rest = able % BILLION * history.minimumRate() / BILLION;
        return history.minimumRate() == 0 ? 0 : Math.max(1, whole + rest);
    }

    private Reads reads() {
        long answered = 0;
        long failed = 0;
        long synced = 0;
        long stale = 0;
        for (var client : history.reads()) {
            var staleness = history.writes().stream().map(Staleness::new).toList();
            for (var read : client) {
                if (!read.answered()) {
                    failed++;
                    continue;
                }
                answered++;
                if (read.kind() == Read.Kind.SYNCED_REGISTER) {
                    synced++;
                    stale += staleness.get(read.writer()).isStale(read) ? 1 : 0;
                }
            }
        }
        return new Reads(answered, failed, synced, stale, silentReaders());
    }

    private long silentReaders() {
        return history.reads().stream()
                .skip(history.writes().size())
                .filter(reads -> reads.stream().noneMatch(Read::answered))
                .count();
    }

    private int serversAsked() {
        return Math.toIntExact(
                history.looks().stream().map(Look::server).distinct().count());
    }

    private long expiredSessions() {
        var last = new int[history.reads().size()];
        for (int client = 0; client < last.length; client++) {
            for (var read : history.reads().get(client)) {
                last[client] = Math.max(last[client], read.session());
            }
        }
        for (int writer = 0; writer < history.writes().size(); writer++) {
            for (var write : history.writes().get(writer)) {
                last[writer] = Math.max(last[writer], write.session());
            }
        }
        return Arrays.stream(last).map(session -> Math.max(0, session - 1)).sum();
    }

    private Latency latency() {
        var micros = new Histogram(3);
        for (var writes : history.writes()) {
            for (var write : writes) {
                if (write.isAcknowledged()) {
                    micros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(write.completed() - write.due())));
                }
            }
        }
        return new Latency(at(micros, 50), at(micros, 99), at(micros, 99.9), at(micros, 100));
    }

    private static Duration at(Histogram micros, double percentile) {
        return Duration.of(micros.getValueAtPercentile(percentile), ChronoUnit.MICROS);
    }

    private Stalls stalls() {
        return new Stalls(
                history.stalls().size(),
                Duration.ofNanos(
                        history.stalls().stream().mapToLong(Span::length).sum()),
                Duration.ofNanos(
                        history.stalls().stream().mapToLong(Span::length).max().orElse(0)));
    }
}
