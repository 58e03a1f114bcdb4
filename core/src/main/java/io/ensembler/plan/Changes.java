package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** How a person says what differs between two ensembles. */
final class Changes {

    private static final List<ServerRole> ROLES = List.of(ServerRole.PARTICIPANT, ServerRole.OBSERVER);

    private final Ensemble before;
    private final Ensemble after;
    private final List<String> parts = new ArrayList<>();

    private Changes(Ensemble before, Ensemble after) {
        this.before = before;
        this.after = after;
    }

    /** Returns the changes as a phrase, such as {@code add participant 4}. */
    static String between(Ensemble before, Ensemble after) {
        return new Changes(before, after).phrase();
    }

    private String phrase() {
        for (var role : ROLES) {
            name("add", listedIn(after, server -> !before.contains(server.id()), role));
        }
        for (var role : ROLES) {
            name("remove", listedIn(before, server -> !after.contains(server.id()), role));
        }
        for (var server : after.servers()) {
            before.server(server.id()).filter(old -> !old.equals(server)).ifPresent(old -> change(old, server));
        }
        if (!before.quorumRule().isMajority() || !after.quorumRule().isMajority()) {
            addWeights();
        }
        return parts.isEmpty() ? "write the same quorums as " + after.quorumRule() : String.join(", ", parts);
    }

    private static List<Server> listedIn(Ensemble ensemble, Predicate<Server> condition, ServerRole role) {
        var listed = new ArrayList<Server>();
        for (var server : ensemble.servers()) {
            if (server.role() == role && condition.test(server)) {
                listed.add(server);
            }
        }
        return listed;
    }

    private void name(String verb, List<Server> servers) {
        if (!servers.isEmpty()) {
            List<ServerId> ids = servers.stream().map(Server::id).toList();
            parts.add(verb + " " + Text.plural(ids, servers.get(0).role().toString()) + " " + Text.ids(ids));
        }
    }

    private void change(Server old, Server server) {
        boolean turns = old.role() != server.role();
        if (turns) {
            parts.add("make " + old.role() + " " + server.id() + " " + (server.isParticipant() ? "a " : "an ")
                    + server.role());
        }
        if (!old.endpoints().equals(server.endpoints())) {
            var line = server.toString();
            parts.add("move " + (turns ? "it" : old.role() + " " + server.id()) + " to "
                    + line.substring(line.indexOf('=') + 1));
        }
    }

    private void addWeights() {
        // The same groups by other numbers, which mean nothing.
        boolean renumbered = Set.copyOf(before.quorumRule().groups().values())
                .equals(Set.copyOf(after.quorumRule().groups().values()));
        for (var id : after.participants()) {
            boolean stays = before.participants().contains(id);
            long weightBefore = weight(before, id);
            long weightAfter = weight(after, id);
            if (stays && weightBefore != weightAfter) {
                parts.add("let participant " + id + " weigh " + weightAfter + " instead of " + weightBefore);
            }
            var group = group(after.quorumRule(), id);
            boolean regrouped = stays
                    && !renumbered
                    && !before.quorumRule().isMajority()
                    && !group.equals(group(before.quorumRule(), id));
            if (regrouped && group.isPresent()) {
                parts.add("put participant " + id + " into group " + group.get());
            }
        }
    }

    private static long weight(Ensemble ensemble, ServerId id) {
        return ensemble.quorumRule().isMajority()
                ? 1
                : ensemble.quorumRule().weights().getOrDefault(id, 0L);
    }

    private static Optional<Long> group(QuorumRule rule, ServerId id) {
        return rule.groups().entrySet().stream()
                .filter(entry -> entry.getValue().contains(id))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
