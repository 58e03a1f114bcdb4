package io.ensembler.plan;

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
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Builds what was seen of an ensemble: participants that are all in sync, the lowest of them leading, at version
 * 100000000, which may be changed at will. Every change is made in place and returns this.
 */
public final class Sight {

    /** The version at which everything built here stands unless told otherwise. */
    static final long VERSION = 0x1_0000_0000L;

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    private final SortedMap<ServerId, Server> servers = new TreeMap<>();
    private final SortedSet<ServerId> down = new TreeSet<>();
    private final SortedMap<ServerId, Long> inForce = new TreeMap<>();
    private QuorumRule quorumRule = QuorumRule.majority();
    private Optional<ServerId> leader = Optional.empty();
    private Fact<ReconfigurationAccess> access = Fact.known(ReconfigurationAccess.GRANTED, Fact.Source.SESSION, AT);
    private long version = VERSION;
    private long modified = VERSION;

    private Sight() {}

    /** Returns the server with this id, as participant at 10.0.0.ID. */
    public static Server participant(long id) {
        return new Server(
                ServerId.of(id),
                ServerRole.PARTICIPANT,
                Endpoints.of(new QuorumAddress("10.0.0." + id, 2888, 3888), new Address("10.0.0." + id, 2181)));
    }

    /** Returns the server with this id, as observer at 10.0.0.ID. */
    public static Server observer(long id) {
        return participant(id).withRole(ServerRole.OBSERVER);
    }

    /** Begins with these participants; the first of them leads. */
    public static Sight participants(long... ids) {
        var sight = new Sight();
        for (long id : ids) {
            sight.with(participant(id));
        }
        return sight.leader(ids[0]);
    }

    /** Begins with the servers of this ensemble; nobody is known to lead. */
    static Sight of(Ensemble ensemble) {
        var sight = new Sight();
        ensemble.servers().forEach(sight::with);
        return sight;
    }

    /** Lists these observers too. */
    public Sight observers(long... ids) {
        for (long id : ids) {
            with(observer(id));
        }
        return this;
    }

    /** Lists this server, in place of another with its id. */
    Sight with(Server server) {
        servers.put(server.id(), server);
        return this;
    }

    Sight leader(long id) {
        leader = Optional.of(ServerId.of(id));
        return this;
    }

    Sight leader(Optional<ServerId> id) {
        leader = id;
        return this;
    }

    /** Nobody is known to lead. */
    public Sight leaderUnknown() {
        leader = Optional.empty();
        return this;
    }

    /** These are not proved in sync. */
    public Sight down(long... ids) {
        for (long id : ids) {
            down.add(ServerId.of(id));
        }
        return this;
    }

    Sight access(ReconfigurationAccess found) {
        access = Fact.known(found, Fact.Source.SESSION, AT);
        return this;
    }

    Sight accessUnknown(String reason) {
        access = Fact.unknown(reason);
        return this;
    }

    Sight at(long newVersion) {
        version = newVersion;
        modified = newVersion;
        return this;
    }

    /** The configuration znode was last written by this transaction. */
    Sight modifiedBy(long zxid) {
        modified = zxid;
        return this;
    }

    Sight inForce(long id, long otherVersion) {
        inForce.put(ServerId.of(id), otherVersion);
        return this;
    }

    Sight groups(QuorumRule rule) {
        quorumRule = rule;
        return this;
    }

    /** Returns the observation. */
    public Observation see() {
        var ensemble = Ensemble.of(servers.values(), quorumRule);
        var facts = new TreeMap<ServerId, ServerFacts>();
        servers.keySet().forEach(id -> facts.put(id, down.contains(id) ? silent(id) : serving(id)));
        var configuration = new Configuration(ensemble, ConfigurationVersion.of(version));
        var committed = new CommittedConfiguration(configuration, Zxid.of(modified), Zxid.of(VERSION + 7));
        return Observation.of(AT, committed, leader, access, facts);
    }

    private ServerFacts serving(ServerId id) {
        var mode = leader.equals(Optional.of(id))
                ? ServerMode.LEADER
                : servers.get(id).isParticipant() ? ServerMode.FOLLOWER : ServerMode.OBSERVER;
        long held = inForce.getOrDefault(id, version);
        return new ServerFacts(
                id,
                Presence.ANSWERS,
                Fact.known(mode, Fact.Source.SRVR, AT),
                Fact.known(true, Fact.Source.SESSION, AT),
                Fact.known(Zxid.of(VERSION + 7), Fact.Source.SRVR, AT),
                Fact.known(ConfigurationVersion.of(held), Fact.Source.CONF, AT),
                Fact.known(1, Fact.Source.SRVR, AT));
    }

    private static ServerFacts silent(ServerId id) {
        return new ServerFacts(
                id,
                Presence.SILENT,
                Fact.unknown("no answer"),
                Fact.unknown("no answer"),
                Fact.unknown("no answer"),
                Fact.unknown("no answer"),
                Fact.unknown("no answer"));
    }
}
