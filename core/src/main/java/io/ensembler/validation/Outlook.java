package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What stands and what is to stand, and what the rules ask of the two together. */
record Outlook(Observation observation, Aim aim) {

    Ensemble origin() {
        return observation.ensemble();
    }

    Ensemble target() {
        return aim.target();
    }

    Optional<ServerId> leader() {
        return observation.leader();
    }

    boolean changesNothing() {
        return origin().equals(target()) && aim.rebuilt().isEmpty();
    }

    /** The servers that start anew: joiners, helpers, and those that are rebuilt with the line they are to have. */
    List<Server> arriving() {
        var arriving = new ArrayList<Server>();
        target().servers().stream()
                .filter(server -> !origin().contains(server.id()) || isRebuilt(server.id()))
                .forEach(arriving::add);
        arriving.addAll(aim.helpers());
        return arriving;
    }

    boolean isRebuilt(ServerId id) {
        return aim.rebuilt().contains(id);
    }

    boolean isArriving(ServerId id) {
        return ids(arriving()).contains(id);
    }

    /** The servers that stand in the end, or for a time. */
    List<Server> staying() {
        var staying = new ArrayList<>(target().servers());
        staying.addAll(aim.helpers());
        return staying;
    }

    /** The servers of today and those that stay, each with the line it has last. */
    List<Server> everybody() {
        var everybody = staying();
        var known = ids(everybody);
        origin().servers().stream()
                .filter(server -> !known.contains(server.id()))
                .forEach(everybody::add);
        return everybody;
    }

    /** Whether nobody has seen this line listed: it is a joiner's, or its endpoints change. */
    boolean isNewLine(Server server) {
        return origin().server(server.id())
                .filter(listed -> listed.endpoints().equals(server.endpoints()))
                .isEmpty();
    }

    Optional<ServerFacts> facts(ServerId id) {
        return observation.facts(id);
    }

    <T> Optional<T> detail(ServerId id, ServerDetail<T> detail) {
        return facts(id).flatMap(facts -> facts.details().value(detail));
    }

    boolean isUp(ServerId id) {
        return facts(id)
                .filter(facts -> facts.presence() == Presence.ANSWERS || facts.isProvedSynced())
                .isPresent();
    }

    /** What is done to a server whose line is to stand, as the beginning of a sentence. */
    String cannot(Server server) {
        if (isRebuilt(server.id())) {
            return "Cannot rebuild server " + server.id();
        }
        if (!origin().contains(server.id())) {
            return "Cannot add server " + server.id();
        }
        return (isNewLine(server) ? "Cannot move server " : "Cannot keep server ") + server.id();
    }

    static SortedSet<ServerId> ids(Collection<Server> servers) {
        var ids = new TreeSet<ServerId>();
        servers.forEach(server -> ids.add(server.id()));
        return ids;
    }
}
