package io.ensembler.curator;

import io.ensembler.model.Address;
import io.ensembler.spi.DriverException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Keeps one session to each server that is looked at, until its connection is lost or the server goes. Thread-safe. */
final class ServerSessions {

    private final Sessions sessions;
    private final Map<Address, Entry> entries = new HashMap<>();

    ServerSessions(Sessions sessions) {
        this.sessions = sessions;
    }

    private static final class Entry {
        private final Session session;
        private int proofs;

        Entry(Session session) {
            this.session = session;
        }
    }

    /** Answers with a session to this server alone, or fails if the server does not accept one. */
    CompletableFuture<Session> at(Address server) {
        try {
            return entry(server).session.opened();
        } catch (DriverException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized Entry entry(Address server) {
        var entry = entries.get(server);
        if (entry == null || entry.session.hasEnded()) {
            entry = new Entry(sessions.look(server));
            entries.put(server, entry);
        }
        return entry;
    }

    /** Keeps this session open until {@link #release} even if its server goes. */
    synchronized void retain(Session session) {
        var entry = entries.get(session.first());
        if (entry != null && entry.session == session) {
            entry.proofs++;
        }
    }

    void release(Session session) {
        synchronized (this) {
            var entry = entries.get(session.first());
            if (entry != null && entry.session == session) {
                entry.proofs--;
                return;
            }
        }
        session.close();
    }

    /** Closes the session to a server at which nothing is to be found. */
    void drop(Address server) {
        Entry entry;
        synchronized (this) {
            entry = entries.remove(server);
        }
        if (entry != null) {
            entry.session.close();
        }
    }

    /** Closes all sessions but those to these servers and those that a proof holds. */
    void keepOnly(Collection<Address> servers) {
        var leaving = new ArrayList<Session>();
        synchronized (this) {
            for (Iterator<Map.Entry<Address, Entry>> all = entries.entrySet().iterator(); all.hasNext(); ) {
                var next = all.next();
                if (!servers.contains(next.getKey()) && next.getValue().proofs == 0) {
                    leaving.add(next.getValue().session);
                    all.remove();
                }
            }
        }
        leaving.forEach(Session::close);
    }
}
