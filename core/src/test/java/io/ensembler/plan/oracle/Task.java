package io.ensembler.plan.oracle;

import io.ensembler.model.Address;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.ServerRole;
import io.ensembler.model.Zxid;
import io.ensembler.validation.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A change to plan, whoever leads: so many servers of each kind, and who of them is down. Ids are dealt at random, by a
 * seed of the task's own, so that their order tells nothing.
 */
final class Task {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final long VERSION = 0x1_0000_0000L;
    private static final int HIGHEST_ID = 99;

    private final Map<Kind, List<ServerId>> servers = new TreeMap<>();
    private final Optional<Kind> dead;
    private final Ensemble origin;
    private final Ensemble target;

    /**
     * Deals ids.
     *
     * @param counts how many servers there are of each kind
     * @param dead the kind of which one server is down
     */
    Task(Map<Kind, Integer> counts, Optional<Kind> dead, long seed) {
        var random = new Random(seed);
        var ids = new ArrayList<ServerId>();
        for (int id = 1; id <= HIGHEST_ID; id++) {
            ids.add(ServerId.of(id));
        }
        Collections.shuffle(ids, random);
        int next = 0;
        for (var kind : Kind.values()) {
            int count = counts.getOrDefault(kind, 0);
            servers.put(kind, List.copyOf(ids.subList(next, next + count)));
            next += count;
        }
        this.dead = dead;
        var before = new ArrayList<Server>();
        var after = new ArrayList<Server>();
        servers.forEach((kind, ofThatKind) -> ofThatKind.forEach(id -> {
            kind.before().ifPresent(role -> before.add(new Server(id, role, endpoints(id))));
            kind.after().ifPresent(role -> after.add(new Server(id, role, endpointsAfter(kind, id, random))));
        }));
        this.origin = Ensemble.of(before, QuorumRule.majority());
        this.target = Ensemble.of(after, QuorumRule.majority());
    }

    private Endpoints endpointsAfter(Kind kind, ServerId id, Random random) {
        return switch (kind) {
            case READDRESSED ->
                random.nextBoolean() ? endpoints("10.0.1." + id, 2888, 2181) : endpoints("10.0.0." + id, 2889, 2181);
            case CLIENTS_MOVED -> endpoints("10.0.0." + id, 2888, 2182);
            case TAKES_OVER ->
                endpoints(servers.get(Kind.LEAVES).get(servers.get(kind).indexOf(id)));
            case MOVES_IN -> {
                int takenOver = count(Kind.TAKES_OVER);
                yield endpoints(servers.get(Kind.LEAVES)
                        .get(takenOver + servers.get(kind).indexOf(id)));
            }
            case EXCHANGES, OBSERVER_EXCHANGES -> exchanged(id);
            case STAYS, LEAVES, DEMOTED, JOINS, PROMOTED, OBSERVER_COMES, OBSERVER_GOES -> endpoints(id);
        };
    }

    /** All those who exchange addresses are one circle; in some tasks only their client ports are exchanged. */
    private Endpoints exchanged(ServerId id) {
        var circle = new ArrayList<>(servers.get(Kind.EXCHANGES));
        circle.addAll(servers.get(Kind.OBSERVER_EXCHANGES));
        var next = endpoints(circle.get((circle.indexOf(id) + 1) % circle.size()));
        boolean clientsOnly = circle.get(0).value() % 3 == 0;
        return clientsOnly ? new Endpoints(endpoints(id).quorum(), next.client()) : next;
    }

    private static Endpoints endpoints(ServerId id) {
        return endpoints("10.0.0." + id, 2888, 2181);
    }

    private static Endpoints endpoints(String host, int quorumPort, int clientPort) {
        return Endpoints.of(new QuorumAddress(host, quorumPort, 3888), new Address(host, clientPort));
    }

    Ensemble origin() {
        return origin;
    }

    Ensemble target() {
        return target;
    }

    /** Returns the servers that are down: one or none. */
    Set<ServerId> dead() {
        return dead.map(kind -> Set.of(servers.get(kind).get(0))).orElse(Set.of());
    }

    Optional<Kind> deadKind() {
        return dead;
    }

    int size() {
        return servers.values().stream().mapToInt(List::size).sum();
    }

    int count(Kind kind) {
        return servers.get(kind).size();
    }

    /** Returns who leads if it is one of this kind, empty if none of it is live or votes. */
    Optional<ServerId> leader(Kind kind) {
        return servers.get(kind).stream()
                .filter(id -> kind.votesBefore() && !dead().contains(id))
                .findFirst();
    }

    /** Returns what a person must consent to, empty if nothing: that too few are left, that most are not listed. */
    List<Rule> toConsentTo() {
        var rules = new ArrayList<Rule>();
        if (leavesTooFew()) {
            rules.add(Rule.TOO_FEW_PARTICIPANTS);
        }
        if (unlistsMost()) {
            rules.add(Rule.MOST_PARTICIPANTS_UNLISTED);
        }
        return rules;
    }

    private boolean leavesTooFew() {
        var live = new TreeSet<>(origin.participants());
        live.removeAll(dead());
        return live.size() >= 3 && target.participants().size() < 3;
    }

    private boolean unlistsMost() {
        var staying = new TreeSet<>(origin.participants());
        staying.retainAll(target.ids());
        return 2 * staying.size() < origin.participants().size();
    }

    /**
     * Returns what is seen of an ensemble on the way: all are in sync but those that are down. Observers to be promoted
     * that were taken from the list are still attached.
     */
    Observation see(Ensemble ensemble, ServerId leader) {
        var facts = new TreeMap<ServerId, ServerFacts>();
        servers.get(Kind.PROMOTED).forEach(id -> facts.put(id, serving(id, ServerMode.FOLLOWER)));
        for (var server : ensemble.servers()) {
            var mode = server.id().equals(leader)
                    ? ServerMode.LEADER
                    : server.role() == ServerRole.OBSERVER ? ServerMode.OBSERVER : ServerMode.FOLLOWER;
            facts.put(server.id(), dead().contains(server.id()) ? refusing(server.id()) : serving(server.id(), mode));
        }
        var configuration = new Configuration(ensemble, ConfigurationVersion.of(VERSION));
        return Observation.of(
                AT,
                new CommittedConfiguration(configuration, Zxid.of(VERSION), Zxid.of(VERSION + 7)),
                Optional.of(leader),
                Fact.known(ReconfigurationAccess.GRANTED, Fact.Source.SESSION, AT),
                facts);
    }

    private static ServerFacts serving(ServerId id, ServerMode mode) {
        return new ServerFacts(
                id,
                Presence.ANSWERS,
                Fact.known(mode, Fact.Source.SRVR, AT),
                Fact.known(true, Fact.Source.SESSION, AT),
                Fact.known(Zxid.of(VERSION + 7), Fact.Source.SRVR, AT),
                Fact.known(ConfigurationVersion.of(VERSION), Fact.Source.CONF, AT),
                Fact.known(1, Fact.Source.SRVR, AT));
    }

    /** Down for certain: one of which nobody can tell might lead. */
    private static ServerFacts refusing(ServerId id) {
        return new ServerFacts(
                id,
                Presence.REFUSES,
                Fact.unknown("connection refused"),
                Fact.unknown("connection refused"),
                Fact.unknown("connection refused"),
                Fact.unknown("connection refused"),
                Fact.unknown("connection refused"));
    }

    /** Returns who there is of each kind, and who is down. */
    @Override
    public String toString() {
        return servers.entrySet().stream()
                        .filter(kind -> !kind.getValue().isEmpty())
                        .map(kind -> kind.getKey() + " " + kind.getValue())
                        .collect(Collectors.joining(", "))
                + dead.map(kind -> ", down " + dead()).orElse("");
    }
}
