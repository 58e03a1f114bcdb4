package io.ensembler.scenario;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.Observation;
import io.ensembler.model.Reachability;
import io.ensembler.model.Reachability.Call;
import io.ensembler.model.Reachability.Outcome;
import io.ensembler.model.Reachability.Port;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.model.ResolvedNames;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.Zxid;
import io.ensembler.scenario.Scenario.Reader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What stands, as a scenario tells it:
 *
 * <ul>
 *   <li>{@code ensemble: 1,2,3 observers 4}, all in sync, at 10.0.0.ID (300 at 10.0.1.44) unless a {@code line: server.4=...} says otherwise;
 *   <li>{@code leader: 2} or {@code leader: unknown}; without, the first participant leads;
 *   <li>{@code down: 3}, {@code version: 100000000}, {@code identity: 5b22}, {@code modified: 100000005}, {@code access: no permission};
 *   <li>{@code fact: server 4 free disk 1 GB}, see {@link FactLine}; {@code room: plenty} for 1 GB of data and more than
 *       enough of everything on every server;
 *   <li>{@code call: from server 1 to the election port of server 4: timed out};
 *   <li>{@code name: zk4 does not resolve}, {@code name: zk4 is 10.0.0.4}.
 * </ul>
 */
final class Situation {

    static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    static final long VERSION = 0x1_0000_0000L;

    private static final List<String> PLENTY =
            List.of("every server data 1 GB", "every server free disk 100 GB", "every server heap 100 GB");
    private static final Pattern CALL = Pattern.compile(
            "from (?:here|server (?<from>\\d+)) to the (?<port>\\w+) port of server (?<to>\\d+): (?<came>.+)");
    private static final Pattern NAME = Pattern.compile("(?<name>\\S+) (?:does not resolve|is (?<addresses>\\S+))");

    private final Shorthand shorthand;
    private final Ensemble ensemble;
    private final Optional<ServerId> leader;
    private final TreeSet<ServerId> down = new TreeSet<>();
    private final List<FactLine> facts = new ArrayList<>();
    private final long version;
    private final long modified;
    private final Optional<EnsembleIdentity> identity;
    private final Fact<ReconfigurationAccess> access;
    private final Reachability reachability;
    private final ResolvedNames names;

    Situation(Reader given) {
        shorthand = new Shorthand(Map.of()).with(given.all("line"));
        ensemble = shorthand.ensemble(
                given.one("ensemble").orElseThrow(() -> new IllegalArgumentException("no ensemble is given")));
        leader = leader(given.one("leader"));
        given.all("down").forEach(ids -> down.addAll(Shorthand.ids(ids)));
        if (given.one("room").filter("plenty"::equals).isPresent()) {
            PLENTY.forEach(fact -> facts.add(FactLine.parse(fact)));
        }
        given.all("fact").forEach(fact -> facts.add(FactLine.parse(fact)));
        version =
                given.one("version").map(hex -> Long.parseUnsignedLong(hex, 16)).orElse(VERSION);
        modified = given.one("modified")
                .map(hex -> Long.parseUnsignedLong(hex, 16))
                .orElse(version);
        identity = given.one("identity").map(EnsembleIdentity::new);
        access = access(given.one("access").orElse("granted"));
        reachability = reachability(given.all("call"));
        names = names(given.all("name"));
    }

    Shorthand shorthand() {
        return shorthand;
    }

    /** Returns what is observed, these servers included beside the listed ones. */
    Observation observed(Collection<ServerId> besides) {
        var ids = new TreeSet<>(ensemble.ids());
        ids.addAll(besides);
        facts.forEach(fact -> fact.server().ifPresent(ids::add));
        var byId = new TreeMap<ServerId, ServerFacts>();
        for (var id : ids) {
            var of = beginning(id);
            for (var fact : facts) {
                of = fact.isOf(id) ? fact.applyTo(of) : of;
            }
            byId.put(id, of);
        }
        var configuration = new Configuration(ensemble, ConfigurationVersion.of(version));
        return Observation.of(
                        AT,
                        new CommittedConfiguration(configuration, Zxid.of(modified), Zxid.of(version + 7), identity),
                        leader,
                        access,
                        byId)
                .withReachability(reachability)
                .withNames(names);
    }

    private ServerFacts beginning(ServerId id) {
        if (!ensemble.contains(id)) {
            return unseen(id, Presence.REFUSES, "connection refused");
        }
        return down.contains(id) ? unseen(id, Presence.SILENT, "no answer") : serving(id);
    }

    private ServerFacts serving(ServerId id) {
        var follows = ensemble.participants().contains(id) ? ServerMode.FOLLOWER : ServerMode.OBSERVER;
        return new ServerFacts(
                id,
                Presence.ANSWERS,
                Fact.known(leader.equals(Optional.of(id)) ? ServerMode.LEADER : follows, Source.SRVR, AT),
                Fact.known(true, Source.SESSION, AT),
                Fact.known(Zxid.of(version + 7), Source.SRVR, AT),
                Fact.known(ConfigurationVersion.of(version), Source.CONF, AT),
                Fact.known(1, Source.SRVR, AT));
    }

    static ServerFacts unseen(ServerId id, Presence presence, String reason) {
        return new ServerFacts(
                id,
                presence,
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason),
                Fact.unknown(reason));
    }

    private Optional<ServerId> leader(Optional<String> given) {
        if (given.isEmpty()) {
            return ensemble.participants().stream().findFirst();
        }
        return given.filter(text -> !text.equals("unknown")).map(Shorthand::id);
    }

    private static Fact<ReconfigurationAccess> access(String text) {
        return Arrays.stream(ReconfigurationAccess.values())
                .filter(access -> access.toString().equals(text))
                .findFirst()
                .map(access -> Fact.known(access, Source.ZNODE, AT))
                .orElseGet(() -> Fact.unknown(text));
    }

    private static Reachability reachability(List<String> calls) {
        var reachability = Reachability.untried();
        for (var text : calls) {
            var parts = CALL.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException("not a call: " + text);
            }
            var call = new Call(
                    Optional.ofNullable(parts.group("from")).map(Shorthand::id),
                    Shorthand.id(parts.group("to")),
                    named(Port.values(), parts.group("port") + " port"));
            reachability = reachability.with(
                    call, Fact.known(named(Outcome.values(), parts.group("came")), Source.CONNECTION, AT));
        }
        return reachability;
    }

    private static ResolvedNames names(List<String> lines) {
        var names = ResolvedNames.unasked();
        for (var line : lines) {
            var parts = NAME.matcher(line);
            if (!parts.matches()) {
                throw new IllegalArgumentException("not a name: " + line);
            }
            var addresses = parts.group("addresses") == null
                    ? List.<String>of()
                    : List.of(parts.group("addresses").split(",", -1));
            names = names.with(parts.group("name"), Fact.known(addresses, Source.NAME_SERVICE, AT));
        }
        return names;
    }

    private static <E extends Enum<E>> E named(E[] values, String text) {
        return Arrays.stream(values)
                .filter(value -> value.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("none of " + Arrays.toString(values) + ": " + text));
    }
}
