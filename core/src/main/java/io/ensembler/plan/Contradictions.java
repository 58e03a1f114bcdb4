package io.ensembler.plan;

import io.ensembler.model.Endpoints;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Rule;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a request asks for twice, each time otherwise, whatever stands today. */
final class Contradictions {

    /** For each thing to be done, as the rest of a sentence, what is asked for: texts by what they stand for. */
    private final Map<String, Map<Object, String>> asked = new LinkedHashMap<>();

    private final TreeSet<ServerId> namedTwice = new TreeSet<>();

    private Contradictions(ScalingRequest request) {
        request.of(Wish.ChangeRole.class).forEach(change -> ask(roleOf(change.id()), change.role(), change.role()));
        request.of(Wish.ChangeEndpoints.class)
                .forEach(change -> ask("move server " + change.id(), change.endpoints(), text(change.endpoints())));
        request.of(Wish.Rebuild.class).forEach(wish -> wish.line().ifPresent(line -> {
            ask(roleOf(line.id()), line.role(), line.role());
            ask("move server " + line.id(), line.endpoints(), text(line.endpoints()));
        }));
        request.of(Wish.ChangeRule.class).forEach(change -> ask("form quorums", change.rule(), change.rule()));
        request.of(Wish.Resize.class)
                .forEach(size -> ask("resize the ensemble", size.participants(), size.participants()));
        request.of(Wish.Reach.class).forEach(reach -> askForAll(reach.target().servers()));
        for (var move : request.of(Wish.Migrate.class)) {
            askForAll(move.servers());
            nameOnce(move.servers());
        }
        nameOnce(request.of(Wish.Offer.class).stream().map(Wish.Offer::server).toList());
        nameOnce(request.helpers());
    }

    /** Returns what in a request excludes each other. */
    static List<Violation> in(ScalingRequest request) {
        return new Contradictions(request).violations();
    }

    private static String roleOf(ServerId id) {
        return "change the role of server " + id;
    }

    private void ask(String what, Object answer, Object text) {
        asked.computeIfAbsent(what, first -> new LinkedHashMap<>()).put(answer, text.toString());
    }

    private void askForAll(Collection<Server> servers) {
        var ids = new TreeSet<ServerId>();
        servers.forEach(server -> ids.add(server.id()));
        ask("reach an ensemble", new HashSet<>(servers), Text.ids(ids));
    }

    private static String text(Endpoints endpoints) {
        var quorum = endpoints.quorum().stream().map(QuorumAddress::toString).collect(Collectors.joining("|"));
        return quorum + endpoints.client().map(address -> ";" + address).orElse("");
    }

    private void nameOnce(Collection<Server> servers) {
        var named = new TreeMap<ServerId, Server>();
        for (var server : servers) {
            var other = named.putIfAbsent(server.id(), server);
            if (other != null && !other.equals(server)) {
                namedTwice.add(server.id());
            }
        }
    }

    private List<Violation> violations() {
        var found = new ArrayList<Violation>();
        asked.forEach((what, answers) -> {
            if (answers.size() > 1) {
                found.add(new Violation(
                        Rule.CONTRADICTION,
                        "Cannot " + what,
                        "the request asks for " + String.join(" and also for ", answers.values()),
                        "Ask for one of them, and for the other once that is done"));
            }
        });
        namedTwice.forEach(id -> found.add(twice(id)));
        return found;
    }

    /** What is wrong if two servers that are to come in have one id. */
    static Violation twice(ServerId id) {
        return new Violation(
                Rule.ID_TAKEN,
                "Cannot add server " + id,
                "the request names its id twice",
                "Give each server an id of its own");
    }
}
