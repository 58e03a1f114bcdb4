package io.ensembler.testkit.ledger;

import io.ensembler.report.TrafficReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Everything the clients of a ledger did and saw. Immutable. It can be kept in a file and checked again later, since a
 * check may be wrong as well as an ensemble.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class History {

    private final String path;
    private final int minimumRate;
    private final long end;
    private final List<List<Write>> writes;
    private final List<List<Read>> reads;
    private final List<Mark> marks;
    private final List<Span> stalls;
    private final List<Look> looks;

    /**
     * Makes a history.
     *
     * @param path below which the znodes are
     * @param minimumRate how many writes a second have to be acknowledged for the report to mean something
     * @param end when the clients were stopped, or the history was taken, in nanoseconds since the ledger began
     * @param writes for each client that writes, by number
     * @param reads for each client, those that write first, in the order they were sent
     * @param marks by time
     * @param stalls by time
     * @param looks what servers held at the end, for each server and each client that writes
     */
    History(
            String path,
            int minimumRate,
            long end,
            List<List<Write>> writes,
            List<List<Read>> reads,
            List<Mark> marks,
            List<Span> stalls,
            List<Look> looks) {
        this.path = path;
        this.minimumRate = minimumRate;
        this.end = end;
        this.writes = writes.stream().map(List::copyOf).toList();
        this.reads = reads.stream().map(List::copyOf).toList();
        this.marks = List.copyOf(marks);
        this.stalls = List.copyOf(stalls);
        this.looks = List.copyOf(looks);
    }

    /**
     * Reads a history that {@link #writeTo} wrote.
     *
     * @throws HistoryFormatException if the file holds anything else, or its end is missing
     * @throws UncheckedIOException if it cannot be read
     */
    public static History read(Path file) {
        try (var lines = Files.newBufferedReader(file)) {
            return new HistoryReader(file.toString()).read(lines);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the history in " + file, e);
        }
    }

    /**
     * Writes the history as JSON, a line for each thing that happened; the first line names the version of the format.
     * A file that is there is replaced.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public void writeTo(Path file) {
        try (var text = Files.newBufferedWriter(file)) {
            HistoryWriter.write(this, text);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the history to " + file, e);
        }
    }

    /**
     * Checks the history and returns what it comes to. The same history always gives the same report. Without a
     * server that was asked in the end ({@link Ledger#report}) it is {@linkplain TrafficReport#isVacuous vacuous}: what
     * vanished without leaving a trace in the answers is not found.
     */
    public TrafficReport check() {
        return Checker.check(this);
    }

    /** Returns how much there is: {@code 4210 writes by 2 clients, 900 reads, 2 marks, 6 looks at servers}. */
    @Override
    public String toString() {
        return total(writes) + " writes by " + writes.size() + " clients, " + total(reads) + " reads, " + marks.size()
                + " marks, " + looks.size() + " looks at servers";
    }

    /** Returns how a client that writes is called. */
    static String writerName(int writer) {
        return "writer-" + (writer + 1);
    }

    /** Returns how a client is called; those that write come first. */
    String clientName(int client) {
        return client < writes.size() ? writerName(client) : "reader-" + (client - writes.size() + 1);
    }

    String path() {
        return path;
    }

    int minimumRate() {
        return minimumRate;
    }

    long end() {
        return end;
    }

    List<List<Write>> writes() {
        return writes;
    }

    List<List<Read>> reads() {
        return reads;
    }

    List<Mark> marks() {
        return marks;
    }

    List<Span> stalls() {
        return stalls;
    }

    List<Look> looks() {
        return looks;
    }

    private static <T> int total(List<List<T>> lists) {
        return lists.stream().mapToInt(List::size).sum();
    }
}
