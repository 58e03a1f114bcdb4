package io.ensembler.testkit.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What becomes of all that travels one way between two programs, over however many connections. Thread-safe.
 *
 * <p>While it is held, nothing travels: neither data nor the news that a connection was closed or reset. Nothing is lost
 * either, as TCP would send it again: once it is let go, all of it arrives.
 *
 * <p>A flow may pass others, and is held while one of these is.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Flow {

    private final Runnable onChange;
    private final List<Flow> passes;
    private final List<Long> delays = new ArrayList<>();
    private int holds;

    Flow(Runnable onChange, List<Flow> passes) {
        this.onChange = onChange;
        this.passes = List.copyOf(passes);
    }

    /** Holds it until what is returned is run; held several times, it travels once all have been. */
    public Runnable hold() {
        change(1);
        return () -> change(-1);
    }

    /** Lets it travel so much longer until what is returned is run; several delays add up. */
    public Runnable delay(Duration by) {
        long nanos = by.toNanos();
        synchronized (this) {
            delays.add(nanos);
        }
        onChange.run();
        return () -> {
            synchronized (this) {
                delays.remove(nanos);
            }
            onChange.run();
        };
    }

    boolean isHeld() {
        return isHeldItself() || passes.stream().anyMatch(Flow::isHeld);
    }

    synchronized long delayNanos() {
        return delays.stream().mapToLong(Long::longValue).sum();
    }

    private synchronized boolean isHeldItself() {
        return holds > 0;
    }

    private void change(int by) {
        synchronized (this) {
            holds += by;
        }
        onChange.run();
    }
}
