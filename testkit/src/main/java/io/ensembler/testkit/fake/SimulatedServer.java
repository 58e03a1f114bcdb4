package io.ensembler.testkit.fake;

import io.ensembler.model.Address;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server: its process, what it has on disk, which configuration it has in force and which it has seen last, and
 * what it does by them. What it does as leader and as learner is in {@link Leading} and {@link Learning}.
 */
final class SimulatedServer {

    static final int NO_LEADER = -1;

    private static final int EXIT_NOT_LISTED = 1;

    private final Simulation simulation;
    private final ServerId id;
    private final int index;
    private final Disk disk = new Disk();
    private final ArrayDeque<Message> heldWhilePaused = new ArrayDeque<>();
    private final List<Connection> connections = new ArrayList<>();
    private final ClientPort clientPort;
    private final ElectionListener electionListener;
    private final Armed crashesBeforeActivation = new Armed();

    private Server line;
    private int run;
    private boolean running;
    private int pauses;
    private boolean reconfigEnabled = true;
    private int syncStalls;
    private int nameWhenStarted;
    private int runThatCrashed = -1;

    private Listing inForce;
    private Listing lastSeen;
    private boolean observing;
    private Role role = Role.LOOKING;
    private Election election;
    private int leader = NO_LEADER;
    private long electedIn;
    /** Whether it knows whom to follow without an election. */
    private boolean knowsLeader;

    private @Nullable Leading leading;
    private @Nullable Learning learning;
    private Transaction applied = Transaction.NONE;
    private Shown shown;
    private boolean serving;
    private int term;
    /** Since when it has served without a break, or until when it did. */
    private long servedSince = -1;

    private long servedUntil = -1;

    SimulatedServer(Simulation simulation, Server line, int index) {
        this.simulation = simulation;
        this.id = line.id();
        this.line = line;
        this.index = index;
        this.election = new Election(simulation, this);
        this.clientPort = new ClientPort(simulation, this);
        this.electionListener = new ElectionListener(simulation, this);
        this.inForce = Listing.of(Ensemble.empty(), 0, simulation.roster());
        this.lastSeen = inForce;
        this.shown = new Shown(inForce, 0);
    }

    ServerId id() {
        return id;
    }

    int index() {
        return index;
    }

    long bit() {
        return 1L << index;
    }

    /** As it was listed last, or launched. */
    Server line() {
        return line;
    }

    void line(Server newLine) {
        line = newLine;
    }

    Disk disk() {
        return disk;
    }

    int run() {
        return run;
    }

    boolean isRunning() {
        return running;
    }

    boolean isPaused() {
        return pauses > 0;
    }

    Role role() {
        return role;
    }

    Listing inForce() {
        return inForce;
    }

    Listing lastSeen() {
        return lastSeen;
    }

    /** Whether it acts as observer, by the configuration it has in force. */
    boolean isObserving() {
        return observing;
    }

    Election election() {
        return election;
    }

    /** The number of the server that it leads or follows, or did last. */
    int leader() {
        return leader;
    }

    long electedIn() {
        return electedIn;
    }

    @Nullable
    Leading leading() {
        return leading;
    }

    @Nullable
    Learning learning() {
        return learning;
    }

    Transaction applied() {
        return applied;
    }

    Shown shown() {
        return shown;
    }

    boolean isServing() {
        return serving;
    }

    int term() {
        return term;
    }

    int connections() {
        return connections.size();
    }

    /** Since when it has served without a break; -1 if it does not serve. */
    long servedSince() {
        return serving ? servedSince : -1;
    }

    /** When it last served; -1 if it never did. */
    long servedUntil() {
        return serving && !isPaused() ? simulation.now() : servedUntil;
    }

    boolean isReconfigEnabled() {
        return reconfigEnabled;
    }

    void enableReconfiguration(boolean enabled) {
        reconfigEnabled = enabled;
    }

    Armed crashesBeforeActivation() {
        return crashesBeforeActivation;
    }

    /** Whether a learner's connection to it is held in the middle of the sync. */
    boolean isSyncStalled() {
        return syncStalls > 0;
    }

    void stallSync() {
        syncStalls++;
    }

    void letSync() {
        syncStalls--;
        if (syncStalls == 0 && learning != null) {
            learning.releaseSync();
        }
    }

    /** Who votes by what it has in force and by what was proposed last. */
    long voters() {
        return lastSeen.version() > inForce.version()
                ? inForce.participants() | lastSeen.participants()
                : inForce.participants();
    }

    /** Whether these are a quorum by what it has in force and by what was proposed last. */
    boolean hasQuorums(long servers) {
        return inForce.isQuorum(servers) && (lastSeen.version() <= inForce.version() || lastSeen.isQuorum(servers));
    }

    boolean votes() {
        return (inForce.participants() & bit()) != 0;
    }

    /** Whether a configuration names it by host name. */
    boolean isNamed(Listing listing) {
        return listing.line(this).filter(it -> it.endpoints().usesNames()).isPresent();
    }

    /** Reads a configuration as this server would now: its own host name may lead elsewhere than when it started. */
    Listing resolvedAnew(Listing listing) {
        return listing.withLeaderResolvedAnew(
                isNamed(listing) && simulation.names().leadsTo(index) != nameWhenStarted);
    }

    /** Starts the process from what is on the disk. */
    void boot() {
        var own = disk.configuration();
        if (running || own == null) {
            throw new IllegalStateException("server " + id + " runs already, or has no files");
        }
        if ((own.servers() & bit()) == 0) {
            simulation.note(this, "exits: it is not in the peer list");
            simulation.exited(id, EXIT_NOT_LISTED, "My id " + id + " not in the peer list");
            return;
        }
        run++;
        running = true;
        pauses = 0;
        nameWhenStarted = simulation.names().leadsTo(index);
        inForce = own.withLeaderResolvedAnew(false);
        var next = disk.next();
        lastSeen = next == null ? inForce : next.withLeaderResolvedAnew(false);
        disk.deleteNext();
        observing = (inForce.observers() & bit()) != 0;
        applied = disk.last();
        shown = new Shown(inForce, inForce.version());
        leader = NO_LEADER;
        knowsLeader = false;
        election = new Election(simulation, this);
        clientPort.open(inForce.line(this));
        simulation.note(this, "starts with configuration", inForce.version());
        later(simulation.settings().tick(), this::tick);
        look();
    }

    /** Ends the process, whatever it was doing. */
    void end(String how) {
        if (!running) {
            return;
        }
        simulation.note(this, how);
        leave();
        running = false;
        pauses = 0;
        run++;
        election.end();
        role = Role.LOOKING;
        while (!heldWhilePaused.isEmpty()) {
            heldWhilePaused.remove().drop();
        }
    }

    /** Ends the process, and lets nothing that was to start it again do so. */
    void endForGood(String how) {
        end(how);
        run++;
    }

    /** The server ends its own process. */
    void exit(int code, String why) {
        simulation.exited(id, code, why);
        end("exits: " + why);
    }

    void pause() {
        if (!running) {
            return;
        }
        if (pauses == 0) {
            servedUntil = servedUntil();
            simulation.note(this, "stands still");
        }
        pauses++;
    }

    void resume() {
        if (!isPaused()) {
            return;
        }
        pauses--;
        if (pauses == 0) {
            servedSince = simulation.now();
            simulation.note(this, "goes on");
            int now = run;
            var held = new ArrayList<>(heldWhilePaused);
            heldWhilePaused.clear();
            // What comes over one connection is read in order, and the connections in any.
            if (simulation.chance().below(2) == 0) {
                held.sort(Comparator.comparing(message -> !message.isFirst()));
            }
            held.forEach(message -> arrive(now, message));
        }
    }

    /** Something has come to this run of the server; it waits while the process stands still. */
    void arrive(int forRun, Message message) {
        if (!running || forRun != run) {
            message.drop();
        } else if (isPaused()) {
            heldWhilePaused.add(message);
        } else {
            message.deliver();
        }
    }

    /** Does something later, if this run of the server still lives then; it waits while the process stands still. */
    void later(long delay, Runnable what) {
        int now = run;
        simulation.after(delay, () -> arrive(now, what::run));
    }

    private void tick() {
        if (leading != null) {
            leading.tick();
        } else if (learning != null) {
            learning.tick();
        }
        later(simulation.settings().tick(), this::tick);
    }

    /** Looks for a leader. */
    private void look() {
        role = Role.LOOKING;
        leader = NO_LEADER;
        simulation.note(this, "looks for a leader");
        election.begin();
    }

    /** An election has ended. */
    void elected(int newLeader, long in) {
        electedIn = in;
        leader = newLeader;
        takeRole();
    }

    private void takeRole() {
        if (leader == index) {
            role = Role.LEADING;
            simulation.note(
                    this, "was elected, with last transaction", disk.last().zxid());
            leading = new Leading(simulation, this);
            leading.begin();
        } else {
            role = observing ? Role.OBSERVING : Role.FOLLOWING;
            learning = new Learning(simulation, this, simulation.roster().at(leader));
            learning.begin();
        }
    }

    /** Gives up what it does, since its leader is lost or its role has changed, and goes to what comes next. */
    void changeState(String why) {
        simulation.note(this, why);
        leave();
        if (knowsLeader) {
            knowsLeader = false;
            takeRole();
        } else if (observing) {
            role = Role.LOOKING;
            leader = NO_LEADER;
            later(simulation.chance().between(0, Settings.OBSERVER_DELAY), () -> {
                if (leading == null && learning == null) {
                    look();
                }
            });
        } else {
            look();
        }
    }

    private void leave() {
        stopServing();
        var wasLeading = leading;
        var wasLearning = learning;
        leading = null;
        learning = null;
        if (wasLeading != null) {
            wasLeading.end();
        }
        if (wasLearning != null) {
            wasLearning.end();
        }
    }

    /** Takes up service to clients. */
    void serve() {
        if (!serving) {
            serving = true;
            term++;
            servedSince = simulation.now();
        }
    }

    private void stopServing() {
        if (serving) {
            servedUntil = servedUntil();
            serving = false;
            term++;
        }
        for (var connection : List.copyOf(connections)) {
            connection.closeAtServer();
        }
        connections.clear();
    }

    void accept(Connection connection) {
        connections.add(connection);
    }

    void forget(Connection connection) {
        connections.remove(connection);
    }

    /** Whether it accepts clients at this address. */
    boolean listensAt(Address address) {
        return running && clientPort.isAt(address);
    }

    /**
     * Remembers a configuration that was proposed; acted by it is once it is committed. One of a lower version than
     * another remembered takes its place all the same: a leader's word counts, and it may have forgotten what this
     * server has not.
     */
    void see(Listing proposed) {
        if (reconfigEnabled && lastSeen.version() != proposed.version()) {
            lastSeen = proposed;
            disk.writeNext(proposed);
        }
    }

    /** Shows clients what is in force. */
    void refreshShown() {
        shown = new Shown(inForce, inForce.version());
    }

    /** Whether it ended before it acted by a reconfiguration, and was neither started nor stopped since. */
    boolean hasCrashedByItself() {
        return !running && run == runThatCrashed;
    }

    /** Whether this fault strikes now: the server has acknowledged a reconfiguration and is about to act by it. */
    boolean strikesBeforeActivation() {
        if (crashesBeforeActivation.strikes()) {
            crashesBeforeActivation.clear();
            end("crashes before it activates");
            runThatCrashed = run;
            return true;
        }
        return false;
    }

    /**
     * Acts by a configuration from now on. Returns whether that changes its role or its leader, so that it has to go on
     * elsewhere.
     *
     * @param suggested the number of the server to follow, {@link #NO_LEADER} if nobody suggests one
     * @param reopening whether the election listener is opened anew
     */
    boolean processReconfiguration(Listing next, int suggested, boolean reopening) {
        if (!reconfigEnabled) {
            return false;
        }
        var before = inForce;
        if (before.version() < next.version()) {
            putInForce(next);
        }
        refreshShown();
        if (before.version() >= next.version() || before.isSame(next)) {
            return false;
        }
        simulation.note(this, "acts by configuration", next.version());
        if (reopening) {
            election.forgetRounds();
            electionListener.reopen();
            if (!running) {
                return true;
            }
        }
        next.line(this).ifPresent(clientPort::move);
        boolean roleChanges = changesRole(next);
        boolean leaderChanges;
        if (suggested != NO_LEADER) {
            leaderChanges = suggested != leader;
            if (leaderChanges) {
                leader = suggested;
                knowsLeader = true;
            }
        } else {
            leaderChanges = leader == NO_LEADER
                    || !next.keepsQuorumAddress(simulation.roster().at(leader), before);
            knowsLeader = false;
        }
        return roleChanges || leaderChanges;
    }

    private void putInForce(Listing next) {
        inForce = next;
        if (next.version() > lastSeen.version()) {
            lastSeen = next;
        }
        disk.writeConfiguration(next);
        if (next.version() == lastSeen.version()) {
            disk.deleteNext();
        }
        next.line(this).ifPresent(it -> line = it);
        simulation.invariants().activated(this);
    }

    private boolean changesRole(Listing next) {
        boolean toObserve = (next.observers() & bit()) != 0;
        if (toObserve == observing) {
            return false;
        }
        observing = toObserve;
        knowsLeader = true;
        return true;
    }

    /** Takes a whole history over from its leader, after which nothing is told to clients. */
    void adopt(Transaction history) {
        disk.log(history);
        applied = history;
    }

    /** Applies a transaction that was committed, and tells the client that waits for it here. */
    void apply(Transaction transaction) {
        applied = transaction;
        var listing = transaction.listing();
        if (listing != null) {
            shown = new Shown(listing, transaction.zxid());
        } else if (transaction.isTampering()) {
            shown = new Shown(shown.listing(), transaction.zxid());
        }
        var request = transaction.request();
        if (request != null && request.isAwaitedAt(this, term)) {
            reply(request, request.verdict(), transaction.zxid());
            if (request.verdict() == Reply.OK) {
                simulation.invariants().acknowledged(transaction, this);
            }
        }
        if (request != null && request.kind() == Request.Kind.CLOSE_SESSION) {
            closeConnectionsOf(request.session());
        }
    }

    private void closeConnectionsOf(long session) {
        for (var connection : List.copyOf(connections)) {
            if (connection.session().id() == session) {
                connection.closeAtServer();
            }
        }
    }

    /** Takes a request from a client. */
    void submit(Request request) {
        request.received(this, term);
        if (!serving) {
            request.lose();
        } else if (request.kind().isRead()) {
            read(request);
        } else if (leading != null) {
            leading.take(request, this);
        } else if (learning != null) {
            learning.forward(request);
        }
    }

    private void read(Request request) {
        if (request.kind() == Request.Kind.READ_CONFIGURATION) {
            reply(request, Reply.OK, shown.modified());
        } else {
            long modified = applied.tree().modified(request.znode());
            reply(request, modified == 0 ? Reply.NO_NODE : Reply.OK, modified);
        }
    }

    /** Answers a client if it still waits here. */
    void reply(Request request, Reply code, long zxid) {
        if (!request.isAwaitedAt(this, term)) {
            return;
        }
        var connection = request.connection();
        var now = shown;
        if (connection == null) {
            request.answer(code, zxid, now);
        } else {
            connection.reply(request, code, zxid, now);
        }
    }

    @Override
    public String toString() {
        return "server " + id + " " + role;
    }
}
