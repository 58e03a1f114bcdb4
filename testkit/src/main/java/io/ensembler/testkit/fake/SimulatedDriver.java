package io.ensembler.testkit.fake;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.Observation;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.Trial;
import io.ensembler.model.Zxid;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.Sender;
import io.ensembler.spi.SyncResult;
import io.ensembler.testkit.fake.ClientSession.OnLoss;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reaches a simulated ensemble as the driver of real ones does: over sessions, at client ports, in time. */
final class SimulatedDriver implements EnsembleDriver {

    /** How long a server may take to answer before it counts as silent. */
    static final long LONGEST = 1000 * Settings.MILLI;

    private static final long OPENING = 2000 * Settings.MILLI;
    private static final long SHOWING = 3000 * Settings.MILLI;

    private final Simulation simulation;
    private final Caller caller;
    private final DriverSessions sessions;
    private final StaleReads staleReads;

    SimulatedDriver(Simulation simulation, Caller caller, StaleReads staleReads, List<Server> known) {
        this.simulation = simulation;
        this.caller = caller;
        this.sessions = new DriverSessions(simulation, caller, known);
        this.staleReads = staleReads;
        caller.onDeath(sessions::abandon);
    }

    Simulation simulation() {
        return simulation;
    }

    Caller caller() {
        return caller;
    }

    DriverSessions sessions() {
        return sessions;
    }

    @Override
    public Observation observe(ObserveRequest request) throws InterruptedException {
        return caller.call("observe", request.timeLeft(), end -> {
            long begun = simulation.now();
            var look = staleReads.insteadOf(new StaleReads.Look(look(request.besides(), end), begun));
            simulation.invariants().observed(look.since());
            return look.seen();
        });
    }

    /** A write committed on the own session. */
    private record Mark(long znode, long zxid) {}

    private record Look(CommittedConfiguration committed, Mark mark, ClientSession session) {}

    private Observation look(List<Server> besides, long end) throws InterruptedException {
        var look = caller.repeat(end, () -> readCommitted(end));
        var at = simulation.clock().now();
        var listed = look.committed().ensemble();
        sessions.remember(listed);
        var all = new TreeMap<ServerId, Server>();
        besides.forEach(server -> all.put(server.id(), server));
        listed.servers().forEach(server -> all.put(server.id(), server));
        sessions.keepOnly(all.values());

        var session = look.session();
        var reconfiguring = session.ask(Request.of(Request.Kind.PROBE_RECONFIGURATION, session.id()));
        var writing = session.ask(Request.of(Request.Kind.PROBE_WRITING, session.id()));
        var probes = probe(all.values(), end);
        var leader = leader(probes.values(), listed, look.mark());
        var facts = facts(probes, look.mark(), end);
        leader.ifPresent(id -> facts.computeIfPresent(id, (it, seen) -> withLearners(seen, probes.get(id))));
        caller.await(
                () -> reconfiguring.isAnswered() && writing.isAnswered(), Math.min(end, simulation.now() + LONGEST));
        return new Observation(at, look.committed(), leader, access(reconfiguring, writing), facts);
    }

    /** The first that says it leads, in the epoch in which something was just written. */
    private static Optional<ServerId> leader(Collection<Probe> probes, Ensemble listed, Mark mark) {
        for (var probe : probes) {
            var id = probe.asked().id();
            if (listed.contains(id)
                    && probe.mode().filter(ServerMode.LEADER::equals).isPresent()
                    && probe.zxid() >>> 32 == mark.zxid() >>> 32) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    private Look readCommitted(long end) throws InterruptedException {
        var session = sessions.own(end);
        var mark = mark(session, end);
        var read = session.ask(Request.of(Request.Kind.READ_CONFIGURATION, session.id()));
        sessions.require(read, "Cannot read the configuration", end);
        return new Look(committed(read, mark.zxid()), mark, session);
    }

    private Mark mark(ClientSession session, long end) throws InterruptedException {
        long znode = sessions.ownZnode();
        var write = session.ask(Request.about(Request.Kind.WRITE_ZNODE, session.id(), znode));
        sessions.require(write, "Cannot commit a write", end);
        return new Mark(znode, write.zxid());
    }

    CommittedConfiguration committed(Request read, long write) {
        var shown = read.shown();
        if (shown == null) {
            throw new DriverException(Kind.REFUSED, "Cannot use what /zookeeper/config holds: nothing.");
        }
        return new CommittedConfiguration(
                shown.listing().configuration(),
                Zxid.of(shown.modified()),
                Zxid.of(write),
                Optional.of(simulation.identity()));
    }

    private Map<ServerId, Probe> probe(Collection<Server> servers, long end) throws InterruptedException {
        var probes = new TreeMap<ServerId, Probe>();
        servers.forEach(server -> probes.put(server.id(), Probe.of(simulation, server)));
        var awaited = new ArrayDeque<>(probes.values());
        caller.await(() -> Probe.areDone(awaited), Math.min(end, simulation.now() + LONGEST));
        return probes;
    }

    private SortedMap<ServerId, ServerFacts> facts(Map<ServerId, Probe> probes, Mark mark, long end)
            throws InterruptedException {
        var atServers = new TreeMap<ServerId, ClientSession>();
        for (var probe : probes.values()) {
            if (probe.isServing()) {
                atServers.put(probe.asked().id(), sessions.at(probe.asked()));
            } else if (probe.presence() == Presence.REFUSES) {
                sessions.drop(probe.asked());
            }
        }
        long until = Math.min(end, simulation.now() + LONGEST);
        var opening = List.copyOf(atServers.values());
        caller.await(() -> areOpen(opening), until);
        var markers = new TreeMap<ServerId, Marker>();
        atServers.forEach((id, session) -> markers.put(id, Marker.askedFor(session, mark.znode(), mark.zxid())));
        var awaited = new ArrayDeque<>(markers.values());
        caller.await(() -> Marker.areDone(awaited), until);
        var now = simulation.clock().now();
        var facts = new TreeMap<ServerId, ServerFacts>();
        probes.forEach((id, probe) -> facts.put(id, facts(probe, markers.get(id), now)));
        return facts;
    }

    private static boolean areOpen(List<ClientSession> sessions) {
        for (var session : sessions) {
            if (!session.isConnectedOrOver()) {
                return false;
            }
        }
        return true;
    }

    private static ServerFacts facts(Probe probe, @Nullable Marker marker, Instant now) {
        Fact<Boolean> synced;
        if (marker == null) {
            synced = untold(probe, now);
        } else if (marker.isDone() && !marker.hasFailed()) {
            synced = Fact.known(marker.isShown(), Source.SESSION, now);
        } else {
            synced = Fact.unknown(
                    marker.isDone() ? "a session to it failed" : "a session to it brought no answer in time");
        }
        return new ServerFacts(
                probe.asked().id(),
                probe.presence(),
                told(probe, it -> it.mode().orElseThrow(), Source.SRVR, now),
                synced,
                told(probe, it -> Zxid.of(it.zxid()), Source.SRVR, now),
                inForce(probe, now),
                told(probe, Probe::connections, Source.SRVR, now));
    }

    private static Fact<ConfigurationVersion> inForce(Probe probe, Instant now) {
        return told(probe, it -> ConfigurationVersion.of(it.inForce()), Source.CONF, now);
    }

    private static <T> Fact<T> told(Probe probe, Function<Probe, T> part, Source source, Instant now) {
        return probe.isServing() ? Fact.known(part.apply(probe), source, now) : untold(probe, now);
    }

    private static <T> Fact<T> untold(Probe probe, Instant now) {
        return probe.answering() != null && !probe.isAnother()
                ? Fact.notServing(Source.SRVR, now)
                : Fact.unknown(probe.reason());
    }

    private ServerFacts withLearners(ServerFacts seen, @Nullable Probe leader) {
        if (leader == null || leader.learners() < 0) {
            return seen;
        }
        var now = simulation.clock().now();
        return seen.withDetails(ServerDetails.none()
                .with(ServerDetail.LEARNERS, Fact.known(leader.learners(), Source.MNTR, now))
                .with(ServerDetail.OBSERVERS, Fact.known(leader.observers(), Source.MNTR, now)));
    }

    private Fact<ReconfigurationAccess> access(Request reconfiguring, Request writing) {
        if (!reconfiguring.isAnswered() || !writing.isAnswered()) {
            return Fact.unknown("the probes brought no answer in time");
        }
        var now = simulation.clock().now();
        if (reconfiguring.reply() == Reply.DISABLED) {
            return Fact.known(ReconfigurationAccess.DISABLED, Source.ZNODE, now);
        } else if (writing.reply() == Reply.NO_PERMISSION) {
            return Fact.known(ReconfigurationAccess.NO_PERMISSION, Source.ZNODE, now);
        } else if (reconfiguring.reply() == Reply.IN_PROGRESS) {
            return Fact.known(ReconfigurationAccess.IN_PROGRESS, Source.ZNODE, now);
        } else if (reconfiguring.reply() == Reply.BAD_VERSION && writing.reply() == Reply.BAD_VERSION) {
            return Fact.known(ReconfigurationAccess.GRANTED, Source.ZNODE, now);
        }
        return Fact.unknown("the probes were answered with " + reconfiguring.reply() + " and " + writing.reply());
    }

    @Override
    public Sender openSender(SenderRequest request) throws InterruptedException {
        return caller.call(
                "openSender",
                request.timeLeft(),
                end -> caller.repeat(end, () -> {
                    var order = new ArrayList<Server>();
                    request.preferred()
                            .forEach(id -> request.ensemble().server(id).ifPresent(order::add));
                    request.ensemble().servers().stream()
                            .filter(server -> !order.contains(server))
                            .forEach(order::add);
                    var session = sessions.openOnFirst(order, OnLoss.RECONNECT, end);
                    session.widen(SimulatedSender.clients(request.ensemble().servers()));
                    try {
                        return new SimulatedSender(this, session, sessions.createZnode(session, end));
                    } catch (DriverException | InterruptedException e) {
                        session.close();
                        throw e;
                    }
                }));
    }

    @Override
    public SyncResult proveSynced(SyncRequest request) throws InterruptedException {
        return caller.call("proveSynced", request.timeLeft(), end -> prove(request.server(), end));
    }

    private SyncResult prove(Server server, long end) throws InterruptedException {
        long begun = simulation.now();
        simulation.invariants().proving(server.id(), begun);
        var probe = probe(List.of(server), end).values().iterator().next();
        if (!probe.isServing()) {
            if (probe.presence() == Presence.REFUSES) {
                sessions.drop(server);
            }
            return new SyncResult.NotYet(whyNotServing(probe));
        }
        var client = probe.address().map(Object::toString).orElse("");
        var session = sessions.at(server);
        caller.await(session::isConnectedOrOver, Math.min(end, simulation.now() + OPENING));
        if (!session.isConnected()) {
            return new SyncResult.NotYet(
                    "server " + server.id() + " answers at " + client + " and accepts no session yet");
        }
        var mark = caller.repeat(end, () -> mark(sessions.own(end), end));
        var marker = Marker.askedFor(session, mark.znode(), mark.zxid());
        boolean done = caller.await(marker::isDone, Math.min(end, simulation.now() + SHOWING));
        if (!done) {
            return new SyncResult.NotYet("server " + server.id() + " is connected and has not caught up");
        } else if (marker.hasFailed()) {
            return new SyncResult.NotYet("server " + server.id() + " gave up a session at " + client);
        } else if (!marker.isShown()) {
            return new SyncResult.NotYet("server " + server.id() + " serves at " + client
                    + " and lacks a marker just written: it belongs to another ensemble or is connected and has not"
                    + " caught up");
        } else if (!session.isConnected()) {
            return new SyncResult.NotYet("server " + server.id() + " has just lost its connections");
        }
        return new SyncResult.Proved(new SimulatedProof(this, server, session));
    }

    /** Writes a marker and asks a session for it; false if the session does not show it. */
    boolean isShownBy(ServerId server, ClientSession session, long end) throws InterruptedException {
        simulation.invariants().proving(server, simulation.now());
        var mark = caller.repeat(end, () -> mark(sessions.own(end), end));
        var marker = Marker.askedFor(session, mark.znode(), mark.zxid());
        return caller.await(marker::isDone, end) && marker.isShown() && session.isConnected();
    }

    private static String whyNotServing(Probe probe) {
        var server = "server " + probe.asked().id();
        var client = probe.address().map(Object::toString);
        if (client.isEmpty()) {
            return server + " has no known client address: its line names none";
        } else if (probe.isAnother()) {
            return server + " to answer: " + probe.reason();
        }
        return switch (probe.presence()) {
            case REFUSES -> server + " does not answer at " + client.get() + ": the connection is refused";
            case SILENT -> server + " does not answer at " + client.get();
            default -> server + " answers at " + client.get() + " and is not serving yet";
        };
    }

    @Override
    public SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request)
            throws InterruptedException {
        return caller.call("confirmActive", request.timeLeft(), end -> {
            var facts = new TreeMap<ServerId, Fact<ConfigurationVersion>>();
            var probes = probe(request.servers(), end);
            var now = simulation.clock().now();
            probes.forEach((id, probe) -> facts.put(id, inForce(probe, now)));
            return Collections.unmodifiableSortedMap(facts);
        });
    }

    @Override
    public Trial verify(VerifyRequest request) throws InterruptedException {
        return caller.call("verify", request.timeLeft(), end -> caller.repeat(end, () -> trial(request, end)));
    }

    /** Two writes of the own znode stand for the three of a canary: no other znodes are simulated. */
    private Trial trial(VerifyRequest request, long end) throws InterruptedException {
        var at = simulation.clock().now();
        var shows = new TreeMap<ServerId, Fact<Boolean>>();
        long slowest = 0;
        for (int write = 0; write < 2; write++) {
            long begun = simulation.now();
            var mark = mark(sessions.own(end), end);
            slowest = Math.max(slowest, simulation.now() - begun);
            facts(probe(request.servers(), end), mark, end)
                    .forEach((id, seen) -> shows.merge(
                            id, seen.synced(), (before, now) -> before.value().orElse(false) ? now : before));
        }
        var servers = new TreeMap<ServerId, Trial.AtServer>();
        shows.forEach((id, shown) -> servers.put(id, new Trial.AtServer(shown, Fact.unknown("no data is simulated"))));
        return new Trial(at, Duration.ofNanos(slowest), servers);
    }

    @Override
    public String toString() {
        return "driver of a simulated ensemble";
    }
}
