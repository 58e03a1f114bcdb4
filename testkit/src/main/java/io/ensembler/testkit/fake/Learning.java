package io.ensembler.testkit.fake;

import io.ensembler.testkit.fake.LearnerLink.Phase;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a server does as follower or observer: it connects to its leader, takes over what it lacks, and then logs,
 * acknowledges and applies what comes. Until it is up to date it acknowledges nothing but that its leader leads.
 */
final class Learning {

    private final Simulation simulation;
    private final SimulatedServer server;
    private final SimulatedServer leader;
    /** What was proposed before this server was up to date; it is logged and acknowledged then. */
    private final ArrayDeque<Transaction> proposedEarly = new ArrayDeque<>();

    private final ArrayDeque<Message> committedEarly = new ArrayDeque<>();

    private @Nullable LearnerLink link;
    private @Nullable Transaction history;
    private @Nullable Listing ofNewLeader;
    private int attempts;
    private boolean upToDate;
    private boolean over;

    Learning(Simulation simulation, SimulatedServer server, SimulatedServer leader) {
        this.simulation = simulation;
        this.server = server;
        this.leader = leader;
    }

    void begin() {
        connectIn(simulation.latency());
    }

    private void connectIn(long delay) {
        server.later(delay, this::connect);
    }

    private void connect() {
        if (over || link != null) {
            return;
        }
        if ((server.inForce().servers() & leader.bit()) == 0) {
            server.changeState("does not find its leader in its configuration");
            return;
        }
        var leading = leader.leading();
        boolean reachable = simulation.network().isOpenBothWays(server.index(), leader.index());
        if (reachable && leader.isRunning() && !leader.isPaused() && leading != null && leading.accepts()) {
            var made = new LearnerLink(simulation, leading, this, server);
            link = made;
            leading.connect(made);
            long accepted = server.disk().acceptedEpoch();
            long version = server.inForce().version();
            made.toLeader().send(() -> leading.introduced(made, accepted, version));
        } else if (++attempts < Settings.CONNECT_ATTEMPTS) {
            connectIn(Settings.CONNECT_RETRY);
        } else {
            server.changeState("cannot connect to its leader");
        }
    }

    private boolean isCurrent(LearnerLink by) {
        return !over && link == by && by.isOpenAtLearner();
    }

    /** The leader has closed the connection. */
    void lost(LearnerLink by) {
        if (isCurrent(by)) {
            server.changeState("loses its leader");
        }
    }

    /** The leader tells the epoch that a quorum agreed on. */
    void agreedOn(LearnerLink by, long epoch) {
        if (!isCurrent(by)) {
            return;
        }
        var disk = server.disk();
        if (epoch < disk.acceptedEpoch()) {
            server.changeState("leaves a leader of an epoch gone by");
            return;
        }
        disk.acceptEpoch(epoch);
        long current = disk.currentEpoch();
        var last = disk.last();
        by.toLeader().send(() -> by.leading().epochAcknowledged(by, current, last));
    }

    /** The leader sends the history that this server lacks. */
    void receive(LearnerLink by, Transaction sent, boolean whole) {
        if (!isCurrent(by)) {
            return;
        }
        history = sent;
        if (!whole) {
            rememberReconfigurations(sent, server.disk().last().common(sent));
        }
        server.refreshShown();
    }

    /** A difference is sent as proposals, and a reconfiguration among them is remembered as any that is proposed. */
    private void rememberReconfigurations(Transaction sent, Transaction common) {
        Listing newest = null;
        for (var at = sent; at != null && at != common; at = at.previous()) {
            if (newest == null && at.listing() != null) {
                newest = at.listing();
            }
        }
        if (newest != null) {
            server.see(newest);
        }
    }

    /** The leader says that this was all, and which configuration it completes. */
    void newLeader(LearnerLink by, long epoch, Listing seen) {
        var received = history;
        if (!isCurrent(by) || received == null) {
            return;
        }
        server.adopt(received);
        server.disk().enterEpoch(epoch);
        server.see(seen);
        ofNewLeader = seen;
        by.toLeader().send(() -> by.leading().newLeaderAcknowledged(by));
    }

    /** The leader serves, and so does this server from now on. */
    void upToDate(LearnerLink by) {
        if (!isCurrent(by)) {
            return;
        }
        var seen = ofNewLeader;
        if (seen != null && server.processReconfiguration(seen, SimulatedServer.NO_LEADER, true)) {
            if (!over) {
                server.changeState("goes on elsewhere by the configuration it got with its history");
            }
            return;
        }
        if (over) {
            return;
        }
        upToDate = true;
        server.serve();
        simulation.note(server, "is up to date");
        while (!proposedEarly.isEmpty()) {
            log(by, proposedEarly.remove());
        }
        while (!committedEarly.isEmpty() && !over) {
            committedEarly.remove().deliver();
        }
    }

    /** The leader proposes something. */
    void proposed(LearnerLink by, Transaction transaction) {
        if (!isCurrent(by)) {
            return;
        }
        var listing = transaction.listing();
        if (listing != null) {
            server.see(listing);
        }
        if (upToDate) {
            log(by, transaction);
        } else {
            proposedEarly.add(transaction);
        }
    }

    private void log(LearnerLink by, Transaction transaction) {
        server.disk().log(transaction);
        by.toLeader().send(() -> by.leading().acknowledged(by, transaction));
    }

    /** The leader has committed something. */
    void committed(LearnerLink by, Transaction transaction) {
        if (isCurrent(by)) {
            if (upToDate) {
                apply(by, transaction);
            } else {
                committedEarly.add(() -> committed(by, transaction));
            }
        }
    }

    /** The leader has committed a reconfiguration and acts by it. */
    void committedToActivate(LearnerLink by, Transaction transaction, Listing listing, int designated) {
        if (!isCurrent(by)) {
            return;
        }
        if (!upToDate) {
            committedEarly.add(() -> committedToActivate(by, transaction, listing, designated));
            return;
        }
        if (server.strikesBeforeActivation()) {
            return;
        }
        boolean movesOn = server.processReconfiguration(listing, designated, true);
        if (over) {
            return;
        }
        apply(by, transaction);
        if (movesOn) {
            server.changeState("goes on elsewhere after a reconfiguration");
        }
    }

    private void apply(LearnerLink by, Transaction transaction) {
        if (by.isObserver()) {
            server.disk().log(transaction);
        }
        server.apply(transaction);
    }

    /** Passes a client's request on to the leader. */
    void forward(Request request) {
        var by = link;
        if (by == null || !upToDate || !by.isOpenAtLearner()) {
            request.lose();
            return;
        }
        by.toLeader().send(new Message() {
            @Override
            public void deliver() {
                if (by.isOpenAtLeader()) {
                    by.leading().take(request, server);
                } else {
                    request.lose();
                }
            }

            @Override
            public void drop() {
                request.lose();
            }
        });
    }

    /** What a learner does each tick: see whether its leader is still heard of. */
    void tick() {
        var by = link;
        if (by == null) {
            return;
        }
        var settings = simulation.settings();
        long patience = upToDate ? settings.syncTime() : settings.initTime() + settings.syncTime();
        if (!by.toLearner().isHeld() && simulation.now() - by.heardByLearner() > patience) {
            server.changeState("does not hear of its leader any more");
        }
    }

    void releaseSync() {
        if (link != null && link.toLearner().isHeld()) {
            link.toLearner().release();
            link.heardByLearner(simulation.now());
        }
    }

    void end() {
        over = true;
        var by = link;
        link = null;
        if (by != null) {
            by.closeAtLearner();
        }
    }

    /** How far it has come, for whoever asks the server. */
    Phase phase() {
        var by = link;
        return by == null ? Phase.CONNECTED : by.phase();
    }
}
