package io.ensembler.testkit.fake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a leader knows of sessions: over which server each came last, and since when nothing was heard of it. */
final class Sessions {

    private final Simulation simulation;
    private final Map<Long, SimulatedServer> owners = new HashMap<>();
    private final Map<Long, Long> heard = new HashMap<>();

    Sessions(Simulation simulation) {
        this.simulation = simulation;
    }

    /** A session goes on at another server: what still comes by the one before is refused. */
    void move(long session, SimulatedServer to) {
        owners.put(session, to);
        heard.put(session, simulation.now());
    }

    /** Whether a request may be carried out as far as its session goes. */
    Reply check(Request request, Tree tree, SimulatedServer from) {
        long session = request.session();
        if (session == 0) {
            return Reply.OK;
        }
        if (request.kind() == Request.Kind.OPEN_SESSION) {
            move(session, from);
            return Reply.OK;
        }
        if (!tree.hasSession(session)) {
            return Reply.SESSION_EXPIRED;
        }
        if (request.kind() == Request.Kind.CLOSE_SESSION) {
            return Reply.OK;
        }
        var owner = owners.putIfAbsent(session, from);
        if (owner != null && owner != from) {
            return Reply.SESSION_MOVED;
        }
        heard.put(session, simulation.now());
        return Reply.OK;
    }

    /** The sessions to end, since their clients were not heard of for so long. */
    List<Long> expired(Tree tree) {
        var expired = new ArrayList<Long>();
        long now = simulation.now();
        for (long id : tree.sessions()) {
            var session = simulation.session(id);
            if (session.isHeardOf()) {
                heard.put(id, now);
            } else if (now - heard.computeIfAbsent(id, it -> now) > session.timeout()) {
                expired.add(id);
                heard.remove(id);
            }
        }
        return expired;
    }

    /** Who handles a session, if a request of it has come. */
    Optional<SimulatedServer> owner(long session) {
        return Optional.ofNullable(owners.get(session));
    }
}
