package io.ensembler.testkit;

import io.ensembler.model.ServerId;
import io.ensembler.testkit.Timeline.Entry;
import io.ensembler.testkit.Timeline.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Writes down what happens to one ensemble from its beginning on. Thread-safe. */
final class TimelineRecorder {

    private final long begin = System.nanoTime();
    private final List<Entry> entries = new ArrayList<>();

    /** Returns a moment to record something under that takes a while. */
    Moment now() {
        return new Moment(Duration.ofNanos(System.nanoTime() - begin), Instant.now());
    }

    void record(Kind kind, String what, Collection<ServerId> servers) {
        record(now(), kind, what, servers);
    }

    synchronized void record(Moment at, Kind kind, String what, Collection<ServerId> servers) {
        entries.add(new Entry(at.sinceStart(), at.wallTime(), kind, what, new TreeSet<>(servers)));
    }

    synchronized Timeline snapshot() {
        return new Timeline(
                entries.stream().sorted(Comparator.comparing(Entry::sinceStart)).toList());
    }

    /** One moment by both clocks. */
    record Moment(Duration sinceStart, Instant wallTime) {}
}
