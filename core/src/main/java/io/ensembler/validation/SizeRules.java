package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** How many participants there are to be, which of those of today stay, and what they share. */
final class SizeRules {

    private static final int FEWEST = 3;
    private static final int MOST = 7;

    private SizeRules() {}

    static void check(Outlook outlook, List<Violation> found) {
        var target = outlook.target();
        int size = counting(target).size();
        checkShrinking(outlook, size, found);
        checkListed(outlook, found);
        if (size < FEWEST) {
            var indispensable = indispensable(target);
            found.add(new Violation(
                    Rule.FEW_PARTICIPANTS,
                    "Mind the number of participants",
                    "where " + (indispensable.size() == 1 ? "" : "one of ") + Wording.servers(indispensable)
                            + " fails, writes stop",
                    "Add participants until there are " + FEWEST));
        }
        if (target.quorumRule().isMajority() && size % 2 == 0) {
            int bearable = size / 2 - 1;
            found.add(new Violation(
                    Rule.EVEN_PARTICIPANTS,
                    "Mind the number of participants",
                    "of " + size + " participants " + bearable + " may fail, as many as of " + (size - 1),
                    "Add a participant or remove one"));
        }
        if (size > MOST) {
            found.add(new Violation(
                    Rule.MANY_PARTICIPANTS,
                    "Mind the number of participants",
                    "every write waits for "
                            + (target.quorumRule().isMajority()
                                    ? "more than half"
                                    : "at least " + smallestQuorum(target))
                            + " of " + size,
                    "Make some of them observers, which serve reads as well"));
        }
        checkDomains(outlook, found);
    }

    private static void checkShrinking(Outlook outlook, int size, List<Violation> found) {
        var live = new TreeSet<>(counting(outlook.origin()));
        live.retainAll(outlook.observation().live());
        if (live.size() >= FEWEST && size < FEWEST && outlook.aim().toFewParticipants() == Consent.NONE) {
            found.add(new Violation(
                    Rule.TOO_FEW_PARTICIPANTS,
                    "Cannot shrink to " + Wording.count(size, "participant"),
                    "servers " + Wording.ids(live) + " are in sync today, and then no server might fail any more",
                    "Keep " + FEWEST + " participants, or consent to tolerance 0 in the request"));
        }
    }

    private static void checkListed(Outlook outlook, List<Violation> found) {
        var today = outlook.origin().participants();
        var kept = new TreeSet<>(today);
        kept.retainAll(outlook.target().ids());
        if (2 * kept.size() < today.size() && outlook.aim().toUnlistedParticipants() == Consent.NONE) {
            found.add(new Violation(
                    Rule.MOST_PARTICIPANTS_UNLISTED,
                    "Cannot reach " + outlook.target(),
                    "it lists " + (kept.isEmpty() ? "none" : "only " + Wording.ids(kept)) + " of today's participants "
                            + Wording.ids(today) + ", fewer than half",
                    "See that it is meant for this ensemble; then name the servers that are to leave, or consent in the"
                            + " request"));
        }
    }

    private static void checkDomains(Outlook outlook, List<Violation> found) {
        var participants = counting(outlook.target());
        var domains = new TreeSet<String>();
        for (var id : participants) {
            var domain = outlook.target().server(id).flatMap(server -> domain(outlook, server));
            if (domain.isEmpty()) {
                return;
            }
            domains.add(domain.get());
        }
        if (participants.size() > 1 && domains.size() == 1) {
            found.add(new Violation(
                    Rule.ONE_FAILURE_DOMAIN,
                    "Mind where the participants are",
                    "servers " + Wording.ids(participants) + " are all in " + domains.first()
                            + ", and what ends it ends the ensemble",
                    "Place some of them elsewhere"));
        }
    }

    private static Optional<String> domain(Outlook outlook, Server server) {
        return Optional.ofNullable(outlook.aim().domains().get(server.id()))
                .or(() -> outlook.detail(server, ServerDetail.FAILURE_DOMAIN));
    }

    /** The participants whose loss alone leaves no quorum. */
    private static Set<ServerId> indispensable(Ensemble ensemble) {
        var indispensable = new TreeSet<ServerId>();
        for (var id : ensemble.participants()) {
            var others = new TreeSet<>(ensemble.participants());
            others.remove(id);
            if (!ensemble.containsQuorum(others)) {
                indispensable.add(id);
            }
        }
        return indispensable;
    }

    /** How many servers are a quorum at least: the fewest, heaviest first, in the cheapest of the groups. */
    private static int smallestQuorum(Ensemble ensemble) {
        var needed = new ArrayList<Integer>();
        for (var group : Standings.groups(ensemble)) {
            var heaviestFirst = group.stream()
                    .map(id -> Standings.weight(ensemble, id))
                    .filter(weight -> weight > 0)
                    .sorted(Comparator.reverseOrder())
                    .toList();
            long all = heaviestFirst.stream().mapToLong(Long::longValue).sum();
            long held = 0;
            int servers = 0;
            while (held < all && held <= all / 2) {
                held += heaviestFirst.get(servers);
                servers++;
            }
            if (servers > 0) {
                needed.add(servers);
            }
        }
        Collections.sort(needed);
        return needed.subList(0, needed.size() / 2 + 1).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** The participants that count for something: by groups and weights those that weigh something. */
    static Set<ServerId> counting(Ensemble ensemble) {
        var counting = new TreeSet<>(ensemble.participants());
        if (!ensemble.quorumRule().isMajority()) {
            var weights = ensemble.quorumRule().weights();
            counting.removeIf(id -> weights.getOrDefault(id, 0L) == 0);
        }
        return counting;
    }
}
