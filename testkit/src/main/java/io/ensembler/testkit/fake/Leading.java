package io.ensembler.testkit.fake;

import io.ensembler.testkit.fake.LearnerLink.Phase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server does as leader: it agrees on an epoch with a quorum, gives each learner what it lacks, and once a
 * quorum has that, proposes and commits. A reconfiguration is checked and proposed as any other request, and acted by
 * at its commit.
 */
final class Leading {

    private final Simulation simulation;
    private final SimulatedServer server;
    private final List<LearnerLink> links = new ArrayList<>();
    private final ArrayDeque<Proposal> outstanding = new ArrayDeque<>();
    private final Sessions sessions;
    private final ReconfigurationChecks checks;
    private final List<PendingSync> syncs = new ArrayList<>();

    private State state = State.AGREEING_ON_EPOCH;
    private long begunAt;
    private long epoch;
    private long counter;
    private long connecting;
    private long electing;
    private long newLeaderAcknowledged;
    private Transaction proposedLast = Transaction.NONE;
    private Transaction committedLast = Transaction.NONE;
    private boolean allowedToCommit = true;
    private boolean over;

    Leading(Simulation simulation, SimulatedServer server) {
        this.simulation = simulation;
        this.server = server;
        this.sessions = new Sessions(simulation);
        this.checks = new ReconfigurationChecks(simulation, server);
    }

    private enum State {
        AGREEING_ON_EPOCH,
        ACKNOWLEDGING_EPOCH,
        ACKNOWLEDGING_LEADER,
        SERVING
    }

    private record PendingSync(Request request, SimulatedServer from, long behind) {}

    void begin() {
        begunAt = simulation.now();
        proposedLast = server.disk().last();
        committedLast = proposedLast;
        epoch = server.disk().acceptedEpoch() + 1;
        if (server.votes()) {
            connecting |= server.bit();
        }
        agreeOnEpoch();
    }

    SimulatedServer server() {
        return server;
    }

    boolean isServing() {
        return state == State.SERVING && !over;
    }

    long epoch() {
        return epoch;
    }

    boolean isAllowedToCommit() {
        return allowedToCommit;
    }

    ArrayDeque<Proposal> outstanding() {
        return outstanding;
    }

    List<LearnerLink> links() {
        return links;
    }

    boolean isReconfiguring() {
        return checks.isReconfiguring();
    }

    /** Whether a learner could connect now. */
    boolean accepts() {
        return !over;
    }

    void connect(LearnerLink link) {
        links.add(link);
    }

    void lost(LearnerLink link) {
        links.remove(link);
    }

    private void drop(LearnerLink link, String why) {
        simulation.note(link.learner(), why);
        links.remove(link);
        link.closeAtLeader();
    }

    /** A learner says which epoch it has accepted and which configuration it acts by. */
    void introduced(LearnerLink link, long acceptedEpoch, long version) {
        if (version > server.inForce().version()) {
            drop(link, "is turned away: it acts by a later configuration");
            return;
        }
        link.phase(Phase.INTRODUCED);
        if (state == State.AGREEING_ON_EPOCH) {
            epoch = Math.max(epoch, acceptedEpoch + 1);
            if ((server.inForce().participants() & link.learner().bit()) != 0) {
                connecting |= link.learner().bit();
            }
            agreeOnEpoch();
        } else {
            tellEpoch(link);
        }
    }

    private void agreeOnEpoch() {
        if (server.inForce().isQuorum(connecting)) {
            state = State.ACKNOWLEDGING_EPOCH;
            server.disk().acceptEpoch(epoch);
            links.stream().filter(link -> link.phase() == Phase.INTRODUCED).forEach(this::tellEpoch);
            electing |= server.bit();
            acknowledgeEpoch();
        }
    }

    private void tellEpoch(LearnerLink link) {
        long agreed = epoch;
        link.toLearner().send(() -> link.learning().agreedOn(link, agreed));
    }

    /** A learner has accepted the epoch, and says what it has. */
    void epochAcknowledged(LearnerLink link, long currentEpoch, Transaction last) {
        var own = server.disk();
        if (state == State.ACKNOWLEDGING_EPOCH) {
            if (currentEpoch > own.currentEpoch()
                    || (currentEpoch == own.currentEpoch()
                            && last.zxid() > own.last().zxid())) {
                drop(link, "is turned away: it has more than its leader");
                return;
            }
            if ((server.inForce().participants() & link.learner().bit()) != 0) {
                electing |= link.learner().bit();
            }
        }
        link.had(last);
        link.phase(Phase.EPOCH_ACKNOWLEDGED);
        if (state == State.ACKNOWLEDGING_EPOCH) {
            acknowledgeEpoch();
        } else {
            sync(link);
        }
    }

    private void acknowledgeEpoch() {
        if (!server.inForce().isQuorum(electing)) {
            return;
        }
        state = State.ACKNOWLEDGING_LEADER;
        server.disk().enterEpoch(epoch);
        if (server.inForce().version() == 0 && server.lastSeen().version() == 0) {
            server.see(server.inForce().withVersion(epoch << 32));
        }
        List.copyOf(links).stream()
                .filter(link -> link.phase() == Phase.EPOCH_ACKNOWLEDGED)
                .forEach(this::sync);
        newLeaderAcknowledged |= server.bit();
        startServing();
    }

    /** Sends a learner what it lacks; it counts as synced from before that. */
    private void sync(LearnerLink link) {
        link.phase(Phase.SYNCING);
        var settings = simulation.settings();
        link.countUntil(simulation.now() + settings.initTime() + settings.syncTime());
        var history = committedLast;
        boolean whole = link.had() == Transaction.NONE && history != Transaction.NONE;
        long download = whole ? settings.download() : 0;
        link.heardByLeader(simulation.now() + download);
        link.heardByLearner(simulation.now() + download);
        if (link.learner().isSyncStalled()) {
            link.toLearner().hold();
        }
        link.toLearner().send(() -> link.learning().receive(link, history, whole), download);
        if (!link.isObserver()) {
            outstanding.forEach(proposal -> forward(link, proposal.transaction()));
        }
        var seen = server.lastSeen();
        long in = epoch;
        link.toLearner().send(() -> link.learning().newLeader(link, in, seen));
    }

    void newLeaderAcknowledged(LearnerLink link) {
        link.phase(Phase.LEADER_ACKNOWLEDGED);
        link.countUntil(simulation.now() + simulation.settings().syncTime());
        link.heardByLeader(simulation.now());
        if (!link.isObserver()) {
            newLeaderAcknowledged |= link.learner().bit();
        }
        if (state == State.SERVING) {
            upToDate(link);
        } else {
            startServing();
        }
    }

    private void upToDate(LearnerLink link) {
        link.phase(Phase.UP_TO_DATE);
        link.heardByLearner(simulation.now());
        link.toLearner().send(() -> link.learning().upToDate(link));
    }

    private void startServing() {
        if (state != State.ACKNOWLEDGING_LEADER || !server.hasQuorums(newLeaderAcknowledged)) {
            return;
        }
        if (server.isReconfigEnabled()) {
            var pending = server.lastSeen();
            int designated = successor(pending, newLeaderAcknowledged & pending.participants());
            if (designated == SimulatedServer.NO_LEADER) {
                server.changeState("fails to lead: it finds nobody to hand over to");
                return;
            }
            server.processReconfiguration(pending, designated, true);
            if (over) {
                return;
            }
            allowedToCommit = designated == server.index();
        }
        state = State.SERVING;
        server.serve();
        simulation.note(server, "leads in epoch", epoch);
        simulation.invariants().leads(this);
        for (var link : List.copyOf(links)) {
            if (link.phase() == Phase.LEADER_ACKNOWLEDGED) {
                upToDate(link);
            }
        }
    }

    private int successor(Listing next, long acknowledged) {
        return Succession.successor(simulation.roster(), server, next, acknowledged, outstanding);
    }

    /** Takes a request that came to this server, or by it to a learner. */
    void take(Request request, SimulatedServer from) {
        if (!isServing()) {
            request.lose();
            return;
        }
        if (request.kind() == Request.Kind.SYNC) {
            takeSync(request, from);
        } else if (request.kind() == Request.Kind.MOVE_SESSION) {
            boolean lives = proposedLast.tree().hasSession(request.session());
            if (lives) {
                sessions.move(request.session(), from);
            }
            answer(request, from, lives ? Reply.OK : Reply.SESSION_EXPIRED);
        } else {
            prepare(request, from);
        }
    }

    private void takeSync(Request request, SimulatedServer from) {
        if (outstanding.isEmpty()) {
            answer(request, from, Reply.OK);
        } else {
            syncs.add(new PendingSync(
                    request, from, outstanding.getLast().transaction().zxid()));
        }
    }

    /** Answers a request behind whatever was committed before. */
    private void answer(Request request, SimulatedServer from, Reply code) {
        if (from == server) {
            server.reply(request, code, 0);
            return;
        }
        for (var link : links) {
            if (link.learner() == from) {
                link.toLearner().send(() -> from.reply(request, code, 0));
                return;
            }
        }
    }

    private void prepare(Request request, SimulatedServer from) {
        var tree = proposedLast.tree();
        long zxid = epoch << 32 | counter + 1;
        var verdict = sessions.check(request, tree, from);
        var after = tree;
        Listing listing = null;
        if (verdict == Reply.OK) {
            switch (request.kind()) {
                case OPEN_SESSION -> after = tree.withSession(request.session());
                case CLOSE_SESSION -> after = tree.withoutSession(request.session());
                case CREATE_ZNODE -> after = tree.withZnode(request.znode(), request.session(), zxid);
                case WRITE_ZNODE -> {
                    boolean exists = tree.modified(request.znode()) != 0;
                    verdict = exists ? Reply.OK : Reply.NO_NODE;
                    after = exists ? tree.withModified(request.znode(), zxid) : tree;
                }
                case RECONFIGURE -> {
                    verdict = checks.check(request, supporters());
                    listing = verdict == Reply.OK ? checks.target(request, zxid) : null;
                }
                case PROBE_RECONFIGURATION -> verdict = checks.checkState(Long.MIN_VALUE);
                case PROBE_WRITING ->
                    verdict = simulation.isReconfigurationPermitted() ? Reply.BAD_VERSION : Reply.NO_PERMISSION;
                default -> {}
            }
        }
        request.decide(verdict);
        propose(new Transaction(zxid, proposedLast, after, listing, request));
    }

    private boolean counts(LearnerLink link) {
        return link.isRegistered() && !link.isObserver() && simulation.now() <= link.countsUntil();
    }

    /** Whether what it proposed now could be acknowledged: quorums are with it, at both ends. */
    boolean canAcknowledge() {
        if (!isServing() || !allowedToCommit || server.isPaused()) {
            return false;
        }
        long with = server.bit();
        for (var link : links) {
            var learner = link.learner();
            boolean follows = !link.isObserver()
                    && link.isOpenAtLearner()
                    && link.isOpenAtLeader()
                    && link.phase() == Phase.UP_TO_DATE
                    && !learner.isPaused()
                    && simulation.network().isOpenBothWays(server.index(), learner.index());
            with |= follows ? learner.bit() : 0;
        }
        return server.hasQuorums(with);
    }

    /** The participants that support this leader now, itself included, whatever it knows of their state. */
    long supporters() {
        long supporters = server.bit();
        for (var link : links) {
            supporters |= counts(link) ? link.learner().bit() : 0;
        }
        return supporters;
    }

    private void propose(Transaction transaction) {
        counter++;
        var request = transaction.request();
        var listing = transaction.listing();
        if (request != null) {
            request.propose(transaction);
        }
        if (listing != null) {
            server.see(listing);
            simulation.note(server, "proposes configuration", listing.version());
            simulation.invariants().proposed(this, listing, transaction);
        }
        proposedLast = transaction;
        server.disk().log(transaction);
        var proposal = new Proposal(transaction, server.inForce(), server.lastSeen());
        outstanding.add(proposal);
        for (var link : links) {
            if (link.isRegistered() && !link.isObserver()) {
                forward(link, transaction);
            }
        }
        proposal.acknowledge(server.bit());
        commitWhatCanBe();
    }

    private static void forward(LearnerLink link, Transaction transaction) {
        link.toLearner().send(() -> link.learning().proposed(link, transaction));
    }

    /** A learner has logged a proposal. */
    void acknowledged(LearnerLink link, Transaction transaction) {
        link.heardByLeader(simulation.now());
        if (over) {
            return;
        }
        for (var proposal : outstanding) {
            if (proposal.transaction() == transaction) {
                proposal.acknowledge(link.learner().bit());
                break;
            }
        }
        commitWhatCanBe();
    }

    private void commitWhatCanBe() {
        while (allowedToCommit
                && !over
                && !outstanding.isEmpty()
                && outstanding.getFirst().hasQuorums()) {
            var proposal = outstanding.remove();
            var listing = proposal.transaction().listing();
            if (listing == null) {
                commit(proposal.transaction());
            } else if (!commit(proposal, listing)) {
                return;
            }
        }
    }

    private void commit(Transaction transaction) {
        committedLast = transaction;
        for (var link : links) {
            if (link.isRegistered()) {
                link.toLearner().send(() -> link.learning().committed(link, transaction));
            }
        }
        simulation.invariants().committed(this, transaction);
        server.apply(transaction);
        releaseSyncs(transaction);
    }

    /** Commits a reconfiguration and acts by it; false if that ends this server's leadership at once. */
    private boolean commit(Proposal proposal, Listing listing) {
        var transaction = proposal.transaction();
        if (server.strikesBeforeActivation()) {
            return false;
        }
        int designated = successor(listing, proposal.acknowledged() & listing.participants());
        if (designated == SimulatedServer.NO_LEADER) {
            server.changeState("fails: it finds nobody to hand over to");
            return false;
        }
        committedLast = transaction;
        simulation.invariants().committed(this, transaction);
        server.processReconfiguration(listing, designated, true);
        if (over) {
            return false;
        }
        for (var link : links) {
            if (link.isRegistered()) {
                link.toLearner()
                        .send(() -> link.learning().committedToActivate(link, transaction, listing, designated));
            }
        }
        allowedToCommit = designated == server.index();
        server.apply(transaction);
        releaseSyncs(transaction);
        return true;
    }

    private void releaseSyncs(Transaction transaction) {
        for (var waiting = syncs.iterator(); waiting.hasNext(); ) {
            var sync = waiting.next();
            if (sync.behind() <= transaction.zxid()) {
                waiting.remove();
                answer(sync.request(), sync.from(), Reply.OK);
            }
        }
    }

    /** What a leader does each tick: hear of its learners, see whether a quorum is left, end sessions nobody uses. */
    void tick() {
        hearOfLearners();
        long now = simulation.now();
        if (state != State.SERVING) {
            if (now - begunAt > simulation.settings().initTime()) {
                server.changeState("gives up leading: no quorum came in time");
            }
            return;
        }
        if (!server.hasQuorums(supporters())) {
            server.changeState("gives up leading: no quorum follows");
            return;
        }
        for (long expired : sessions.expired(proposedLast.tree())) {
            prepare(Request.of(Request.Kind.CLOSE_SESSION, expired), server);
        }
    }

    /** Learners answer pings, half a tick apart; here all that could have been is taken to be so. */
    private void hearOfLearners() {
        var settings = simulation.settings();
        long now = simulation.now();
        for (var link : List.copyOf(links)) {
            var learner = link.learner();
            boolean toLearner = simulation.network().isOpen(server.index(), learner.index());
            boolean toLeader = simulation.network().isOpen(learner.index(), server.index());
            if (link.phase() == Phase.UP_TO_DATE
                    && link.isOpenAtLearner()
                    && !link.toLearner().isHeld()) {
                if (toLearner && !learner.isPaused()) {
                    link.heardByLearner(now);
                }
                if (toLearner && toLeader && !learner.isPaused()) {
                    link.heardByLeader(now);
                    link.countUntil(now + settings.syncTime());
                }
            }
            long patience = link.phase() == Phase.UP_TO_DATE ? settings.syncTime() : settings.initTime();
            if (now - link.heardByLeader() > patience) {
                drop(link, "is not heard of by its leader any more");
            }
        }
    }

    void end() {
        if (isServing()) {
            simulation.invariants().leadsNoMore();
        }
        over = true;
        outstanding.clear();
        links.forEach(LearnerLink::closeAtLeader);
        links.clear();
        syncs.clear();
    }
}
