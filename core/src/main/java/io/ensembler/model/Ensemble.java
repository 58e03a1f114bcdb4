package io.ensembler.model;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The servers of an ensemble and how its participants form quorums. Immutable and ordered by id; every change returns
 * another ensemble. An ensemble may hold what an observed one holds, ids outside 1 to 254 and lines without client
 * address included: what a request may introduce is for the rules to say.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Ensemble {

    private static final Ensemble EMPTY = new Ensemble(new TreeMap<>(), QuorumRule.majority());

    private final SortedMap<ServerId, Server> servers;
    private final SortedSet<ServerId> participants;
    private final QuorumRule quorumRule;

    private Ensemble(SortedMap<ServerId, Server> servers, QuorumRule quorumRule) {
        this.servers = Collections.unmodifiableSortedMap(servers);
        this.quorumRule = quorumRule;
        this.participants = idsWhere(Server::isParticipant);
    }

    /** Returns the ensemble without servers. */
    public static Ensemble empty() {
        return EMPTY;
    }

    /**
     * Returns the ensemble of these servers, whose participants form quorums by majority.
     *
     * @throws IllegalArgumentException if two servers have one id
     */
    public static Ensemble of(Server... servers) {
        return of(List.of(servers), QuorumRule.majority());
    }

    /**
     * Returns the ensemble of these servers.
     *
     * @throws IllegalArgumentException if two servers have one id, or by groups and weights a participant is in no
     *     group or a group names a server that is not listed
     */
    public static Ensemble of(Collection<Server> servers, QuorumRule quorumRule) {
        var byId = new TreeMap<ServerId, Server>();
        for (var server : servers) {
            var other = byId.putIfAbsent(server.id(), server);
            if (other != null) {
                throw new IllegalArgumentException(
                        "two servers have id " + server.id() + ": " + other + " and " + server);
            }
        }
        checkGroups(byId, quorumRule);
        return new Ensemble(byId, quorumRule);
    }

    private static void checkGroups(SortedMap<ServerId, Server> servers, QuorumRule quorumRule) {
        if (quorumRule.isMajority()) {
            return;
        }
        for (var server : servers.values()) {
            if (server.isParticipant() && !quorumRule.weights().containsKey(server.id())) {
                throw new IllegalArgumentException("participant " + server.id() + " is in no group");
            }
        }
        for (var id : quorumRule.weights().keySet()) {
            if (!servers.containsKey(id)) {
                throw new IllegalArgumentException("a group names server " + id + ", which is not listed");
            }
        }
    }

    /** Returns all servers in the order of their ids. */
    public List<Server> servers() {
        return List.copyOf(servers.values());
    }

    /** Returns the ids of all servers, in order. */
    public SortedSet<ServerId> ids() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(servers.keySet()));
    }

    /** Returns the ids of the servers that vote, in order. */
    public SortedSet<ServerId> participants() {
        return participants;
    }

    /** Returns the ids of the servers that are listed without voting, in order. */
    public SortedSet<ServerId> observers() {
        return idsWhere(server -> !server.isParticipant());
    }

    /** Returns the server with this id, or empty if it is not listed. */
    public Optional<Server> server(ServerId id) {
        return Optional.ofNullable(servers.get(id));
    }

    /** Returns whether a server with this id is listed. */
    public boolean contains(ServerId id) {
        return servers.containsKey(id);
    }

    /** Returns the ids under which this ensemble and another list different lines, or only one lists any, in order. */
    public SortedSet<ServerId> differingLines(Ensemble other) {
        var differing = new TreeSet<ServerId>();
        var ours = servers.values().iterator();
        var theirs = other.servers.values().iterator();
        var our = nextOrNull(ours);
        var their = nextOrNull(theirs);
        while (our != null && their != null) {
            int order = our.id().compareTo(their.id());
            if (!our.equals(their)) {
                differing.add(order <= 0 ? our.id() : their.id());
            }
            our = order <= 0 ? nextOrNull(ours) : our;
            their = order >= 0 ? nextOrNull(theirs) : their;
        }
        for (; our != null; our = nextOrNull(ours)) {
            differing.add(our.id());
        }
        for (; their != null; their = nextOrNull(theirs)) {
            differing.add(their.id());
        }
        return Collections.unmodifiableSortedSet(differing);
    }

    private static @Nullable Server nextOrNull(Iterator<Server> servers) {
        return servers.hasNext() ? servers.next() : null;
    }

    /** Returns how participants form quorums. */
    public QuorumRule quorumRule() {
        return quorumRule;
    }

    /** Returns whether the participants among {@code ids} are a quorum; others are ignored. */
    public boolean containsQuorum(Set<ServerId> ids) {
        return quorumRule.containsQuorum(participants, ids);
    }

    /**
     * Returns how many of the live participants may be lost, whichever they are, with a quorum left among the rest: the
     * fewest whose loss leaves none, less one. It is -1 if the live participants hold no quorum already. Others than
     * participants are ignored.
     */
    public int tolerance(Set<ServerId> live) {
        return quorumRule.tolerance(participants, live);
    }

    /**
     * Returns this ensemble with one server more.
     *
     * @throws IllegalArgumentException if the id is listed, or quorums are hierarchical and it is to be a participant
     */
    public Ensemble plus(Server server) {
        var more = new TreeMap<>(servers);
        var other = more.putIfAbsent(server.id(), server);
        if (other != null) {
            throw new IllegalArgumentException("server " + server.id() + " is listed already: " + other);
        }
        checkGroups(more, quorumRule);
        return new Ensemble(more, quorumRule);
    }

    /**
     * Returns this ensemble without a server, which also leaves its group.
     *
     * @throws IllegalArgumentException if the id is not listed, or no group would be left
     */
    public Ensemble minus(ServerId id) {
        var fewer = new TreeMap<>(servers);
        if (fewer.remove(id) == null) {
            throw new IllegalArgumentException("server " + id + " is not listed in " + this);
        }
        return new Ensemble(fewer, quorumRule.without(id));
    }

    private SortedSet<ServerId> idsWhere(Predicate<Server> condition) {
        return servers.values().stream()
                .filter(condition)
                .map(Server::id)
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(TreeSet::new), Collections::unmodifiableSortedSet));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ensemble ensemble
                && servers.equals(ensemble.servers)
                && quorumRule.equals(ensemble.quorumRule);
    }

    @Override
    public int hashCode() {
        return 31 * servers.hashCode() + quorumRule.hashCode();
    }

    /** Returns who votes and who observes, such as {@code 1,2,3 observers 4}. */
    @Override
    public String toString() {
        var text = new StringBuilder(list(participants));
        if (!observers().isEmpty()) {
            text.append(" observers ").append(list(observers()));
        }
        if (!quorumRule.isMajority()) {
            text.append(' ').append(quorumRule);
        }
        return text.toString();
    }

    private static String list(Set<ServerId> ids) {
        return ids.isEmpty() ? "none" : ids.stream().map(ServerId::toString).collect(Collectors.joining(","));
    }
}
