package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.Violation;
import java.util.Collection;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How the servers that are to stand form quorums: by the rule asked for, else by the one that stands. */
final class Quorums {

    private final Collection<Server> servers;
    private final ScalingRequest request;
    private final Set<ServerId> participants = new TreeSet<>();

    private Quorums(Collection<Server> servers, ScalingRequest request) {
        this.servers = servers;
        this.request = request;
        servers.stream().filter(Server::isParticipant).map(Server::id).forEach(participants::add);
    }

    /**
     * Returns the ensemble of these servers.
     *
     * @param today the rule that stands
     * @throws ValidationException if the rule does not say of each participant how it counts, or lets nobody count
     */
    static Ensemble of(Collection<Server> servers, ScalingRequest request, QuorumRule today) {
        return new Quorums(servers, request).ensemble(today);
    }

    private Ensemble ensemble(QuorumRule today) {
        var asked = request.last(Wish.ChangeRule.class).map(Wish.ChangeRule::rule);
        var whole = request.last(Wish.Reach.class).map(reach -> reach.target().quorumRule());
        var rule = asked.or(() -> whole).orElse(today);
        if (!rule.isMajority()) {
            checkGrouped(rule);
            asked.ifPresent(this::checkObservers);
            rule = asked.isPresent() || participants.isEmpty() ? rule : restricted(rule);
        }
        if (participants.isEmpty()) {
            // What is wrong with that is told elsewhere.
            return Ensemble.of(servers, QuorumRule.majority());
        }
        var ensemble = ensembleBy(rule);
        checkWeight(ensemble);
        return ensemble;
    }

    private void checkGrouped(QuorumRule rule) {
        var ungrouped = new TreeSet<>(participants);
        ungrouped.removeAll(rule.weights().keySet());
        if (!ungrouped.isEmpty()) {
            throw new ValidationException(new Violation(
                    Rule.GROUP_MISSING,
                    request.effect(),
                    Text.plural(ungrouped, "participant") + " " + Text.ids(ungrouped)
                            + (ungrouped.size() == 1 ? " is" : " are") + " in none of the " + rule,
                    "Name the groups of all participants with changeQuorumRule"));
        }
    }

    private void checkObservers(QuorumRule rule) {
        for (var server : servers) {
            long weight = rule.weights().getOrDefault(server.id(), 0L);
            if (!server.isParticipant() && weight > 0) {
                throw new ValidationException(new Violation(
                        Rule.OBSERVER_WEIGHS,
                        request.effect(),
                        "observer " + server.id() + " would weigh " + weight
                                + " in a group, though it acknowledges nothing",
                        "Leave it out of the groups, or let it weigh nothing"));
            }
        }
    }

    private Ensemble ensembleBy(QuorumRule rule) {
        try {
            return Ensemble.of(servers, rule);
        } catch (IllegalArgumentException e) {
            throw new ValidationException(new Violation(
                    Rule.GROUP_MISSING,
                    request.effect(),
                    String.valueOf(e.getMessage()),
                    "Name groups of the servers that are to stand"));
        }
    }

    private void checkWeight(Ensemble ensemble) {
        if (!ensemble.containsQuorum(participants)) {
            throw new ValidationException(new Violation(
                    Rule.LAST_PARTICIPANT,
                    request.effect(),
                    Text.plural(participants, "participant") + " " + Text.ids(participants)
                            + " would remain, and " + (participants.size() == 1 ? "weighs" : "none of them weighs")
                            + (participants.size() == 1 ? " nothing" : " anything"),
                    "Keep one that weighs something, or name other groups and weights"));
        }
    }

    /** The rule for the participants that remain. */
    private QuorumRule restricted(QuorumRule rule) {
        var groups = new TreeMap<Long, Set<ServerId>>();
        var weights = new TreeMap<>(rule.weights());
        weights.keySet().retainAll(participants);
        rule.groups().forEach((number, ids) -> {
            var remaining = new TreeSet<>(ids);
            remaining.retainAll(participants);
            if (!remaining.isEmpty()) {
                groups.put(number, remaining);
            }
        });
        return QuorumRule.hierarchical(groups, weights);
    }
}
