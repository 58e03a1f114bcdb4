package io.ensembler.validation;

import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What hangs on the servers that leave, and on those that move. */
final class DepartureRules {

    /** Our session and the connection that asks a server how many it has. */
    private static final int OUR_CONNECTIONS = 2;

    private DepartureRules() {}

    static void check(Outlook outlook, List<Violation> found) {
        boolean nobodyElseComes = outlook.aim().helpers().isEmpty()
                && outlook.origin().participants().containsAll(outlook.target().participants());
        if (nobodyElseComes) {
            outlook.origin().servers().forEach(server -> checkLoneQuorum(outlook, server, found));
        }
        checkLeader(outlook, found);
        checkHowMany(outlook, found);
        for (var server : outlook.origin().servers()) {
            if (outlook.isRebuilt(server.id())) {
                checkAttached(outlook, server.id(), "is to be rebuilt", found);
            } else if (!outlook.target().contains(server.id())) {
                checkAttached(outlook, server.id(), "is to leave", found);
            }
        }
    }

    private static void checkLoneQuorum(Outlook outlook, Server server, List<Violation> found) {
        var alone = Set.of(server.id());
        boolean mayLead = outlook.leader().filter(id -> !id.equals(server.id())).isEmpty();
        if (!mayLead
                || !outlook.origin().containsQuorum(alone)
                || !outlook.target().containsQuorum(alone)) {
            return;
        }
        boolean byMajority = outlook.origin().quorumRule().isMajority()
                && outlook.target().quorumRule().isMajority();
        if (movesQuorumAddress(outlook, server)) {
            found.add(new Violation(
                    Rule.LONE_QUORUM_STAYS,
                    "Cannot move server " + server.id(),
                    "it leads and alone holds a quorum; when its quorum address changes it finds nobody to hand over to,"
                            + " and every server goes down",
                    byMajority
                            ? "Offer two helpers; or add two other participants, move it, and remove them again"
                            : "Lower its weight first, or offer so many helpers that the others outweigh it"));
        }
    }

    private static boolean movesQuorumAddress(Outlook outlook, Server server) {
        return outlook.target()
                .server(server.id())
                .filter(after -> !after.endpoints().hasQuorumAddressesOf(server.endpoints()))
                .isPresent();
    }

    private static void checkLeader(Outlook outlook, List<Violation> found) {
        boolean mustStay = found.stream().anyMatch(violation -> violation.rule() == Rule.LONE_QUORUM_STAYS);
        if (mustStay) {
            return;
        }
        var leader = outlook.leader();
        var handOver = new TreeSet<ServerId>();
        outlook.origin().servers().stream()
                .filter(server -> server.isParticipant()
                        && leader.map(server.id()::equals).orElseGet(() -> !isDown(outlook, server))
                        && handsOver(outlook, server).isPresent())
                .forEach(server -> handOver.add(server.id()));
        if (handOver.isEmpty()) {
            return;
        }
        if (leader.isEmpty()) {
            found.add(leaderLeaves(
                    "Expect that leadership may move",
                    "nobody is known to lead, and "
                            + (handOver.size() == 1
                                    ? "server " + handOver.first() + " hands over if it does"
                                    : "servers " + Wording.ids(handOver) + " hand over if one of them does")));
            return;
        }
        outlook.origin()
                .server(handOver.first())
                .flatMap(server -> handsOver(outlook, server))
                .ifPresent(what -> found.add(leaderLeaves(
                        "Expect leadership to move",
                        "server " + handOver.first() + " leads and " + what
                                + ", which is done last wherever it can be")));
    }

    private static boolean isDown(Outlook outlook, Server server) {
        return outlook.facts(server.id())
                .filter(facts -> facts.presence() == ServerFacts.Presence.REFUSES)
                .isPresent();
    }

    private static Violation leaderLeaves(String effect, String facts) {
        return new Violation(
                Rule.LEADER_LEAVES, effect, facts, "Nothing need be done: clients reconnect within about two seconds");
    }

    /** What becomes of a server so that it hands over if it leads, empty if it stays where it is. */
    private static Optional<String> handsOver(Outlook outlook, Server server) {
        var after = outlook.target().server(server.id());
        if (after.isEmpty()) {
            return Optional.of("is to leave");
        } else if (outlook.isRebuilt(server.id())) {
            return Optional.of("is to be rebuilt");
        } else if (!after.get().isParticipant()) {
            return Optional.of("is to become an observer");
        }
        return movesQuorumAddress(outlook, server) ? Optional.of("is to change its quorum address") : Optional.empty();
    }

    private static void checkHowMany(Outlook outlook, List<Violation> found) {
        var today = outlook.origin().participants();
        var leaving = new TreeSet<>(today);
        leaving.removeAll(outlook.target().participants());
        int coming = outlook.target().participants().size() - (today.size() - leaving.size());
        if (3 * (leaving.size() - coming) > today.size()) {
            found.add(new Violation(
                    Rule.MANY_LEAVE,
                    "Expect " + Wording.count(today.size() - leaving.size() + coming, "participant"),
                    Wording.ids(leaving) + " of " + Wording.ids(today)
                            + (leaving.size() == 1 ? " votes" : " vote") + " no more, and "
                            + (coming == 0 ? "nobody comes" : "only " + coming + (coming == 1 ? " comes" : " come"))
                            + " in their place",
                    "Nothing need be done if that is meant"));
        }
    }

    private static void checkAttached(Outlook outlook, ServerId id, String why, List<Violation> found) {
        int connections = outlook.facts(id)
                .map(ServerFacts::connections)
                .flatMap(count -> count.value())
                .orElse(0);
        if (connections > OUR_CONNECTIONS) {
            found.add(new Violation(
                    Rule.CLIENTS_CONNECTED,
                    "Mind the clients of server " + id,
                    "it has " + connections + " connections, up to " + OUR_CONNECTIONS + " of them ours, and " + why,
                    "Name servers that stay in their connect strings before it is stopped"));
        }
        int observers = outlook.detail(id, ServerDetail.OBSERVERS).orElse(0);
        if (observers > 0) {
            found.add(new Violation(
                    Rule.OBSERVERS_ATTACHED,
                    "Expect observers to pause",
                    Wording.count(observers, "observer") + (observers == 1 ? " follows" : " follow")
                            + " through server " + id + ", which " + why,
                    "Nothing need be done: they look for another server"));
        }
    }
}
