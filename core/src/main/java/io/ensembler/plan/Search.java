package io.ensembler.plan;

import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best of all admissible sequences of reconfigurations, whomever leadership goes to.
 *
 * <p>A situation is how many servers are in each slot, and in which slot the leader is. Every reconfiguration moves
 * servers on along their courses, so no situation comes twice and the best way on from each is found once:
 *
 * <ol>
 *   <li>the changes that may be made in one call are listed: one change of one participant; all changes of observers
 *       that can be made now, with any number of observers taken out that are to vote; any joiners while one or two
 *       participants grow with the leader staying;
 *   <li>those that tolerance forbids are left out;
 *   <li>each costs what it counts itself, and what the best way on from there costs; where it moves leadership, the
 *       costliest way on over all who may lead then;
 *   <li>the least costly is taken, of equals the one that begins with the lowest id.
 * </ol>
 */
final class Search {

    /** Beyond this many situations nobody waits for the answer; about ten seconds. */
    private static final int MOST_SITUATIONS = 500_000;

    private static final int NOBODY = -1;

    private final Slots slots;
    private final Tolerances tolerances;
    private final int floor;
    private final Growth growth;
    private final Map<Situation, Answer> answers = new HashMap<>();

    Search(Slots slots, int floor, Growth growth) {
        this.slots = slots;
        this.tolerances = new Tolerances(slots);
        this.floor = floor;
        this.growth = growth;
    }

    /** When one or two participants may take in several joiners in one call. */
    enum Growth {
        /** At any time. */
        ALWAYS,
        /** Once a first call has been made. */
        LATER,
        /** At no time. */
        NEVER
    }

    /** More situations than can be looked at. */
    static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** How many servers are in each slot, and where the leader is. */
    static final class Situation {

        private final int[] counts;
        private final int leader;
        private final int hash;

        Situation(int[] counts, int leader) {
            this.counts = counts;
            this.leader = leader;
            this.hash = 31 * Arrays.hashCode(counts) + leader;
        }

        int[] counts() {
            return counts;
        }

        int leader() {
            return leader;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Situation situation
                    && leader == situation.leader
                    && Arrays.equals(counts, situation.counts);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public String toString() {
            return Arrays.toString(counts) + " led from " + leader;
        }

        int others(int slot) {
            return counts[slot] - (leader == slot ? 1 : 0);
        }
    }

    /** Servers that go from one slot to another. */
    record Shift(int from, int to, int servers) {}

    /** One reconfiguration. */
    record Move(List<Shift> shifts, Who who) {}

    /** Whom a move of a participant takes. */
    enum Who {
        LEADER,
        OTHERS
    }

    /** The best that can be made of a situation. */
    private record Answer(@Nullable Preference cost, @Nullable Move move, @Nullable Situation next) {

        static final Answer NONE = new Answer(null, null, null);
    }

    /** One reconfiguration of the sequence found, and where the leader is after it in the worst case. */
    record Leg(Move move, boolean movesLeadership, int leaderAfter) {}

    /** The best sequence. */
    record Found(Preference cost, List<Leg> legs) {}

    Optional<Found> from(int leaderSlot) {
        var start = new Situation(slots.start(), leaderSlot);
        var best = best(start);
        if (best.cost() == null) {
            return Optional.empty();
        }
        var legs = new ArrayList<Leg>();
        var situation = start;
        while (true) {
            var answer = best(situation);
            var move = answer.move();
            var next = answer.next();
            if (move == null || next == null) {
                return Optional.of(new Found(best.cost(), List.copyOf(legs)));
            }
            legs.add(new Leg(move, movesLeadership(move), next.leader()));
            situation = next;
        }
    }

    static int nobody() {
        return NOBODY;
    }

    private Answer best(Situation situation) {
        var known = answers.get(situation);
        if (known != null) {
            return known;
        }
        if (answers.size() >= MOST_SITUATIONS) {
            throw new TooManyException();
        }
        var answer = isDone(situation) ? new Answer(Preference.NOTHING, null, null) : bestMove(situation);
        answers.put(situation, answer);
        return answer;
    }

    private boolean isDone(Situation situation) {
        for (int slot = 0; slot < slots.size(); slot++) {
            if (situation.counts()[slot] > 0 && !slots.done[slot]) {
                return false;
            }
        }
        return true;
    }

    private Answer bestMove(Situation situation) {
        int now = tolerances.of(situation.counts());
        if (now < 0) {
            return Answer.NONE;
        }
        var best = Answer.NONE;
        for (var move : moves(situation)) {
            var candidate = worth(situation, move, Math.min(floor, now));
            if (candidate.cost() != null && isBetter(candidate, best, situation)) {
                best = candidate;
            }
        }
        return best;
    }

    private boolean isBetter(Answer candidate, Answer best, Situation situation) {
        if (best.cost() == null || best.move() == null || candidate.cost() == null || candidate.move() == null) {
            return best.cost() == null;
        }
        int order = candidate.cost().compareTo(best.cost());
        return order < 0
                || (order == 0
                        && lowestMoved(situation, candidate.move()).compareTo(lowestMoved(situation, best.move())) < 0);
    }

    private ServerId lowestMoved(Situation situation, Move move) {
        var shifts = move.shifts();
        var lowest = slots.lowestAt(shifts.get(0).from(), situation.counts());
        for (var shift : shifts) {
            var id = slots.lowestAt(shift.from(), situation.counts());
            lowest = id.compareTo(lowest) < 0 ? id : lowest;
        }
        return lowest;
    }

    private List<Move> moves(Situation situation) {
        var moves = new ArrayList<Move>();
        for (int slot = 0; slot < slots.size(); slot++) {
            if (situation.counts()[slot] > 0) {
                addMovesOfParticipant(situation, slot, moves);
            }
        }
        addMovesOfObservers(situation, moves);
        addGrowths(situation, moves);
        return moves;
    }

    private void addMovesOfParticipant(Situation situation, int slot, List<Move> moves) {
        for (int to : slots.next[slot]) {
            boolean votes = slots.participant[slot] || slots.participant[to];
            if (!votes || isBlocked(situation, to)) {
                continue;
            }
            var shifts = List.of(new Shift(slot, to, 1));
            if (situation.others(slot) > 0) {
                moves.add(new Move(shifts, Who.OTHERS));
            }
            if (situation.leader() == slot) {
                moves.add(new Move(shifts, Who.LEADER));
            }
        }
    }

    private boolean isBlocked(Situation situation, int to) {
        for (int blocker : slots.blockers[to]) {
            if (situation.counts()[blocker] > 0) {
                return true;
            }
        }
        return false;
    }

    private void addMovesOfObservers(Situation situation, List<Move> moves) {
        var all = new ArrayList<Shift>();
        var toVote = new ArrayList<Shift>();
        for (int slot = 0; slot < slots.size(); slot++) {
            int count = situation.counts()[slot];
            for (int to : slots.next[slot]) {
                boolean votes = slots.participant[slot] || slots.participant[to];
                if (count > 0 && !votes && !isBlocked(situation, to)) {
                    (slots.withoutVote[slot] ? all : toVote).add(new Shift(slot, to, count));
                }
            }
        }
        for (var some : choices(toVote)) {
            var shifts = new ArrayList<>(all);
            shifts.addAll(some);
            if (!shifts.isEmpty()) {
                moves.add(new Move(List.copyOf(shifts), Who.OTHERS));
            }
        }
    }

    /** One or two participants take in any joiners in one call: whoever commits that is in every quorum of before. */
    private void addGrowths(Situation situation, List<Move> moves) {
        int leader = situation.leader();
        boolean few = tolerances.participants(situation.counts()) <= 2;
        if (!mayGrow(situation) || !few || leader == NOBODY || !slots.participant[leader]) {
            return;
        }
        var joining = new ArrayList<Shift>();
        for (int slot = 0; slot < slots.size(); slot++) {
            for (int to : slots.next[slot]) {
                int count = situation.counts()[slot];
                if (count > 0 && slots.absent[slot] && slots.participant[to] && !isBlocked(situation, to)) {
                    joining.add(new Shift(slot, to, count));
                }
            }
        }
        for (var some : choices(joining)) {
            if (some.stream().mapToInt(Shift::servers).sum() > 1) {
                moves.add(new Move(some, Who.OTHERS));
            }
        }
    }

    private boolean mayGrow(Situation situation) {
        return switch (growth) {
            case ALWAYS -> true;
            case LATER -> !Arrays.equals(situation.counts(), slots.start());
            case NEVER -> false;
        };
    }

    /** All ways to take some servers of each shift, or none. */
    private static List<List<Shift>> choices(List<Shift> shifts) {
        List<List<Shift>> choices = new ArrayList<>();
        choices.add(List.of());
        for (var shift : shifts) {
            var longer = new ArrayList<List<Shift>>();
            for (int servers = 0; servers <= shift.servers(); servers++) {
                for (var choice : choices) {
                    var with = new ArrayList<>(choice);
                    if (servers > 0) {
                        with.add(new Shift(shift.from(), shift.to(), servers));
                    }
                    longer.add(with);
                }
            }
            choices = longer;
        }
        return choices;
    }

    private boolean movesLeadership(Move move) {
        if (move.who() == Who.OTHERS) {
            return false;
        }
        var shift = move.shifts().get(0);
        return !slots.participant[shift.to()] || slots.movesQuorumAddress(shift.from(), shift.to());
    }

    private Answer worth(Situation before, Move move, int needed) {
        var after = before.counts().clone();
        for (var shift : move.shifts()) {
            after[shift.from()] -= shift.servers();
            after[shift.to()] += shift.servers();
        }
        boolean handOff = movesLeadership(move);
        if (!isAdmissible(before, move, after, handOff, needed)) {
            return Answer.NONE;
        }
        var own = cost(move, after, handOff);
        int leaderMovedTo = move.who() == Who.LEADER ? move.shifts().get(0).to() : before.leader();
        if (!handOff) {
            return reached(own, move, new Situation(after, leaderMovedTo));
        }
        var worst = Answer.NONE;
        ServerId lowest = null;
        for (int slot = 0; slot < slots.size(); slot++) {
            int others = after[slot] - (slot == leaderMovedTo ? 1 : 0);
            if (!slots.live[slot] || others <= 0) {
                continue;
            }
            var candidate = reached(own, move, new Situation(after, slot));
            if (candidate.cost() == null) {
                return Answer.NONE;
            }
            var id = slots.lowestAt(slot, after);
            int order = worst.cost() == null || lowest == null
                    ? 1
                    : candidate.cost().compareTo(worst.cost());
            if (order > 0 || (order == 0 && lowest != null && id.compareTo(lowest) < 0)) {
                worst = candidate;
                lowest = id;
            }
        }
        return worst;
    }

    private Answer reached(Preference own, Move move, Situation next) {
        var rest = best(next).cost();
        return rest == null ? Answer.NONE : new Answer(own.plus(rest), move, next);
    }

    private boolean isAdmissible(Situation before, Move move, int[] after, boolean handOff, int needed) {
        var shift = move.shifts().get(0);
        boolean promotes =
                !slots.participant[shift.from()] && !slots.absent[shift.from()] && slots.participant[shift.to()];
        // A promoted observer reconnects, and is not live until then.
        int then = promotes ? tolerances.without(after, shift.to()) : tolerances.of(after);
        if (then < needed) {
            return false;
        }
        boolean leaderReconnects = handOff && slots.participant[shift.to()];
        return !leaderReconnects
                || (tolerances.without(before.counts(), shift.from()) >= 0
                        && tolerances.without(after, shift.to()) >= 0);
    }

    private Preference cost(Move move, int[] after, boolean handOff) {
        int fragile = 0;
        int removedLive = 0;
        for (var shift : move.shifts()) {
            boolean joins = slots.absent[shift.from()] && slots.participant[shift.to()];
            if (joins && tolerances.without(after, shift.to()) < 0) {
                fragile = 1;
            }
            if (slots.live[shift.from()] && !slots.participant[shift.to()]) {
                removedLive += shift.servers();
            }
        }
        int unfinished = 0;
        int dead = 0;
        int size = 0;
        int live = 0;
        for (int slot = 0; slot < slots.size(); slot++) {
            unfinished += slots.done[slot] ? 0 : after[slot];
            dead += slots.deadLeaving[slot] ? after[slot] : 0;
            size += slots.participant[slot] ? after[slot] : 0;
            live += slots.live[slot] ? after[slot] : 0;
        }
        return Preference.of(
                fragile,
                handOff ? 1 : 0,
                handOff ? unfinished : 0,
                dead,
                live < slots.targetLive ? removedLive : 0,
                1,
                Math.max(0, size - slots.targetSize),
                size % 2 == 0 ? 1 : 0);
    }
}
