package io.ensembler.model;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * What was seen of an ensemble within one look at it. Immutable; its parts were not read at one instant.
 *
 * @param at when the committed configuration was read
 * @param committed the configuration, read after a committed write; of a standalone server the empty ensemble
 * @param leader the server that leads in the highest epoch, empty if no server said so
 * @param access what a probe without effect says about reconfiguring
 * @param servers the facts of every listed server and of those asked for besides, in the order of their ids
 * @param reachability which ports can be reached from where, as far as somebody tried
 * @param names to what host names resolve, as far as somebody asked
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Observation(
        Instant at,
        CommittedConfiguration committed,
        Optional<ServerId> leader,
        Fact<ReconfigurationAccess> access,
        SortedMap<ServerId, ServerFacts> servers,
        Reachability reachability,
        ResolvedNames names) {

    /**
     * Copies {@code servers}.
     *
     * @throws IllegalArgumentException if facts stand under another id than their own
     */
    public Observation {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(committed, "committed");
        Objects.requireNonNull(leader, "leader");
        Objects.requireNonNull(access, "access");
        var byId = new TreeMap<ServerId, ServerFacts>();
        byId.putAll(servers);
        byId.forEach((id, facts) -> {
            if (!facts.id().equals(id)) {
                throw new IllegalArgumentException("facts of server " + facts.id() + " stand under id " + id);
            }
        });
        servers = Collections.unmodifiableSortedMap(byId);
        Objects.requireNonNull(reachability, "reachability");
        Objects.requireNonNull(names, "names");
    }

    /** Creates an observation in which nobody tried a port or asked for a name. */
    public Observation(
            Instant at,
            CommittedConfiguration committed,
            Optional<ServerId> leader,
            Fact<ReconfigurationAccess> access,
            SortedMap<ServerId, ServerFacts> servers) {
        this(at, committed, leader, access, servers, Reachability.untried(), ResolvedNames.unasked());
    }

    /** Returns an observation with facts in any order. */
    public static Observation of(
            Instant at,
            CommittedConfiguration committed,
            Optional<ServerId> leader,
            Fact<ReconfigurationAccess> access,
            Map<ServerId, ServerFacts> servers) {
        return new Observation(at, committed, leader, access, new TreeMap<>(servers));
    }

    /** Returns this observation with what came of trying ports. */
    public Observation withReachability(Reachability newReachability) {
        return new Observation(at, committed, leader, access, servers, newReachability, names);
    }

    /** Returns this observation with what others know of a server where nothing was seen; as it is if nobody looked at it. */
    public Observation withDetails(ServerId id, ServerDetails details) {
        var more = new TreeMap<>(servers);
        more.computeIfPresent(
                id, (same, facts) -> facts.withDetails(facts.details().or(details)));
        return new Observation(at, committed, leader, access, more, reachability, names);
    }

    /** Returns this observation with what the name service said. */
    public Observation withNames(ResolvedNames newNames) {
        return new Observation(at, committed, leader, access, servers, reachability, newNames);
    }

    /** Returns the ensemble of the committed configuration. */
    public Ensemble ensemble() {
        return committed.ensemble();
    }

    /** Returns the version of the committed configuration. */
    public ConfigurationVersion version() {
        return committed.version();
    }

    /** Returns the facts of a server, or empty if nobody looked at it. */
    public Optional<ServerFacts> facts(ServerId id) {
        return Optional.ofNullable(servers.get(id));
    }

    /**
     * Returns the participants proved synced, in order. Each proof went through the leader, so these are reachable from
     * it; a server that is down, catching up or cannot be seen is not among them.
     */
    public SortedSet<ServerId> live() {
        var live = new TreeSet<ServerId>();
        for (var id : ensemble().participants()) {
            if (facts(id).filter(ServerFacts::isProvedSynced).isPresent()) {
                live.add(id);
            }
        }
        return Collections.unmodifiableSortedSet(live);
    }

    /** Returns how many live participants may be lost now, as {@link Ensemble#tolerance} counts it. */
    public int tolerance() {
        return ensemble().tolerance(live());
    }

    /** Returns what is seen, one server a line, for a person to read. */
    @Override
    public String toString() {
        if (access.value().filter(ReconfigurationAccess.STANDALONE::equals).isPresent()) {
            return "a standalone server, no ensemble";
        }
        var text = new StringBuilder();
        text.append("ensemble ").append(ensemble()).append(", version ").append(version());
        text.append(", leader ").append(leader.map(ServerId::toString).orElse("unknown"));
        text.append(", tolerance ").append(tolerance());
        text.append(", reconfiguration ").append(access).append('\n');
        servers.forEach((id, facts) -> {
            var role = ensemble().server(id).map(server -> server.role().toString());
            text.append("  server ").append(id).append(": ").append(role.orElse("not listed"));
            text.append(", ").append(facts.mode());
            text.append(facts.isProvedSynced() ? ", synced" : ", not proved synced");
            append(text, ", zxid ", facts.zxid(), facts.mode());
            append(text, ", configuration in force ", facts.inForce(), facts.mode());
            append(text, ", connections ", facts.connections(), facts.mode());
            var details = facts.details().toString();
            text.append(details.isEmpty() ? "" : ", " + details);
            text.append('\n');
        });
        text.append(reachability.toString().indent(2)).append(names.toString().indent(2));
        return text.toString();
    }

    /** A server that tells nothing tells it once: what is not known for the reason the mode is not goes without saying. */
    private static void append(StringBuilder text, String label, Fact<?> fact, Fact<ServerMode> mode) {
        if (fact.value().isPresent() || !fact.toString().equals(mode.toString())) {
            text.append(label).append(fact);
        }
    }
}
