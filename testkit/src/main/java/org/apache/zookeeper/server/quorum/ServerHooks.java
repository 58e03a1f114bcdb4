package org.apache.zookeeper.server.quorum;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Says what is to go wrong with one server: with the run of it that is under way, and with those that follow. Each thing
 * goes wrong as long as somebody wants it; what is returned ends one wish, and does nothing when run again. Thread-safe.
 */
@NullMarked
public final class ServerHooks {

    // Guarded by this object.
    private final Set<Object> isolations = new HashSet<>();
    private final Set<Object> stalls = new HashSet<>();
    private final Set<Object> crashes = new HashSet<>();
    private @Nullable HookedQuorumPeer running;

    /** Cuts the server off from all others, both ways, and returns once its connections are closed. */
    public Runnable isolate() {
        var wish = new Object();
        HookedQuorumPeer hit;
        synchronized (this) {
            isolations.add(wish);
            hit = running;
        }
        if (hit != null) {
            hit.cutLinks();
        }
        return () -> end(isolations, wish);
    }

    /**
     * Holds the server once it is connected to its leader, before it reads what it lacks. The leader waits for it as long
     * as {@code initLimit} says, and then closes the connection, which the server notices when it is held no more.
     */
    public Runnable stallSync() {
        return begin(stalls);
    }

    /**
     * Ends the server in place of its taking up the next configuration: it has acknowledged the proposal, and neither
     * wrote nor does anything of what follows. Happens once.
     */
    public Runnable crashBeforeActivation() {
        return begin(crashes);
    }

    private synchronized Runnable begin(Set<Object> wishes) {
        var wish = new Object();
        wishes.add(wish);
        return () -> end(wishes, wish);
    }

    private synchronized void end(Set<Object> wishes, Object wish) {
        wishes.remove(wish);
        notifyAll();
    }

    synchronized void began(HookedQuorumPeer run) {
        running = run;
    }

    /** Lets go whatever is held of a run that is to end. */
    synchronized void ending() {
        notifyAll();
    }

    synchronized boolean isIsolated() {
        return !isolations.isEmpty();
    }

    /** Returns whether the server is to end here; if so, not again. */
    synchronized boolean takeCrash() {
        boolean due = !crashes.isEmpty();
        crashes.clear();
        return due;
    }

    /**
     * Returns once the sync may go on.
     *
     * @throws InterruptedException if the run is to end instead
     */
    synchronized void awaitSync(HookedQuorumPeer run) throws InterruptedException {
        while (!stalls.isEmpty() && !run.isEnding()) {
            wait();
        }
        if (run.isEnding()) {
            throw new InterruptedException("stopped in the middle of its sync");
        }
    }

    /** Returns once the run is to end, and not before. */
    synchronized void awaitEnding(HookedQuorumPeer run) {
        boolean interrupted = false;
        while (!run.isEnding()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
