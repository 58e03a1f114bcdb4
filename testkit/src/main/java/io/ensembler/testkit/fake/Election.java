package io.ensembler.testkit.fake;

import io.ensembler.testkit.fake.Notification.Vote;
import org.jspecify.annotations.Nullable;

/**
 * How one server takes part in electing a leader. Each tells all that vote, by the configuration it has in force and by
 * the one proposed last, whom it wants: the highest epoch, then transaction, then id that it has heard of. Who has
 * quorums of both for its vote, and hears of nothing better for a while, goes by it. Who comes late joins the leader
 * that a quorum follows.
 */
final class Election {

    private final Simulation simulation;
    private final SimulatedServer server;

    private long round;
    private Vote proposal = Vote.NONE;
    private final @Nullable Vote[] votes = new Vote[Roster.MOST];
    private final @Nullable Notification[] settled = new Notification[Roster.MOST];
    private long interval;
    /** Grows with each beginning, so that what was arranged for an earlier one comes to nothing. */
    private int attempt;

    private int deciding;
    private boolean isDeciding;
    private long lastHeard;
    private long restartsUntil;

    Election(Simulation simulation, SimulatedServer server) {
        this.simulation = simulation;
        this.server = server;
    }

    /** Begins another round. */
    void begin() {
        attempt++;
        round++;
        clear();
        proposal = own();
        interval = Settings.FINALIZE_WAIT;
        notifyAll(server.voters());
        decideLater();
        repeatLater(attempt);
    }

    /** Begins anew with the first round: the servers that vote have changed. */
    private void beginAnew() {
        forgetRounds();
        begin();
    }

    /** The next election begins with the first round, as in a server that has just started. */
    void forgetRounds() {
        round = 0;
    }

    void end() {
        attempt++;
        isDeciding = false;
    }

    private void clear() {
        for (int i = 0; i < simulation.roster().size(); i++) {
            votes[i] = null;
            settled[i] = null;
        }
        isDeciding = false;
    }

    private Vote own() {
        if (!server.votes()) {
            return Vote.NONE;
        }
        return new Vote(
                server.index(),
                server.disk().currentEpoch(),
                server.disk().last().zxid());
    }

    /** Not at equal intervals, or else of two servers that wait for each other one might never have its turn. */
    private void repeatLater(int of) {
        server.later(simulation.chance().between(interval * 3 / 4, interval * 5 / 4), () -> repeat(of));
    }

    private void repeat(int of) {
        if (of != attempt || server.role() != Role.LOOKING) {
            return;
        }
        if (!isDeciding && simulation.now() - lastHeard >= interval * 3 / 4) {
            notifyAll(server.voters());
            interval = Math.min(2 * interval, Settings.LONGEST_NOTIFICATION_INTERVAL);
        }
        repeatLater(of);
    }

    private void notifyAll(long voters) {
        if ((voters & server.bit()) != 0) {
            votes[server.index()] = proposal;
        }
        for (long left = voters & ~server.bit(); left != 0; left &= left - 1) {
            tell(simulation.roster().at(Long.numberOfTrailingZeros(left)));
        }
    }

    private void tell(SimulatedServer other) {
        send(other, new Notification(server, Role.LOOKING, proposal, round, server.inForce()));
    }

    private void send(SimulatedServer to, Notification notification) {
        if (to.isRunning() && simulation.network().isOpen(server.index(), to.index())) {
            to.later(simulation.latency(), () -> to.election().receive(notification));
        }
    }

    /** Takes what another server tells. */
    void receive(Notification notification) {
        var sender = notification.sender();
        var before = server.inForce();
        if (notification.inForce().version() > before.version() && server.role() == Role.LOOKING) {
            server.processReconfiguration(notification.inForce(), SimulatedServer.NO_LEADER, false);
            if (!notification.inForce().isSame(before)) {
                // One that ignores reconfigurations begins anew each time it hears of one, and hears nothing meanwhile.
                if (simulation.now() < restartsUntil) {
                    return;
                }
                restartsUntil = server.isReconfigEnabled() ? 0 : simulation.now() + Settings.CONNECT_RETRY;
                simulation.note(
                        server,
                        "heard of another configuration",
                        notification.inForce().version());
                beginAnew();
                return;
            }
        }
        if ((server.voters() & sender.bit()) == 0) {
            answer(sender);
        } else if (server.role() == Role.LOOKING) {
            lastHeard = simulation.now();
            consider(notification);
            if (server.role() == Role.LOOKING && notification.role() == Role.LOOKING && notification.round() < round) {
                tell(sender);
            }
        } else if (notification.role() == Role.LOOKING) {
            answer(sender);
        }
    }

    /** Tells a server whom this one follows, or wants to. */
    private void answer(SimulatedServer other) {
        if (server.role() == Role.LOOKING) {
            tell(other);
        } else {
            var vote = new Vote(server.leader(), server.disk().currentEpoch(), 0);
            send(other, new Notification(server, server.role(), vote, server.electedIn(), server.inForce()));
        }
    }

    private void consider(Notification notification) {
        int leader = notification.vote().leader();
        if (leader == Vote.NOBODY || (server.voters() >>> leader & 1) == 0) {
            return;
        }
        switch (notification.role()) {
            case LOOKING -> considerVote(notification);
            case FOLLOWING, LEADING -> considerSettled(notification);
            case OBSERVING -> {}
        }
    }

    private void considerVote(Notification notification) {
        if (notification.round() > round) {
            round = notification.round();
            clear();
            var own = own();
            propose(isBetter(notification.vote(), own) ? notification.vote() : own);
        } else if (notification.round() < round) {
            return;
        } else if (isBetter(notification.vote(), proposal)) {
            propose(notification.vote());
        }
        votes[notification.sender().index()] = notification.vote();
        decideLater();
    }

    /** Waits a while for something better, if quorums want what this server wants. */
    private void decideLater() {
        if (!isDeciding && server.hasQuorums(supporters())) {
            isDeciding = true;
            int decision = ++deciding;
            int of = attempt;
            server.later(Settings.FINALIZE_WAIT, () -> decide(of, decision));
        }
    }

    private void propose(Vote vote) {
        isDeciding = false;
        proposal = vote;
        notifyAll(server.voters());
    }

    private boolean isBetter(Vote one, Vote other) {
        if (one.leader() == Vote.NOBODY || !server.inForce().mayLead(one.leader())) {
            return false;
        }
        if (one.epoch() != other.epoch()) {
            return one.epoch() > other.epoch();
        } else if (one.zxid() != other.zxid()) {
            return one.zxid() > other.zxid();
        }
        return other.leader() == Vote.NOBODY || id(one.leader()) > id(other.leader());
    }

    private long id(int index) {
        return simulation.roster().at(index).id().value();
    }

    private long supporters() {
        long supporters = 0;
        for (int i = 0; i < simulation.roster().size(); i++) {
            supporters |= proposal.equals(votes[i]) ? 1L << i : 0;
        }
        return supporters;
    }

    private void decide(int of, int decision) {
        if (of == attempt && isDeciding && decision == deciding && server.role() == Role.LOOKING) {
            isDeciding = false;
            elected(proposal.leader(), round);
        }
    }

    private void considerSettled(Notification notification) {
        settled[notification.sender().index()] = notification;
        int leader = notification.vote().leader();
        long followers = 0;
        for (int i = 0; i < simulation.roster().size(); i++) {
            var heard = settled[i];
            followers |= heard != null && heard.vote().leader() == leader ? 1L << i : 0;
        }
        var ofLeader = settled[leader];
        if (leader != server.index()
                && server.hasQuorums(followers)
                && ofLeader != null
                && ofLeader.role() == Role.LEADING) {
            round = Math.max(round, notification.round());
            elected(leader, round);
        }
    }

    private void elected(int leader, long in) {
        end();
        server.elected(leader, in);
    }
}
