package io.ensembler.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apiguardian.api.API;

/**
 * The servers of an ensemble and how its participants form quorums. Immutable and ordered by id; every change returns
 * another ensemble. An ensemble may hold what an observed one holds, ids outside 1 to 254 and lines without client
 * address included: what a request may introduce is for the rules to say.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Ensemble {

    private static final Ensemble EMPTY = new Ensemble(List.of(), QuorumRule.majority());

    /** In the order of their ids. A list, since a plan goes through the servers of many ensembles and changes none. */
    private final List<Server> servers;

    private final SortedSet<ServerId> participants;
    private final QuorumRule quorumRule;

    private Ensemble(List<Server> sorted, QuorumRule quorumRule) {
        this.servers = List.copyOf(sorted);
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
        var sorted = new ArrayList<>(servers);
        sorted.sort(Comparator.comparing(Server::id));
        for (int i = 1; i < sorted.size(); i++) {
            var server = sorted.get(i);
            var other = sorted.get(i - 1);
            if (server.id().equals(other.id())) {
                throw new IllegalArgumentException(
                        "two servers have id " + server.id() + ": " + other + " and " + server);
            }
        }
        var ensemble = new Ensemble(sorted, quorumRule);
        ensemble.checkGroups();
        return ensemble;
    }

    private void checkGroups() {
        if (quorumRule.isMajority()) {
            return;
        }
        for (var id : participants) {
            if (!quorumRule.weights().containsKey(id)) {
                throw new IllegalArgumentException("participant " + id + " is in no group");
            }
        }
        for (var id : quorumRule.weights().keySet()) {
            if (!contains(id)) {
                throw new IllegalArgumentException("a group names server " + id + ", which is not listed");
            }
        }
    }

    /** Returns all servers in the order of their ids. */
    public List<Server> servers() {
        return servers;
    }

    /** Returns the ids of all servers, in order. */
    public SortedSet<ServerId> ids() {
        return idsWhere(server -> true);
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
        int place = place(id);
        return place < 0 ? Optional.empty() : Optional.of(servers.get(place));
    }

    /** Returns whether a server with this id is listed. */
    public boolean contains(ServerId id) {
        return place(id) >= 0;
    }

    /** Where in the list a server is; negative if it is not listed. */
    private int place(ServerId id) {
        int low = 0;
        int high = servers.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = servers.get(middle).id().compareTo(id);
            if (order == 0) {
                return middle;
            }
            low = order < 0 ? middle + 1 : low;
            high = order > 0 ? middle - 1 : high;
        }
        return -1;
    }

    /** Returns the ids under which this ensemble and another list different lines, or only one lists any, in order. */
    public SortedSet<ServerId> differingLines(Ensemble other) {
        var differing = new TreeSet<ServerId>();
        int ours = 0;
        int theirs = 0;
        while (ours < servers.size() || theirs < other.servers.size()) {
            var our = ours < servers.size() ? servers.get(ours) : null;
            var their = theirs < other.servers.size() ? other.servers.get(theirs) : null;
            if (Objects.equals(our, their)) {
                ours++;
                theirs++;
            } else if (our != null && (their == null || our.id().compareTo(their.id()) <= 0)) {
                differing.add(our.id());
                ours++;
                theirs += their != null && their.id().equals(our.id()) ? 1 : 0;
            } else if (their != null) {
                differing.add(their.id());
                theirs++;
            }
        }
        return Collections.unmodifiableSortedSet(differing);
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
        var listed = server(server.id());
        if (listed.isPresent()) {
            throw new IllegalArgumentException("server " + server.id() + " is listed already: " + listed.get());
        }
        var more = new ArrayList<>(servers);
        more.add(server);
        return of(more, quorumRule);
    }

    /**
     * Returns this ensemble without a server, which also leaves its group.
     *
     * @throws IllegalArgumentException if the id is not listed, or no group would be left
     */
    public Ensemble minus(ServerId id) {
        if (!contains(id)) {
            throw new IllegalArgumentException("server " + id + " is not listed in " + this);
        }
        var fewer = servers.stream().filter(server -> !server.id().equals(id)).toList();
        return new Ensemble(fewer, quorumRule.without(id));
    }

    private SortedSet<ServerId> idsWhere(Predicate<Server> condition) {
        var ids = new TreeSet<ServerId>();
        for (var server : servers) {
            if (condition.test(server)) {
                ids.add(server.id());
            }
        }
        return Collections.unmodifiableSortedSet(ids);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Ensemble ensemble
                        && servers.equals(ensemble.servers)
                        && quorumRule.equals(ensemble.quorumRule));
    }

    @Override
    public int hashCode() {
        return 31 * servers.hashCode() + quorumRule.hashCode();
    }

    /** Returns who votes and who observes, such as {@code 1,2,3 observers 4}. */
    @Override
    public String toString() {
        var text = new StringBuilder(list(participants));
        var observers = observers();
        if (!observers.isEmpty()) {
            text.append(" observers ").append(list(observers));
        }
        if (!quorumRule.isMajority()) {
            text.append(' ').append(quorumRule);
        }
        return text.toString();
    }

    private static String list(Set<ServerId> ids) {
        var text = new StringJoiner(",").setEmptyValue("none");
        for (var id : ids) {
            text.add(id.toString());
        }
        return text.toString();
    }
}
