package io.ensembler.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The reconfigurations that can be made of a situation, before anybody asks what they do to tolerance: one change of
 * one participant; all changes of observers that can be made now, with any number of observers taken out that are to
 * vote, or moved out of the way of others; any joiners while one or two participants grow with the leader staying.
 * Immutable.
 */
record Moves(Slots slots, Growth growth) {

    /** When one or two participants may take in several joiners in one call. */
    enum Growth {
        /** At any time. */
        ALWAYS,
        /** Once a first call has been made. */
        LATER,
        /** At no time. */
        NEVER
    }

    /** Those that move leadership come last: most of them cost more by themselves than a whole way that puts it off. */
    List<Move> of(Situation situation) {
        var moves = new ArrayList<Move>();
        for (int slot = 0; slot < slots.size(); slot++) {
            if (situation.count(slot) > 0) {
                addMovesOfParticipant(situation, slot, moves);
            }
        }
        addMovesOfObservers(situation, moves);
        addGrowths(situation, moves);
        moves.sort(Comparator.comparing(move -> mayMoveLeadership(situation, move)));
        return moves;
    }

    /** Whether the leader hands over, which is known to lead. */
    boolean movesLeadership(Move move) {
        return move.who() == Move.Who.LEADER && handsOver(move);
    }

    /** Whether the leader hands over, or a server that may lead since nobody is known to. */
    boolean mayMoveLeadership(Situation situation, Move move) {
        boolean mayLead = move.who() == Move.Who.LEADER
                || (situation.leader() == Situation.NOBODY
                        && slots.mayLead[move.shifts().get(0).from()]);
        return mayLead && handsOver(move);
    }

    private boolean handsOver(Move move) {
        var shift = move.shifts().get(0);
        return !slots.participant[shift.to()] || slots.movesQuorumAddress(shift.from(), shift.to());
    }

    private void addMovesOfParticipant(Situation situation, int slot, List<Move> moves) {
        for (int to : slots.next[slot]) {
            boolean votes = slots.participant[slot] || slots.participant[to];
            if (!votes || isBlocked(situation, to) || isNeedless(situation, to)) {
                continue;
            }
            var shifts = List.of(new Move.Shift(slot, to, 1));
            if (situation.others(slot) > 0) {
                moves.add(new Move(shifts, Move.Who.OTHERS));
            }
            if (situation.leader() == slot) {
                moves.add(new Move(shifts, Move.Who.LEADER));
            }
        }
    }

    /** Nobody goes elsewhere for a time while where it is to be is free. */
    private boolean isNeedless(Situation situation, int to) {
        return slots.byTheWay[to] && !isBlocked(situation, to + 1);
    }

    private boolean isBlocked(Situation situation, int to) {
        for (int blocker : slots.blockers[to]) {
            if (situation.count(blocker) > 0) {
                return true;
            }
        }
        return false;
    }

    private void addMovesOfObservers(Situation situation, List<Move> moves) {
        var all = new ArrayList<Move.Shift>();
        var chosen = new ArrayList<Move.Shift>();
        for (int slot = 0; slot < slots.size(); slot++) {
            int count = situation.count(slot);
            if (count == 0) {
                continue;
            }
            for (int to : slots.next[slot]) {
                boolean votes = slots.participant[slot] || slots.participant[to];
                if (!votes && !isBlocked(situation, to) && !isNeedless(situation, to)) {
                    boolean always = slots.withoutVote[slot] && !slots.byTheWay[to];
                    (always ? all : chosen).add(new Move.Shift(slot, to, count));
                }
            }
        }
        for (var some : choices(chosen)) {
            var shifts = new ArrayList<>(all);
            shifts.addAll(some);
            if (!shifts.isEmpty()) {
                moves.add(new Move(shifts, Move.Who.OTHERS));
            }
        }
    }

    /** One or two participants take in any joiners in one call: whoever commits that is in every quorum of before. */
    private void addGrowths(Situation situation, List<Move> moves) {
        int leader = situation.leader();
        boolean few = situation.tally().participants() <= 2;
        if (!few || leader == Situation.NOBODY || !slots.participant[leader] || !isByMajority(situation)) {
            return;
        }
        var joining = new ArrayList<Move.Shift>();
        for (int slot = 0; slot < slots.size(); slot++) {
            for (int to : slots.next[slot]) {
                int count = situation.count(slot);
                boolean joins = slots.absent[slot] && slots.participant[to] && slots.group[to] == slots.group[leader];
                if (count > 0 && joins && !isBlocked(situation, to)) {
                    joining.add(new Move.Shift(slot, to, count));
                }
            }
        }
        for (var some : choices(joining)) {
            if (some.stream().mapToInt(Move.Shift::servers).sum() > 1) {
                moves.add(new Move(some, Move.Who.OTHERS));
            }
        }
    }

    /** Whether a call from one to the other sends all lines, since quorums are not by majority on both sides. */
    boolean sendsAllLines(Situation before, Situation after) {
        return !isByMajority(before) || !isByMajority(after);
    }

    private boolean isByMajority(Situation situation) {
        return switch (growth) {
            case ALWAYS -> true;
            case LATER -> countsLikeMajority(situation) && !Arrays.equals(situation.counts(), slots.start());
            case NEVER -> false;
        };
    }

    /** Whether everybody weighs 1 in one group. */
    private boolean countsLikeMajority(Situation situation) {
        int first = Situation.NOBODY;
        for (int slot = 0; slot < slots.size(); slot++) {
            if (situation.count(slot) > 0 && slots.participant[slot]) {
                first = first == Situation.NOBODY ? slot : first;
                if (slots.weight[slot] != 1 || slots.group[slot] != slots.group[first]) {
                    return false;
                }
            }
        }
        return true;
    }

    /** All ways to take some servers of each shift, or none. */
    private static List<List<Move.Shift>> choices(List<Move.Shift> shifts) {
        List<List<Move.Shift>> choices = List.of(List.of());
        for (var shift : shifts) {
            var longer = new ArrayList<List<Move.Shift>>();
            for (int servers = 0; servers <= shift.servers(); servers++) {
                for (var choice : choices) {
                    var with = new ArrayList<>(choice);
                    if (servers > 0) {
                        with.add(new Move.Shift(shift.from(), shift.to(), servers));
                    }
                    longer.add(with);
                }
            }
            choices = longer;
        }
        return choices;
    }
}
