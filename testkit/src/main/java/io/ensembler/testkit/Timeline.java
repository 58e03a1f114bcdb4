package io.ensembler.testkit;

import io.ensembler.model.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What was done to an ensemble and when, as far as it was done through its {@link TestEnsemble}. An immutable snapshot,
 * in the order in which things began.
 *
 * @param entries what happened
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Timeline(List<Entry> entries) {

    /** Copies the list. */
    public Timeline {
        entries = List.copyOf(entries);
    }

    /** What kind of thing happened. */
    public enum Kind {
        /** A server was started. */
        START,
        /** A server has been stopped in good order. */
        STOP,
        /** A server ended by itself, or by a fault that had waited for its moment. */
        EXIT,
        /** A fault began. */
        FAULT,
        /** A fault was healed. */
        HEAL,
        /** The test marked a moment. */
        MARK
    }

    /**
     * One thing that happened.
     *
     * @param sinceStart how long after the ensemble began to start, on the monotonic clock of the test's JVM
     * @param wallTime when, by the system's clock
     * @param kind what kind of thing
     * @param what what it was, in words
     * @param servers whom it concerned; nobody for a mark
     */
    public record Entry(Duration sinceStart, Instant wallTime, Kind kind, String what, SortedSet<ServerId> servers) {

        /** Copies the set. */
        public Entry {
            servers = Collections.unmodifiableSortedSet(new TreeSet<>(servers));
        }

        /** Returns it as a line: "+   1234 ms  fault  pause of server 2". */
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "+%7d ms  %-5s  %s",
                    sinceStart.toMillis(),
                    kind.name().toLowerCase(Locale.ROOT),
                    what);
        }
    }

    /** Returns the entries of one kind. */
    public List<Entry> of(Kind kind) {
        return entries.stream().filter(entry -> entry.kind() == kind).toList();
    }

    /** Returns the entries that concern one server. */
    public List<Entry> concerning(ServerId id) {
        return entries.stream().filter(entry -> entry.servers().contains(id)).toList();
    }

    /** Returns the last entry of this kind and these words, or empty if there is none. */
    public Optional<Entry> last(Kind kind, String what) {
        return of(kind).stream().filter(entry -> entry.what().equals(what)).reduce((earlier, later) -> later);
    }

    /** Returns the entries as text, one line each, the first with the date. */
    public String text() {
        var start = entries.isEmpty() ? "" : "from " + entries.get(0).wallTime() + "\n";
        return start + entries.stream().map(Entry::toString).collect(Collectors.joining("\n"));
    }

    /** Returns {@link #text()}. */
    @Override
    public String toString() {
        return text();
    }
}
