package io.ensembler.testkit;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * Something done to servers that lasts until it is healed. Thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Fault implements AutoCloseable {

    private final Verb verb;
    private final String what;
    private final SortedSet<ServerId> servers;
    private final Runnable healing;
    private volatile boolean healed;

    Fault(Verb verb, String what, Set<ServerId> servers, Runnable healing) {
        this.verb = verb;
        this.what = what;
        this.servers = Collections.unmodifiableSortedSet(new TreeSet<>(servers));
        this.healing = healing;
    }

    /** Returns what was done. */
    public Verb verb() {
        return verb;
    }

    /** Returns whom it hit. */
    public SortedSet<ServerId> servers() {
        return servers;
    }

    /** Returns whether it has been healed. */
    public boolean isHealed() {
        return healed;
    }

    /**
     * Undoes what was done, as far as it can be undone, and returns once that is so. Healing again does what has failed
     * before, if anything has.
     *
     * @throws EnsembleException if some of it could not be undone; the rest is nevertheless, and the fault is present still
     */
    public synchronized void heal() {
        if (!healed) {
            healing.run();
            healed = true;
        }
    }

    /** Heals it. */
    @Override
    public void close() {
        heal();
    }

    /** Returns what was done to whom: "pause of server 2". */
    @Override
    public String toString() {
        return what;
    }
}
