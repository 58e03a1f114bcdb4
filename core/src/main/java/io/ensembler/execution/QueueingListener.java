package io.ensembler.execution;

import io.ensembler.report.EventStamp;
import io.ensembler.report.RunEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener on another thread, in order and one event at a time. A listener that is slow keeps nobody waiting:
 * of what is waited for at most so much is kept for it, and the rest is left out. Steps and all else are never left
 * out. One that throws is told nothing more. For one run; thread-safe.
 */
final class QueueingListener implements RunListener {

    /** As many as a quarter of an hour holds where something else is waited for every few seconds. */
    static final int MOST_WAITS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(PlanRunner.class);

    private final RunListener listener;
    private final Executor executor;

    private final Object lock = new Object();
    private final Deque<Told> queue = new ArrayDeque<>();
    private int waits;
    private boolean draining;
    private boolean failed;

    QueueingListener(RunListener listener, Executor executor) {
        this.listener = listener;
        this.executor = executor;
    }

    private record Told(RunEvent event, EventStamp stamp) {

        boolean isWait() {
            return event instanceof RunEvent.Waiting;
        }
    }

    @Override
    public void onEvent(RunEvent event) {
        throw new UnsupportedOperationException("events come with their number");
    }

    @Override
    public void onEvent(RunEvent event, EventStamp stamp) {
        var told = new Told(event, stamp);
        boolean begin;
        synchronized (lock) {
            if (failed || (told.isWait() && waits == MOST_WAITS)) {
                return;
            }
            waits += told.isWait() ? 1 : 0;
            queue.add(told);
            begin = !draining;
            draining = true;
        }
        if (begin) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        var next = next();
        while (next != null) {
            try {
                listener.onEvent(next.event(), next.stamp());
            } catch (RuntimeException e) {
                LOG.warn("A listener failed at \"{}\" and is not told the rest of this run", next.event(), e);
                leaveOut();
            }
            next = next();
        }
    }

    private void leaveOut() {
        synchronized (lock) {
            failed = true;
            queue.clear();
        }
    }

    private @Nullable Told next() {
        synchronized (lock) {
            var next = queue.poll();
            draining = next != null;
            waits -= next != null && next.isWait() ? 1 : 0;
            return next;
        }
    }
}
