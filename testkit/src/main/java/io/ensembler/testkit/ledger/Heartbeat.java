package io.ensembler.testkit.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Notes when this JVM stood still: no thread of the ledger gave a sign of life, neither one of several that do nothing
 * but wake up nor a client that looked at the clock because it had an answer. Thread-safe.
 *
 * <p>One thread that comes late says nothing, since on a busy machine any thread may have to wait for a core while others
 * run. A tenth of a second in which none of them runs is more than such waiting takes, and less than any election.
 */
final class Heartbeat {

    static final long INTERVAL = 10_000_000;
    static final long STANDSTILL = 100_000_000;

    private static final int THREADS = 3;

    private final long begin = System.nanoTime();
    private final List<Thread> threads = new ArrayList<>();

    // Guarded by this object.
    private final List<Span> stalls = new ArrayList<>();
    private long last;
    private boolean ended;

    Heartbeat() {
        for (int number = 1; number <= THREADS; number++) {
            var thread = new Thread(this::beat, "ensembler-ledger-heartbeat-" + number);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Returns the time in nanoseconds since this was made; whoever asks shows that the JVM runs. */
    long now() {
        long now = System.nanoTime() - begin;
        beat(now);
        return now;
    }

    /** Notes that some thread runs at this time. */
    synchronized void beat(long now) {
        if (ended || now <= last) {
            return;
        }
        if (now - last > STANDSTILL) {
            stalls.add(new Span(last + INTERVAL, now));
        }
        last = now;
    }

    /** Returns the times it stood still, each from when the next sign of life was due until it came. */
    synchronized List<Span> stalls() {
        return List.copyOf(stalls);
    }

    /** Notes nothing any more, and returns once its threads have ended. */
    void end() throws InterruptedException {
        synchronized (this) {
            ended = true;
        }
        for (var thread : threads) {
            thread.join();
        }
    }

    private synchronized boolean hasEnded() {
        return ended;
    }

    private void beat() {
        try {
            while (!hasEnded()) {
                now();
                TimeUnit.NANOSECONDS.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
