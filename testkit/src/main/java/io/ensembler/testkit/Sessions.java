package io.ensembler.testkit;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions by which an ensemble is looked at. A client of ZooKeeper takes a tenth of a second to end, in which it
 * only waits: each ends in a thread of its own, so that nobody who closes one waits with it. Thread-safe.
 */
final class Sessions implements AutoCloseable {

    private final Set<Thread> ending = ConcurrentHashMap.newKeySet();

    /** Begins to connect. */
    Session open(String connectString) {
        return Session.open(connectString, this::end);
    }

    private void end(Session session) {
        var thread = new Thread(
                () -> {
                    session.end();
                    ending.remove(Thread.currentThread());
                },
                "ensembler-end of " + session);
        thread.setDaemon(true);
        ending.add(thread);
        thread.start();
    }

    /** Returns once all sessions that were closed have ended; an interruption is put off until then. */
    @Override
    public void close() {
        List.copyOf(ending).forEach(Uninterrupted::join);
    }
}
