package io.ensembler.testkit.fake;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a leader knows of sessions: over which server each came last, and since when nothing was heard of it. */
final class Sessions {

    private static final long NEVER = -1;

    private final Simulation simulation;
    /** By their ids, which count from 1. */
    private final List<Known> known = new ArrayList<>();

    Sessions(Simulation simulation) {
        this.simulation = simulation;
    }

    /** One session. */
    private static final class Known {
        private @Nullable SimulatedServer owner;
        private long heard = NEVER;
    }

    private Known known(long session) {
        while (known.size() < session) {
            known.add(new Known());
        }
        return known.get((int) session - 1);
    }

    /** A session goes on at another server: what still comes by the one before is refused. */
    void move(long session, SimulatedServer to) {
        var moved = known(session);
        moved.owner = to;
        moved.heard = simulation.now();
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
        var asking = known(session);
        if (asking.owner != null && asking.owner != from) {
            return Reply.SESSION_MOVED;
        }
        asking.owner = from;
        asking.heard = simulation.now();
        return Reply.OK;
    }

    /** The sessions to end, since their clients were not heard of for so long. */
    List<Long> expired(Tree tree) {
        var expired = new ArrayList<Long>();
        long now = simulation.now();
        for (long id : tree.sessions()) {
            var session = simulation.session(id);
            var one = known(id);
            if (session.isHeardOf() || one.heard == NEVER) {
                one.heard = now;
            } else if (now - one.heard > session.timeout()) {
                expired.add(id);
                one.heard = NEVER;
            }
        }
        return expired;
    }
}
