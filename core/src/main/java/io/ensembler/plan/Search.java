package io.ensembler.plan;

import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best of all admissible sequences of reconfigurations, whomever leadership goes to.
 *
 * <p>Every reconfiguration moves servers on along their courses, so no situation comes twice and the best way on from
 * each is found once:
 *
 * <ol>
 *   <li>the {@link Moves} that can be made are listed;
 *   <li>those that tolerance forbids are left out, and those that cost more by themselves than the best known way;
 *   <li>each costs what it counts itself, and what the best way on from there costs; where it moves leadership, the
 *       costliest way on over all who may lead then; where nobody is known to lead, each that may lead is taken to do
 *       so when it goes or moves its quorum address;
 *   <li>the least costly is taken, of equals the one that begins with the lowest id.
 * </ol>
 */
final class Search {

    /**
     * Beyond this many situations nobody waits for the answer: it took 5 to 7 s of processor time to look at so many.
     */
    private static final int MOST_SITUATIONS = 500_000;

    /** A situation is a number for each slot, and it takes as long to look at few with many slots: so many took 4 s. */
    private static final int MOST_NUMBERS = 8_000_000;

    private final Slots slots;
    private final Moves moves;
    private final Tolerances tolerances;
    private final int floor;
    private final Names names;
    private final Map<Situation, Answer> answers = new HashMap<>();

    /** Whether a leader by itself a quorum may be listed by host name where all lines are sent. */
    enum Names {
        REFUSED,
        /** To find out whether anything else is in the way. */
        ADMITTED
    }

    Search(Slots slots, int floor, Moves.Growth growth, Names names) {
        this.slots = slots;
        this.moves = new Moves(slots, growth);
        this.tolerances = new Tolerances(slots);
        this.floor = floor;
        this.names = names;
    }

    /** More situations than can be looked at: says why, and what would help. */
    static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String remedy;

        TooManyException(String facts, String remedy) {
            super(facts);
            this.remedy = remedy;
        }

        String facts() {
            return String.valueOf(getMessage());
        }

        String remedy() {
            return remedy;
        }
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
        var start = Situation.start(slots, leaderSlot);
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
            legs.add(new Leg(move, moves.movesLeadership(move), next.leader()));
            situation = next;
        }
    }

    private Answer best(Situation situation) {
        var known = answers.get(situation);
        if (known != null) {
            return known;
        }
        if (answers.size() >= Math.min(MOST_SITUATIONS, MOST_NUMBERS / Math.max(1, slots.size()))) {
            throw new TooManyException(
                    "there are too many ways to compare",
                    "Split the request, so that fewer servers change in different ways at once");
        }
        boolean done = situation.tally().unfinished() == 0;
        var answer = done ? new Answer(Preference.NOTHING, null, null) : bestMove(situation);
        answers.put(situation, answer);
        return answer;
    }

    private Answer bestMove(Situation situation) {
        int now = tolerances.of(situation);
        if (now < 0) {
            return Answer.NONE;
        }
        var best = Answer.NONE;
        for (var move : moves.of(situation)) {
            var candidate = worth(situation, move, Math.min(floor, now), best);
            if (isBetter(candidate, best, situation)) {
                best = candidate;
            }
        }
        return best;
    }

    private boolean isBetter(Answer candidate, Answer best, Situation situation) {
        if (candidate.cost() == null || candidate.move() == null) {
            return false;
        }
        if (best.cost() == null || best.move() == null) {
            return true;
        }
        int order = candidate.cost().compareTo(best.cost());
        return order < 0
                || (order == 0
                        && lowestMoved(situation, candidate.move()).compareTo(lowestMoved(situation, best.move())) < 0);
    }

    private ServerId lowestMoved(Situation situation, Move move) {
        var lowest = slots.lowestAt(move.shifts().get(0).from(), situation);
        for (var shift : move.shifts()) {
            var id = slots.lowestAt(shift.from(), situation);
            lowest = id.compareTo(lowest) < 0 ? id : lowest;
        }
        return lowest;
    }

    /** What a move is worth; nothing if it costs more than the best known by itself, without what comes after it. */
    private Answer worth(Situation before, Move move, int needed, Answer best) {
        var after = before.after(move, slots);
        boolean handOff = moves.mayMoveLeadership(before, move);
        if (!isAdmissible(before, move, after, handOff, needed)) {
            return Answer.NONE;
        }
        var own = cost(move, after, handOff);
        if (best.cost() != null && own.compareTo(best.cost()) > 0) {
            return Answer.NONE;
        }
        return moves.movesLeadership(move) ? worst(own, move, after) : reached(own, move, after);
    }

    /** Over all who may lead then, of equals the lowest id; none if there is one from whom no way leads on. */
    private Answer worst(Preference own, Move move, Situation after) {
        var worst = Answer.NONE;
        ServerId lowest = null;
        for (int slot = 0; slot < slots.size(); slot++) {
            if (!slots.mayLead[slot] || after.others(slot) <= 0) {
                continue;
            }
            var candidate = reached(own, move, after.ledFrom(slot));
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

    private boolean isAdmissible(Situation before, Move move, Situation after, boolean handOff, int needed) {
        var shift = move.shifts().get(0);
        boolean promotes =
                !slots.participant[shift.from()] && !slots.absent[shift.from()] && slots.participant[shift.to()];
        // A promoted observer reconnects, and is not live until then.
        int then = promotes ? tolerances.without(after, shift.to()) : tolerances.of(after);
        if (then < needed || (names == Names.REFUSED && mayLoseLoneQuorum(before, after))) {
            return false;
        }
        boolean leaderReconnects = handOff && slots.participant[shift.to()];
        return !leaderReconnects
                || (tolerances.without(before, shift.from()) >= 0 && tolerances.without(after, shift.to()) >= 0);
    }

    /** Whether a leader that is a quorum by itself, or a server that may be one, is made to resolve its own name. */
    private boolean mayLoseLoneQuorum(Situation before, Situation after) {
        if (!moves.sendsAllLines(before, after)) {
            return false;
        }
        for (int slot = 0; slot < slots.size(); slot++) {
            boolean mayLead = after.leader() == slot || after.leader() == Situation.NOBODY;
            if (mayLead && slots.named[slot] && tolerances.isQuorum(after, slot)) {
                return true;
            }
        }
        return false;
    }

    private Preference cost(Move move, Situation after, boolean handOff) {
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
        var tally = after.tally();
        return Preference.of(
                fragile,
                handOff ? 1 : 0,
                handOff ? tally.unfinished() : 0,
                tally.deadLeaving(),
                tally.live() < slots.targetLive ? removedLive : 0,
                1,
                Math.max(0, tally.participants() - slots.targetSize),
                tally.participants() % 2 == 0 ? 1 : 0);
    }
}
