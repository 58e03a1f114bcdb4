package io.ensembler.validation;

import io.ensembler.model.DataSize;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What stands and what is to stand, and what the rules ask of the two together. Immutable. */
final class Outlook {

    private final Observation observation;
    private final Aim aim;
    private final List<Server> staying;
    private final List<Server> arriving;
    private final List<Server> everybody;
    private final Optional<DataSize> dataSize;

    Outlook(Observation observation, Aim aim) {
        this.observation = observation;
        this.aim = aim;
        this.staying = Stream.concat(aim.target().servers().stream(), aim.helpers().stream())
                .toList();
        this.arriving = Stream.concat(
                        aim.target().servers().stream()
                                .filter(server -> !origin().contains(server.id()) || isRebuilt(server.id())),
                        aim.helpers().stream())
                .toList();
        var known = ids(staying);
        this.everybody = Stream.concat(
                        staying.stream(), origin().servers().stream().filter(server -> !known.contains(server.id())))
                .toList();
        this.dataSize = largest(observation);
    }

    private static Optional<DataSize> largest(Observation observation) {
        return observation.ensemble().servers().stream()
                .flatMap(server -> observation.facts(server.id()).stream())
                .flatMap(facts -> facts.details().value(ServerDetail.DATA_SIZE).stream())
                .max(Comparator.naturalOrder());
    }

    Observation observation() {
        return observation;
    }

    Aim aim() {
        return aim;
    }

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
        return arriving;
    }

    boolean isRebuilt(ServerId id) {
        return aim.rebuilt().contains(id);
    }

    boolean isArriving(ServerId id) {
        return arriving.stream().anyMatch(server -> server.id().equals(id));
    }

    /** The servers that stand in the end, or for a time. */
    List<Server> staying() {
        return staying;
    }

    /** The servers of today and those that stay, each with the line it has last. */
    List<Server> everybody() {
        return everybody;
    }

    /** How large the data is, by the server that reports most; empty if none does. */
    Optional<DataSize> dataSize() {
        return dataSize;
    }

    /** Whether nobody has seen this line listed: it is a joiner's, or its endpoints change. */
    boolean isNewLine(Server server) {
        return origin().server(server.id())
                .filter(listed -> Objects.equals(listed.endpoints(), server.endpoints()))
                .isEmpty();
    }

    Optional<ServerFacts> facts(ServerId id) {
        return observation.facts(id);
    }

    <T> Optional<T> detail(ServerId id, ServerDetail<T> detail) {
        return facts(id).flatMap(facts -> facts.details().value(detail));
    }

    /** What is known of the machine on which a server is to run: nothing if that is another than it has. */
    <T> Optional<T> detail(Server server, ServerDetail<T> detail) {
        return isElsewhere(server.id()) ? Optional.empty() : detail(server.id(), detail);
    }

    /** Whether a server is rebuilt on another machine: what was seen of it, or called there, is not of that one. */
    boolean isElsewhere(ServerId id) {
        if (!isRebuilt(id)) {
            return false;
        }
        var today = origin().server(id).map(Server::endpoints);
        var then = target().server(id).map(Server::endpoints);
        return today.isPresent() && then.isPresent() && !observation.names().shareHost(today.get(), then.get());
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
