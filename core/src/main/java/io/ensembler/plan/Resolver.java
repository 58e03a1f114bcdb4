package io.ensembler.plan;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Aim;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds out what a request comes to for the ensemble observed: which servers are to stand, and which start anew. */
final class Resolver {

    private final Observation observation;
    private final ScalingRequest request;
    private final Ensemble origin;
    private final Map<ServerId, Server> servers = new TreeMap<>();
    private final Set<ServerId> rebuilt = new TreeSet<>();
    private final List<Violation> found = new ArrayList<>();
    private final Picks picks;

    private Resolver(Observation observation, ScalingRequest request) {
        this.observation = observation;
        this.request = request;
        this.origin = observation.ensemble();
        this.picks = new Picks(observation, request, found);
    }

    /** What a request comes to. */
    record Resolved(Aim aim, ValidationReport report) {}

    /**
     * Returns what the request comes to.
     *
     * @throws ValidationException if it does not come to an ensemble
     */
    static Resolved resolve(Observation observation, ScalingRequest request) {
        return new Resolver(observation, request).resolve();
    }

    private Resolved resolve() {
        found.addAll(Contradictions.in(request));
        origin.servers().forEach(this::put);
        request.last(Wish.Reach.class)
                .ifPresent(reach -> replaceAll(
                        "Cannot reach an ensemble with", reach.target().servers()));
        request.last(Wish.Migrate.class).ifPresent(move -> replaceAll("Cannot migrate to", move.servers()));
        checkNamed();
        add();
        request.removals().forEach(servers::remove);
        request.of(Wish.RemoveDead.class).stream().limit(1).forEach(wish -> picks.dead()
                .forEach(servers::remove));
        request.of(Wish.ChangeRole.class)
                .forEach(change -> change(change.id(), "change the role of", server -> server.withRole(change.role())));
        request.of(Wish.ChangeEndpoints.class)
                .forEach(change -> change(change.id(), "move", server -> server.withEndpoints(change.endpoints())));
        request.of(Wish.Rebuild.class).forEach(this::rebuild);
        request.last(Wish.Resize.class).ifPresent(this::resize);
        checkHelpers();
        checkParticipantsLeft();
        checkPromoted();
        return new Resolved(aim(), new ValidationReport(found));
    }

    private void put(Server server) {
        servers.put(server.id(), server);
    }

    /**
     * Replaces all servers. Whoever is listed on other machines runs on those, and would be told of addresses that are
     * not its own, unless the request says of it by name that it is to be rebuilt there or that it is the same machine.
     */
    private void replaceAll(String effect, List<Server> all) {
        for (var server : all) {
            var elsewhere = origin.server(server.id())
                    .map(Server::endpoints)
                    .filter(here -> !observation.names().shareHost(here, server.endpoints()));
            if (elsewhere.isPresent() && !isMoved(server.id())) {
                found.add(new Violation(
                        Rule.ID_TAKEN,
                        effect + " server " + server.id() + " at " + hosts(server.endpoints()),
                        "server " + server.id() + " is listed at " + hosts(elsewhere.get())
                                + ", and would be told to move where it does not run",
                        "Give the new server an id that is not in use; to start it anew under its id ask to rebuild it,"
                                + " and if it is the same machine to change its endpoints"));
            }
        }
        servers.clear();
        all.forEach(this::put);
    }

    private boolean isMoved(ServerId id) {
        return request.of(Wish.Rebuild.class).stream()
                        .anyMatch(wish -> wish.id().equals(id))
                || request.of(Wish.ChangeEndpoints.class).stream()
                        .anyMatch(change -> change.id().equals(id));
    }

    private static String hosts(Endpoints endpoints) {
        return endpoints.quorum().stream()
                .map(QuorumAddress::host)
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
    }

    private void checkNamed() {
        for (var id : request.removals()) {
            if (!origin.contains(id)) {
                found.add(unknown("remove", id));
            }
        }
    }

    private Violation unknown(String verb, ServerId id) {
        return new Violation(
                Rule.UNKNOWN_SERVER,
                "Cannot " + verb + " server " + id,
                "the ensemble lists " + Text.ids(origin.ids()) + " only",
                "Name a listed server; if it was removed already, nothing is left to do");
    }

    private void add() {
        var named = new TreeSet<ServerId>();
        for (var added : request.additions().stream().distinct().toList()) {
            var effect = "Cannot add server " + added.id();
            var listed = origin.server(added.id());
            boolean again = !named.add(added.id());
            if (request.removals().contains(added.id())) {
                found.add(new Violation(
                        Rule.CONTRADICTION,
                        effect,
                        "the request removes it as well",
                        "Ask for one of both, and for the other once that is done; to start it anew, rebuild it"));
            } else if (listed.isPresent() && !listed.get().equals(added)) {
                found.add(new Violation(
                        Rule.ID_TAKEN,
                        effect,
                        "the ensemble lists its id as \"" + ConfigurationText.print(listed.get()) + "\"",
                        "Choose an id that is not in use"));
            } else if (again) {
                found.add(Contradictions.twice(added.id()));
            } else {
                put(added);
            }
        }
    }

    /** How a line is changed. */
    private interface Alteration {
        Server of(Server server);
    }

    private void change(ServerId id, String verb, Alteration alteration) {
        var server = servers.get(id);
        if (server == null) {
            found.add(
                    origin.contains(id)
                            ? new Violation(
                                    Rule.CONTRADICTION,
                                    "Cannot " + verb + " server " + id,
                                    "the request removes it as well",
                                    "Ask for one of both")
                            : unknown(verb, id));
        } else {
            put(alteration.of(server));
        }
    }

    private void rebuild(Wish.Rebuild wish) {
        var id = wish.id();
        if (!origin.contains(id)) {
            found.add(unknown("rebuild", id));
            return;
        }
        rebuilt.add(id);
        change(id, "rebuild", server -> wish.line().orElse(server));
    }

    private void resize(Wish.Resize size) {
        if (size.participants() < 1) {
            found.add(new Violation(
                    Rule.LAST_PARTICIPANT,
                    "Cannot resize to " + size.participants() + " participants",
                    "an ensemble has at least one",
                    "Name how many participants there are to be"));
            return;
        }
        var standing = new TreeSet<ServerId>();
        servers.values().stream().filter(Server::isParticipant).map(Server::id).forEach(standing::add);
        int missing = size.participants() - standing.size();
        if (missing > 0) {
            picks.comingIn(servers.keySet(), missing, size.participants()).forEach(this::put);
        } else if (missing < 0) {
            picks.leaving(standing, size.participants()).forEach(servers::remove);
        }
    }

    private void checkHelpers() {
        for (var helper : request.helpers()) {
            if (origin.contains(helper.id()) || servers.containsKey(helper.id()) || !helper.isParticipant()) {
                found.add(new Violation(
                        Rule.ID_TAKEN,
                        "Cannot take server " + helper.id() + " as a helper",
                        helper.isParticipant() ? "its id is in use" : "it would be an observer, which helps no quorum",
                        "Offer a participant with an id of its own"));
            }
        }
    }

    private void checkParticipantsLeft() {
        if (servers.values().stream().noneMatch(Server::isParticipant)) {
            var gone = new TreeSet<>(origin.participants());
            found.add(new Violation(
                    Rule.LAST_PARTICIPANT,
                    request.removals().isEmpty()
                            ? request.effect()
                            : "Cannot remove " + Text.plural(request.removals(), "server") + " "
                                    + Text.ids(request.removals()),
                    request.removals().isEmpty() && !gone.isEmpty()
                            ? "of participants " + Text.ids(gone) + " none would remain"
                            : "no participant would remain",
                    "Keep one, or add another in the same request"));
        }
    }

    private void checkPromoted() {
        for (var id : origin.observers()) {
            boolean promoted = Optional.ofNullable(servers.get(id))
                    .filter(Server::isParticipant)
                    .isPresent();
            boolean inSync =
                    observation.facts(id).filter(ServerFacts::isProvedSynced).isPresent();
            if (promoted && !inSync && !rebuilt.contains(id)) {
                found.add(new Violation(
                        Rule.PROMOTION_NOT_SYNCED,
                        "Cannot make server " + id + " a participant",
                        "it is not proved in sync",
                        "Bring it up and let it catch up, or rebuild it"));
            }
        }
    }

    private Aim aim() {
        var report = new ValidationReport(found);
        if (servers.isEmpty()) {
            throw new ValidationException(report);
        }
        Ensemble target;
        try {
            target = Quorums.of(servers.values(), request, origin.quorumRule());
        } catch (ValidationException e) {
            throw new ValidationException(report.and(e.report()));
        }
        var aim = isWhole() ? Aim.atWhole(target) : Aim.at(target);
        aim = aim.rebuilding(rebuilt).withHelpers(request.helpers()).inDomains(request.domains());
        return request.consent().isPresent() ? aim.consented() : aim;
    }

    /** Whether somebody leaves only because a list of all servers lacks it: neither its id nor a size was named. */
    private boolean isWhole() {
        return request.last(Wish.Reach.class).isPresent()
                && request.last(Wish.Resize.class).isEmpty()
                && origin.participants().stream()
                        .anyMatch(id ->
                                !servers.containsKey(id) && !request.removals().contains(id));
    }
}
