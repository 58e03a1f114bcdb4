package io.ensembler.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * What came of putting an ensemble to work: a znode was created, changed and deleted, and asked for through each server
 * after each of these. Immutable.
 *
 * @param at when it began
 * @param slowestWrite how long the slowest of the three writes took to be acknowledged
 * @param servers what each server asked showed and holds
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Trial(Instant at, Duration slowestWrite, SortedMap<ServerId, AtServer> servers) {

    /** Copies {@code servers}. */
    public Trial {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(slowestWrite, "slowestWrite");
        var copy = new TreeMap<ServerId, AtServer>();
        copy.putAll(servers);
        servers = Collections.unmodifiableSortedMap(copy);
    }

    /**
     * What one server showed and holds.
     *
     * @param shows whether each write was seen through it, after a sync on a session to it alone
     * @param data how much it holds
     */
    public record AtServer(Fact<Boolean> shows, Fact<DataCount> data) {}
}
