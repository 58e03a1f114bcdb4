package io.ensembler.plan.oracle;

import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * The best way from one ensemble to another, found by trying every one. It knows nothing but what an admissible
 * reconfiguration is and what it costs; it shares no code with the planner that it judges.
 *
 * <p>A server that differs between origin and target is at its origin line, or at its target line, or, if it is an
 * observer to be promoted, taken from the list in between, or, if it is in a circle of servers that take the address of
 * the next, at addresses that nobody has. Servers are numbered, and a set of them is an {@code int} with a bit for
 * each. Whoever takes over leadership is the worst choice there is: a way counts for what it costs then, and for
 * nothing if for somebody there is no way on. For quorums by majority.
 */
final class Oracle {

    private final List<ServerId> ids;
    private final List<Optional<Server>> origin;
    private final List<Optional<Server>> target;
    private final int floor;

    private final int originParticipants;
    private final int targetParticipants;
    private final int originListed;
    private final int targetListed;
    private final int unchanged;
    private final int dead;
    private final int quorumAddressMoves;
    private final int[] addressHeldBy;
    private final int inCircles;

    private final Map<Situation, Optional<Choice>> solved = new HashMap<>();

    /**
     * Prepares the search.
     *
     * @param dead the listed servers that are down today
     * @param floor the tolerance that no call goes below, unless it is lower already
     */
    Oracle(Ensemble origin, Ensemble target, Set<ServerId> dead, int floor) {
        var all = new TreeSet<>(origin.ids());
        all.addAll(target.ids());
        this.ids = List.copyOf(all);
        this.origin = ids.stream().map(origin::server).toList();
        this.target = ids.stream().map(target::server).toList();
        this.floor = floor;
        this.originParticipants = set(origin.participants());
        this.targetParticipants = set(target.participants());
        this.originListed = set(origin.ids());
        this.targetListed = set(target.ids());
        this.dead = set(dead);
        int same = 0;
        int moving = 0;
        this.addressHeldBy = new int[ids.size()];
        for (int i = 0; i < ids.size(); i++) {
            same |= this.origin.get(i).equals(this.target.get(i)) ? 1 << i : 0;
            moving |= movesQuorumAddress(i) ? 1 << i : 0;
            addressHeldBy[i] = othersHoldingAnAddressOf(i);
        }
        this.unchanged = same;
        this.quorumAddressMoves = moving;
        this.inCircles = inCircles();
    }

    /**
     * Where every server is: at its origin line, {@code away} from the list between two lines, {@code aside} at
     * addresses of neither, or {@code done}.
     */
    record Place(int away, int aside, int done) {

        Place done(int servers) {
            return new Place(away & ~servers, aside & ~servers, done | servers);
        }
    }

    /** A place, and who leads there. */
    private record Situation(Place place, int leader) {}

    /** The best reconfiguration of a situation, what it costs with all that follows, and who leads after it then. */
    private record Choice(Place after, Preference cost, int leader) {}

    /**
     * Returns the tolerance that every call keeps unless somebody consents to less: the lower of origin and target,
     * with the target's joiners live and today's dead dead. It is -1 if either is no ensemble that works.
     */
    static int floor(Ensemble origin, Ensemble target, Set<ServerId> dead) {
        return Math.min(tolerance(origin, dead), tolerance(target, dead));
    }

    private static int tolerance(Ensemble ensemble, Set<ServerId> dead) {
        var live = new TreeSet<>(ensemble.participants());
        live.removeAll(dead);
        return toleranceOf(ensemble.participants().size(), live.size());
    }

    // Where one begins, and what comes out.

    Place start() {
        return new Place(0, 0, unchanged);
    }

    boolean isTarget(Place place) {
        return place.done() == everybody();
    }

    /** Returns the least that every way from the start costs, empty if there is none. */
    Optional<Preference> best(ServerId leader) {
        return best(start(), leader);
    }

    /** Returns the least that every way from a place costs, empty if there is none. */
    Optional<Preference> best(Place place, ServerId leader) {
        if (tolerance(place, live(place)) < 0 || tolerance(targetParticipants, targetParticipants & ~dead) < 0) {
            return Optional.empty();
        }
        return cost(solve(new Situation(place, ids.indexOf(leader))));
    }

    /** Returns one way of those that cost least, a call an entry, with the worst choice at every hand-off. */
    List<String> bestWay(Place from, ServerId firstLeader) {
        var way = new ArrayList<String>();
        var at = new Situation(from, ids.indexOf(firstLeader));
        while (!isTarget(at.place())) {
            var choice = solve(at);
            if (choice.isEmpty()) {
                way.add("no way on");
                return way;
            }
            var after = choice.get().after();
            way.add(describe(at.place(), after, ids.get(at.leader()))
                    + (choice.get().leader() == at.leader()
                            ? ""
                            : ", and " + ids.get(choice.get().leader()) + " leads"));
            at = new Situation(after, choice.get().leader());
        }
        return way;
    }

    // The search.

    private Optional<Choice> solve(Situation situation) {
        var known = solved.get(situation);
        if (known != null) {
            return known;
        }
        var found = search(situation);
        solved.put(situation, found);
        return found;
    }

    private Optional<Choice> search(Situation situation) {
        var place = situation.place();
        if (isTarget(place)) {
            return Optional.of(new Choice(place, Preference.NOTHING, situation.leader()));
        }
        Optional<Choice> best = Optional.empty();
        for (var after : candidates(place)) {
            var whole = isAdmissible(place, after, situation.leader())
                    ? withTheWorstLeader(situation, after)
                    : Optional.<Choice>empty();
            if (whole.isPresent()
                    && (best.isEmpty()
                            || whole.get().cost().compareTo(best.get().cost()) < 0)) {
                best = whole;
            }
        }
        return best;
    }

    private Optional<Choice> withTheWorstLeader(Situation situation, Place after) {
        var call = edge(situation.place(), after, situation.leader());
        Optional<Choice> worst = Optional.empty();
        for (int leader : leadersAfter(situation.place(), after, situation.leader())) {
            var rest = cost(solve(new Situation(after, leader)));
            if (rest.isEmpty()) {
                return Optional.empty();
            }
            var whole = call.plus(rest.get());
            if (worst.isEmpty() || whole.compareTo(worst.get().cost()) > 0) {
                worst = Optional.of(new Choice(after, whole, leader));
            }
        }
        return worst;
    }

    private static Optional<Preference> cost(Optional<Choice> choice) {
        return choice.map(Choice::cost);
    }

    /**
     * Returns every place that one call might lead to, by its form alone: one server in any way it can go, and any set
     * of the servers that may go together.
     */
    List<Place> candidates(Place before) {
        var candidates = new ArrayList<Place>();
        int left = everybody() & ~before.done();
        for (int i = 0; i < ids.size(); i++) {
            if (contains(left, i)) {
                candidates.add(before.done(1 << i));
            }
            if (contains(left & inCircles & ~before.aside() & originParticipants, i)) {
                candidates.add(new Place(before.away(), before.aside() | 1 << i, before.done()));
            }
        }
        // Observers that are to be promoted leave the list, any others come to their target lines.
        int observers = left & ~before.away() & ~originParticipants;
        int promoted = observers & originListed & targetParticipants;
        int changing = observers & ~targetParticipants;
        forEachSubset(promoted | changing, subset -> {
            boolean alone = Integer.bitCount(subset) == 1 && (subset & changing) != 0;
            if (!alone) {
                candidates.add(new Place(before.away() | (subset & promoted), before.aside() & ~subset, before.done())
                        .done(subset & changing));
            }
            forEachSubset(
                    subset & inCircles & ~before.aside(),
                    evading -> candidates.add(new Place(
                                    before.away() | (subset & promoted),
                                    (before.aside() & ~subset) | evading,
                                    before.done())
                            .done(subset & changing & ~evading)));
        });
        // Those who are not listed come in as participants.
        int coming = left & targetParticipants & ~listed(before);
        forEachSubset(coming, subset -> {
            if (Integer.bitCount(subset) > 1) {
                candidates.add(before.done(subset));
            }
        });
        return candidates;
    }

    private static void forEachSubset(int set, IntConsumer action) {
        for (int subset = set; subset != 0; subset = (subset - 1) & set) {
            action.accept(subset);
        }
    }

    // What is admissible.

    /** Returns whether one call may lead from one place to another while this server leads. */
    boolean isAdmissible(Place before, Place after, ServerId leader) {
        return isAdmissible(before, after, ids.indexOf(leader));
    }

    private boolean isAdmissible(Place before, Place after, int leader) {
        return goesForward(before, after)
                && (isOneParticipantsChange(before, after)
                        || isObserversCall(before, after)
                        || isGrowth(before, after, leader))
                && promotesNoDeadServer(after)
                && takesNoHeldAddress(before, after)
                && keepsTolerance(before, after, leader);
    }

    private boolean goesForward(Place before, Place after) {
        return moved(before, after) != 0
                && exists(after)
                && (before.done() & ~after.done()) == 0
                && (before.away() & ~(after.away() | after.done())) == 0
                && (before.aside() & ~(after.aside() | after.done())) == 0;
    }

    /** Returns whether nobody is away but observers that are to be promoted. */
    boolean exists(Place place) {
        int toPromote = originListed & ~originParticipants & targetParticipants;
        return (place.away() & (place.done() | ~toPromote)) == 0
                && (place.aside() & (place.done() | place.away() | ~inCircles)) == 0;
    }

    private boolean isOneParticipantsChange(Place before, Place after) {
        int moved = moved(before, after);
        return Integer.bitCount(moved) == 1 && ((participants(before) | participants(after)) & moved) != 0;
    }

    private boolean isObserversCall(Place before, Place after) {
        return ((participants(before) | participants(after)) & moved(before, after)) == 0;
    }

    private boolean isGrowth(Place before, Place after, int leader) {
        int moved = moved(before, after);
        return Integer.bitCount(participants(before)) <= 2
                && contains(participants(before), leader)
                && (listed(before) & moved) == 0
                && (participants(after) & moved) == moved;
    }

    private boolean promotesNoDeadServer(Place after) {
        return (participants(after) & ~originParticipants & dead) == 0;
    }

    private boolean takesNoHeldAddress(Place before, Place after) {
        int arriving = after.done() & ~before.done();
        for (int i = 0; i < ids.size(); i++) {
            boolean arrives = contains(arriving, i);
            int heldBy = addressHeldBy[i] & ~before.done() & ~before.away() & ~before.aside();
            if (arrives && heldBy != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean keepsTolerance(Place before, Place after, int leader) {
        int liveBefore = live(before);
        int liveAfter = live(after) & ~promotedDirectly(before, after);
        int now = tolerance(before, liveBefore);
        int need = Math.min(floor, now);
        // Before the call tolerance is "now", which is never less than what is needed.
        boolean kept = now >= 0 && tolerance(after, liveAfter) >= need;
        if (!leaderMovesItsQuorumAddress(before, after, leader)) {
            return kept;
        }
        int others = ~(1 << leader);
        return kept && tolerance(before, liveBefore & others) >= 0 && tolerance(after, liveAfter & others) >= 0;
    }

    private boolean leaderMovesItsQuorumAddress(Place before, Place after, int leader) {
        return (moved(before, after) & quorumAddressMoves & 1 << leader) != 0;
    }

    private int promotedDirectly(Place before, Place after) {
        return participants(after) & listed(before) & ~participants(before);
    }

    // What it leads to, and what it costs.

    /** Returns who may lead once a call is done, in the order of their ids: whoever led, unless leadership moves. */
    List<ServerId> leadersAfter(Place before, Place after, ServerId leader) {
        return leadersAfter(before, after, ids.indexOf(leader)).stream()
                .map(ids::get)
                .toList();
    }

    private List<Integer> leadersAfter(Place before, Place after, int leader) {
        if (!movesLeadership(before, after, leader)) {
            return List.of(leader);
        }
        var leaders = new ArrayList<Integer>();
        for (int i = 0; i < ids.size(); i++) {
            if (i != leader && contains(live(after), i)) {
                leaders.add(i);
            }
        }
        return leaders;
    }

    boolean movesLeadership(Place before, Place after, ServerId leader) {
        return movesLeadership(before, after, ids.indexOf(leader));
    }

    private boolean movesLeadership(Place before, Place after, int leader) {
        return !contains(participants(after), leader) || leaderMovesItsQuorumAddress(before, after, leader);
    }

    /** Returns what a call costs by itself. */
    Preference edge(Place before, Place after, ServerId leader) {
        return edge(before, after, ids.indexOf(leader));
    }

    private Preference edge(Place before, Place after, int leader) {
        int size = Integer.bitCount(participants(after));
        int targetSize = Integer.bitCount(targetParticipants);
        boolean moves = movesLeadership(before, after, leader);
        int removedLive = participants(before) & ~dead & ~participants(after);
        boolean fewerLiveThanTheTarget = Integer.bitCount(live(after)) < Integer.bitCount(targetParticipants & ~dead);
        return Preference.of(
                bringsInWhoseLossLeavesNoQuorum(before, after) ? 1 : 0,
                moves ? 1 : 0,
                moves ? Integer.bitCount(everybody() & ~after.done()) : 0,
                Integer.bitCount(participants(after) & dead & ~targetParticipants),
                fewerLiveThanTheTarget ? Integer.bitCount(removedLive) : 0,
                1,
                Math.max(0, size - targetSize),
                size % 2 == 0 ? 1 : 0);
    }

    private boolean bringsInWhoseLossLeavesNoQuorum(Place before, Place after) {
        int joining = participants(after) & ~listed(before);
        for (int i = 0; i < ids.size(); i++) {
            boolean joins = contains(joining, i);
            if (joins && tolerance(after, live(after) & ~(1 << i)) < 0) {
                return true;
            }
        }
        return false;
    }

    // Sets of servers.

    private static boolean contains(int set, int server) {
        return (set & 1 << server) != 0;
    }

    private int everybody() {
        return (1 << ids.size()) - 1;
    }

    private static int moved(Place before, Place after) {
        return (before.done() ^ after.done()) | (before.away() ^ after.away()) | (before.aside() ^ after.aside());
    }

    private int participants(Place place) {
        return (originParticipants & ~place.done() & ~place.away()) | (targetParticipants & place.done());
    }

    private int listed(Place place) {
        return (originListed & ~place.done() & ~place.away()) | (targetListed & place.done());
    }

    /** Who is live: of the participants all but those that are down today; who came in did so in sync. */
    private int live(Place place) {
        return participants(place) & ~dead;
    }

    private int tolerance(Place place, int live) {
        return tolerance(participants(place), live);
    }

    private static int tolerance(int participants, int live) {
        return toleranceOf(Integer.bitCount(participants), Integer.bitCount(participants & live));
    }

    /**
     * How many of the live may be lost one after the other before they are no majority, -1 if they are none already.
     */
    private static int toleranceOf(int participants, int live) {
        int left = live;
        int losses = 0;
        while (2 * left > participants) {
            left--;
            losses++;
        }
        return losses - 1;
    }

    private int set(Collection<ServerId> servers) {
        int set = 0;
        for (int i = 0; i < ids.size(); i++) {
            set |= servers.contains(ids.get(i)) ? 1 << i : 0;
        }
        return set;
    }

    // Addresses.

    private boolean movesQuorumAddress(int i) {
        return origin.get(i).isPresent()
                && target.get(i).isPresent()
                && !quorumAddresses(origin.get(i).get())
                        .equals(quorumAddresses(target.get(i).get()));
    }

    private static Set<String> quorumAddresses(Server server) {
        var addresses = new TreeSet<String>();
        server.endpoints().quorum().forEach(address -> addresses.add(address.host() + " " + address.quorumPort()));
        return addresses;
    }

    private int othersHoldingAnAddressOf(int i) {
        int others = 0;
        for (int k = 0; k < ids.size(); k++) {
            if (k != i && target.get(i).isPresent() && origin.get(k).isPresent()) {
                var shared = addresses(target.get(i).get().endpoints());
                shared.retainAll(addresses(origin.get(k).get().endpoints()));
                others |= shared.isEmpty() ? 0 : 1 << k;
            }
        }
        return others;
    }

    /** Those who, each in place of the next, wait for themselves, and do not leave the list meanwhile. */
    private int inCircles() {
        int circles = 0;
        for (int i = 0; i < ids.size(); i++) {
            int reached = holdersBefore(i);
            for (int more = 0; more < ids.size(); more++) {
                for (int k = 0; k < ids.size(); k++) {
                    reached |= contains(reached, k) ? holdersBefore(k) : 0;
                }
            }
            circles |= reached & 1 << i;
        }
        return circles;
    }

    private int holdersBefore(int i) {
        return addressHeldBy[i] & originListed & targetListed;
    }

    /** Whether a line is that of a server that went aside: as it was, at addresses that nobody else has or gets. */
    private boolean isAside(int i, Server line) {
        boolean free = contains(inCircles, i)
                && origin.get(i).filter(was -> was.role() == line.role()).isPresent();
        for (int k = 0; free && k < ids.size(); k++) {
            for (var other : List.of(origin.get(k), target.get(k))) {
                if (k != i && other.isPresent()) {
                    var shared = addresses(line.endpoints());
                    shared.retainAll(addresses(other.get().endpoints()));
                    free &= shared.isEmpty();
                }
            }
        }
        return free;
    }

    private static Set<String> addresses(Endpoints endpoints) {
        var addresses = new TreeSet<String>();
        endpoints.quorum().forEach(address -> {
            addresses.add(address.host() + " " + address.quorumPort());
            addresses.add(address.host() + " " + address.electionPort());
        });
        endpoints.client().ifPresent(address -> addresses.add(address.host() + " " + address.port()));
        return addresses;
    }

    // Translation from and to ensembles.

    /** Returns where the servers are in an ensemble, empty if one stands as neither origin nor target have it. */
    Optional<Place> place(Ensemble ensemble) {
        int away = 0;
        int aside = 0;
        int done = 0;
        for (int i = 0; i < ids.size(); i++) {
            var line = ensemble.server(ids.get(i));
            if (line.equals(target.get(i))) {
                done |= 1 << i;
            } else if (line.isEmpty() && origin.get(i).isPresent()) {
                away |= 1 << i;
            } else if (!line.equals(origin.get(i)) && line.isPresent() && isAside(i, line.get())) {
                aside |= 1 << i;
            } else if (!line.equals(origin.get(i))) {
                return Optional.empty();
            }
        }
        return ids.containsAll(ensemble.ids()) ? Optional.of(new Place(away, aside, done)) : Optional.empty();
    }

    /** Returns what a call does, such as {@code +4}, {@code -2, the leader} or {@code observers -7 +8 (9)}. */
    String describe(Place before, Place after, ServerId leader) {
        var parts = new ArrayList<String>();
        int moved = moved(before, after);
        for (int i = 0; i < ids.size(); i++) {
            if (contains(moved, i)) {
                parts.add(describe(before, after, i));
            }
        }
        boolean observers = isObserversCall(before, after);
        return (observers ? "observers " : "")
                + String.join(" ", parts)
                + (movesLeadership(before, after, leader) ? ", the leader" : "");
    }

    private String describe(Place before, Place after, int i) {
        int server = 1 << i;
        boolean wasListed = (listed(before) & server) != 0;
        boolean isListed = (listed(after) & server) != 0;
        boolean voted = (participants(before) & server) != 0;
        boolean votes = (participants(after) & server) != 0;
        var id = ids.get(i);
        if (!isListed) {
            return ((after.away() & server) != 0 ? "(" + id + ")" : "-" + id);
        }
        if (!wasListed) {
            return "+" + id;
        }
        if (voted == votes) {
            return ((after.aside() & server) != 0 ? "(~)" : "~") + id;
        }
        return votes ? "promote " + id : "demote " + id;
    }
}
