package io.ensembler.testkit.fake;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.ServerId;
import io.ensembler.spi.Sender.SendRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Watches a simulation and notes where an invariant does not hold. It knows what each server has on disk and in memory,
 * which no driver does, and judges by that alone; where a plan could not have known better, since a server failed after
 * it was looked at last, it does not blame it.
 *
 * <p>Thread-safe, as its ensemble is.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Invariants {

    private static final int REPORTED = 60;
    private static final int MOST = 20;

    private final Simulation simulation;
    private final List<InvariantViolation> violations = new ArrayList<>();
    private final Map<Invariant, Count> met = new EnumMap<>(Invariant.class);
    private final List<Sent> sends = new ArrayList<>();
    /** Whether a process that ran plans has died since the last of these, and with it what it alone knew. */
    private boolean diedSince;

    private final Map<Long, Listing> committed = new HashMap<>();
    private final Map<ServerId, Long> provedSince = new TreeMap<>();
    private final Map<ServerId, Integer> provedIn = new TreeMap<>();
    private final Set<Long> accounted = new HashSet<>();
    private final List<Listing> offices = new ArrayList<>();
    private Transaction committedLast = Transaction.NONE;
    private Transaction acknowledgedLast = Transaction.NONE;
    private @Nullable Listing standing;
    private long observedSince;
    private int floor = -1;
    private int leaders;
    private long stabilization;

    private static final class Count {
        private int times;
    }

    Invariants(Simulation simulation) {
        this.simulation = simulation;
    }

    /**
     * Sets the tolerance that no reconfiguration may go below, as a plan carries it. Until it is set, none is checked.
     */
    public void floor(int tolerance) {
        synchronized (simulation.clock()) {
            floor = tolerance;
        }
    }

    /** Sets how long whoever is to vote must have served without a break. Zero until it is set. */
    public void stabilization(Duration time) {
        synchronized (simulation.clock()) {
            stabilization = time.toNanos();
        }
    }

    /**
     * Sets from which version a plan begins: what plans send then builds on such a version, or on one that a plan
     * brought. Until it is set, what a plan sends may build on any.
     */
    public void accountsFor(ConfigurationVersion base) {
        synchronized (simulation.clock()) {
            accounted.add(base.value());
        }
    }

    /** Returns the violations found until now, the first {@value #MOST} of them. */
    public List<InvariantViolation> violations() {
        synchronized (simulation.clock()) {
            return List.copyOf(violations);
        }
    }

    /** Returns how often the question arose whether an invariant holds: how often it could have been violated. */
    public int met(Invariant invariant) {
        synchronized (simulation.clock()) {
            var count = met.get(invariant);
            return count == null ? 0 : count.times;
        }
    }

    /** Returns how often the question arose for each, and what was violated. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var invariant : Invariant.values()) {
            text.append(invariant).append(" met ").append(met(invariant)).append(" times\n");
        }
        violations().forEach(violation -> text.append(violation).append('\n'));
        return text.toString();
    }

    private void meet(Invariant invariant) {
        met.computeIfAbsent(invariant, it -> new Count()).times++;
    }

    private void violated(Invariant invariant, String facts) {
        if (violations.size() < MOST) {
            violations.add(new InvariantViolation(
                    invariant,
                    Duration.ofNanos(simulation.now()),
                    facts,
                    simulation.chronicle().last(REPORTED)));
        }
    }

    private void require(boolean holds, Invariant invariant, Supplier<String> facts) {
        meet(invariant);
        if (!holds) {
            violated(invariant, facts.get());
        }
    }

    private List<ServerId> ids(long servers) {
        return simulation.roster().ids(servers);
    }

    /** The driver has looked at the ensemble, beginning at this moment: what fails later it need not know. */
    void observed(long since) {
        observedSince = since;
    }

    /** The driver begins to prove a server synced. */
    void proving(ServerId id, long since) {
        provedSince.put(id, since);
        if (simulation.roster().contains(id)) {
            provedIn.put(id, simulation.roster().get(id).term());
        }
    }

    /** A plan sends a reconfiguration. */
    void sent(Request request, SendRequest asked) {
        var before = simulation.listing(asked.before(), 0);
        var target = simulation.listing(asked.target(), 0);
        var sending = new Sent(request, before, target, asked.version().value());
        simulation.chronicle().note(simulation.now(), null, sending, sending.version());
        var leader = asked.leader().filter(simulation.roster()::contains).map(simulation.roster()::get);

        var stood = committed.get(sending.version());
        require(
                sending.version() != Reconfiguration.UNCONDITIONAL
                        && (stood == null || stood.ensemble().equals(before.ensemble())),
                Invariant.ONE_AUTHOR,
                () -> "sent on version " + asked.version() + " from " + before + ", where " + stood + " stood");
        if (!accounted.isEmpty()) {
            require(
                    isOfPlans(sending.version()) || mayBeTakenForWhatWasSent(before),
                    Invariant.ONE_AUTHOR,
                    () -> "sent on version " + asked.version() + ", which somebody else brought");
        }
        for (var earlier : sends) {
            require(
                    !mayStillCommit(earlier) || sending.closes(earlier),
                    Invariant.NO_BLIND_RETRY,
                    () -> "sent " + target + " while " + earlier.target() + " on version " + earlier.version()
                            + " may still be committed");
        }
        require(
                Arithmetic.quorumsMeet(before, target)
                        || (leader.isPresent() && isFirstGrowth(before, target, leader.get())),
                Invariant.QUORUMS_MEET,
                () -> "from " + before + " to " + target);
        checkNames(target);
        checkBarrier("a reconfiguration is sent");
        checkTolerance(before, target, leader.orElse(null));
        checkSynced(before, target);
        sends.add(sending);
        diedSince = false;
    }

    private boolean isOfPlans(long version) {
        return accounted.contains(version)
                || sends.stream()
                        .map(Sent::proposal)
                        .anyMatch(proposal -> proposal != null && proposal.version() == version);
    }

    /**
     * Whether what came of the last send is not known to who sends now, and this is what it asked for: brought by
     * somebody else in its place, it looks the same.
     */
    private boolean mayBeTakenForWhatWasSent(Listing before) {
        if (sends.isEmpty()) {
            return false;
        }
        var last = sends.get(sends.size() - 1);
        boolean untold =
                switch (last.request().reply()) {
                    case NONE_YET, CONNECTION_LOST, SESSION_EXPIRED, SESSION_MOVED -> true;
                    default -> diedSince;
                };
        return untold && last.target().ensemble().equals(before.ensemble());
    }

    /** A process that ran plans has died. */
    void processDied() {
        diedSince = true;
    }

    private void checkNames(Listing target) {
        for (var server : target.ensemble().servers()) {
            for (var address : server.endpoints().quorum()) {
                if (!address.isLiteral()) {
                    require(
                            !simulation.names().isUnresolvedHere(address.host()),
                            Invariant.NAMES_RESOLVE,
                            () -> "sent " + target + " while " + address.host() + " does not resolve");
                }
            }
        }
    }

    /** One or two participants grow in one call under a leader that stays: whoever commits it is in each old quorum. */
    private static boolean isFirstGrowth(Listing before, Listing target, SimulatedServer leader) {
        return before.isByMajority()
                && target.isByMajority()
                && Long.bitCount(before.participants()) <= 2
                && (before.participants() & ~target.participants()) == 0
                && target.keepsQuorumAddress(leader, before);
    }

    private boolean mayStillCommit(Sent sent) {
        var request = sent.request();
        var proposed = request.proposed();
        if (proposed != null) {
            return request.verdict() == Reply.OK
                    && !committedLast.holds(proposed)
                    && committedLast.zxid() < proposed.zxid()
                    && simulation.roster().all().stream()
                            .anyMatch(server -> server.disk().last().holds(proposed));
        }
        // That its session has gone on elsewhere forbids nothing: it may come back to where the request lies.
        return !request.isLost()
                && committedLast.tree().hasSession(request.session())
                && (standing == null || standing.version() == sent.version());
    }

    /** Whether a leader has acted by what it asked for, and none that came later has forgotten it. */
    private boolean isApplied(Listing proposal) {
        return committed.containsKey(proposal.version())
                && standing != null
                && standing.version() >= proposal.version();
    }

    private void checkBarrier(String what) {
        for (int i = sends.size() - 1; i >= 0; i--) {
            var sent = sends.get(i);
            var before = sent.inForceBefore();
            var proposal = sent.proposal();
            if (before != null && proposal != null && isApplied(proposal)) {
                long unaware = before.participants() & ~aware(proposal.version());
                require(
                        !before.isQuorum(unaware),
                        Invariant.BARRIER,
                        () -> what + " while " + ids(unaware) + " of " + before + " do not act by version "
                                + Long.toHexString(proposal.version()));
                return;
            }
        }
    }

    /** The servers that act by this version or a later one, or would when they are started. */
    private long aware(long version) {
        long aware = 0;
        for (var server : simulation.roster().all()) {
            var file = server.disk().configuration();
            long has = server.isRunning() ? server.inForce().version() : file == null ? 0 : file.version();
            aware |= has >= version ? server.bit() : 0;
        }
        return aware;
    }

    /**
     * Holds if it does for any set of servers that may have been seen live: a server that began or ceased to serve
     * since the ensemble was looked at counts either way.
     */
    private void checkTolerance(Listing before, Listing target, @Nullable SimulatedServer leader) {
        if (floor < 0) {
            return;
        }
        long live = 0;
        long uncertain = 0;
        for (var server : simulation.roster().all()) {
            if (server.servedUntil() >= observedSince) {
                boolean throughout = server.servedSince() >= 0
                        && server.servedSince() <= observedSince
                        && !server.isPaused()
                        && simulation.network().isSeenSince(server.index(), observedSince);
                live |= throughout ? server.bit() : 0;
                uncertain |= throughout ? 0 : server.bit();
            }
        }
        boolean kept = false;
        for (long some = uncertain; !kept; some = some - 1 & uncertain) {
            kept = keepsTolerance(before, target, live | some, leader);
            if (some == 0) {
                break;
            }
        }
        meet(Invariant.TOLERANCE_FLOOR);
        if (!kept) {
            violated(
                    Invariant.TOLERANCE_FLOOR,
                    "from " + before + " to " + target + " with " + ids(live) + " live, perhaps " + ids(uncertain)
                            + ", and floor " + floor);
        }
    }

    private boolean keepsTolerance(Listing before, Listing target, long live, @Nullable SimulatedServer leader) {
        long promoted = target.participants() & before.observers();
        int now = Arithmetic.tolerance(before, live);
        int during = Math.min(now, Arithmetic.tolerance(target, live & ~promoted));
        boolean leaderReconnects = leader != null
                && (before.participants() & target.participants() & leader.bit()) != 0
                && !target.keepsQuorumAddress(leader, before);
        long others = leaderReconnects && leader != null ? live & ~leader.bit() & ~promoted : live & ~promoted;
        return during >= Math.min(floor, now) && (!leaderReconnects || Arithmetic.tolerance(target, others) >= 0);
    }

    private void checkSynced(Listing before, Listing target) {
        for (long left = target.participants() & ~before.participants(); left != 0; left &= left - 1) {
            var server = simulation.roster().at(Long.numberOfTrailingZeros(left));
            var since = provedSince.get(server.id());
            boolean served = since != null && server.servedUntil() >= since;
            // One that went down since may do so unseen; one that is back has lost what it was proved over.
            boolean throughout =
                    !server.isServing() || Integer.valueOf(server.term()).equals(provedIn.get(server.id()));
            boolean longEnough = !server.isServing()
                    || simulation.now() - server.servedSince() >= stabilization
                    || server.isPaused();
            require(
                    served && throughout && longEnough,
                    Invariant.SYNCED_BEFORE_VOTING,
                    () -> "server " + server.id() + " is to vote, served until " + server.servedUntil() / Settings.MILLI
                            + " ms, and was proved to since "
                            + (since == null ? "never" : since / Settings.MILLI + " ms"));
        }
    }

    /** A leader proposes a reconfiguration. */
    void proposed(Leading leading, Listing listing, Transaction transaction) {
        var server = leading.server();
        for (var sent : sends) {
            if (sent.request() == transaction.request()) {
                sent.proposed(server.inForce(), listing);
                if (listing.isQuorum(server.bit())) {
                    require(
                            listing.keepsQuorumAddress(server, server.inForce()) && !listing.leaderResolvedAnew(),
                            Invariant.LONE_QUORUM_STAYS,
                            () -> "server " + server.id() + " alone is a quorum of " + listing + " and would move");
                }
            }
        }
    }

    /** A leader commits something. */
    void committed(Leading leading, Transaction transaction) {
        if (transaction.zxid() > committedLast.zxid()) {
            committedLast = transaction;
        }
        var listing = transaction.listing();
        if (listing != null) {
            stands(listing);
            simulation.note(leading.server(), "commits configuration", listing.version());
        }
    }

    private void stands(Listing listing) {
        standing = listing;
        committed.put(listing.version(), listing);
    }

    /** A server acts by another configuration. */
    void activated(SimulatedServer server) {
        simulation.note(server, "has in force configuration", server.inForce().version());
    }

    /** A client is told that its write is committed. */
    void acknowledged(Transaction transaction, SimulatedServer by) {
        meet(Invariant.NOTHING_LOST);
        if (transaction.holds(acknowledgedLast)) {
            acknowledgedLast = transaction;
        } else if (!acknowledgedLast.holds(transaction)) {
            violated(
                    Invariant.NOTHING_LOST,
                    "server " + by.id() + " acknowledges " + transaction + ", whose history lacks " + acknowledgedLast
                            + ", which was acknowledged before");
        }
    }

    /** A server has taken office. */
    void leads(Leading leading) {
        leaders++;
        offices.add(leading.server().inForce());
        var server = leading.server();
        stands(server.inForce());
        require(
                server.disk().last().holds(acknowledgedLast),
                Invariant.NOTHING_LOST,
                () -> "server " + server.id() + " leads and lacks " + acknowledgedLast + ", which was acknowledged");
    }

    /** A launcher starts a server with these files. */
    void starting(SimulatedServer server, Listing seed) {
        checkBarrier("server " + server.id() + " is started");
        var stands = standing;
        boolean listed = stands != null && (stands.participants() & server.bit()) != 0;
        boolean mayBeListed = sends.stream()
                .anyMatch(sent -> mayStillCommit(sent) && (sent.target().participants() & server.bit()) != 0);
        boolean empty = !server.disk().holdsTransactions();
        boolean seededToVote = (seed.participants() & server.bit()) != 0;
        require(
                !(empty && (listed || mayBeListed)) && !(seededToVote && !listed),
                Invariant.JOINER_CANNOT_ELECT,
                () -> "server " + server.id() + " is started on " + (empty ? "an empty directory" : "its data")
                        + " with files " + seed + ", while " + stands + " stands");
    }

    /** A launcher stops a server. */
    void stopping(SimulatedServer server) {
        checkBarrier("server " + server.id() + " is stopped");
        checkGone(server, "stopped");
    }

    /** A launcher sets the data of a server aside. */
    void wiping(SimulatedServer server) {
        checkBarrier("the data of server " + server.id() + " is set aside");
        checkGone(server, "set aside");
    }

    private void checkGone(SimulatedServer server, String what) {
        var stands = standing;
        boolean listed = stands != null && (stands.servers() & server.bit()) != 0;
        boolean unsettled = sends.stream().anyMatch(this::mayStillCommit);
        boolean needed = simulation.roster().all().stream()
                .map(SimulatedServer::leading)
                .anyMatch(leading -> leading != null
                        && leading.isServing()
                        && leading.outstanding().stream().anyMatch(proposal -> proposal.needs(server.bit())));
        require(
                !listed && !unsettled && !needed,
                Invariant.ACTIVE_BEFORE_STOP,
                () -> "server " + server.id() + " is " + what + " while " + stands + " stands"
                        + (unsettled ? ", and something sent may still be committed" : "")
                        + (needed ? ", and a write needs it" : ""));
    }

    /** A leader that had taken office has given it up. */
    void leadsNoMore() {
        leaders--;
    }

    /** Something has happened: looks whether two leaders can acknowledge now. */
    void afterEach() {
        if (leaders > 1) {
            checkLeaders();
        }
    }

    private void checkLeaders() {
        long able = 0;
        for (var server : simulation.roster().all()) {
            var leading = server.leading();
            able |= leading != null && leading.canAcknowledge() ? server.bit() : 0;
        }
        meet(Invariant.ONE_LEADER);
        if (Long.bitCount(able) > 1) {
            violated(Invariant.ONE_LEADER, "servers " + ids(able) + " lead and can acknowledge writes");
        }
    }

    /** The newest configuration that was committed, as far as anybody can tell who sees all. */
    @Nullable
    Listing standing() {
        return standing;
    }

    /** By which configuration each leader took office, in order. */
    List<Listing> offices() {
        return Collections.unmodifiableList(offices);
    }

    Transaction acknowledgedLast() {
        return acknowledgedLast;
    }

    List<Sent> sends() {
        return Collections.unmodifiableList(sends);
    }
}
