package io.ensembler.curator;

import io.ensembler.curator.EnsembleSession.Marker;
import io.ensembler.curator.EnsembleSession.Own;
import io.ensembler.curator.ServerProbe.Report;
import io.ensembler.model.Address;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
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
import io.ensembler.probe.ConfReply;
import io.ensembler.probe.SrvrReply;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/** Looks at the ensemble and at each server. Thread-safe. */
final class Survey {

    /** How long a server that answers may take to open a session and to show a marker. */
    private static final Duration LONGEST = Duration.ofSeconds(3);

    private final EnsembleSession ensemble;
    private final ServerSessions servers;
    private final ServerProbe probe;
    private final Sessions sessions;
    private final Continuity continuity;

    Survey(EnsembleSession ensemble, ServerSessions servers, ServerProbe probe, Sessions sessions) {
        this.ensemble = ensemble;
        this.servers = servers;
        this.probe = probe;
        this.sessions = sessions;
        this.continuity = new Continuity(sessions.time());
    }

    private record Look(Own own, Marker marker, CommittedConfiguration committed, Instant at) {}

    /** An observation, and the session that the committed configuration was read on. */
    private record Seen(Own own, Observation observation) {}

    Observation observe(List<Server> besides, Deadline deadline) throws InterruptedException {
        var seen = look(besides, deadline);
        // One that moves on is seen as it is then, or there is no end to it.
        var ahead = ahead(seen.observation());
        if (ahead.isEmpty()) {
            return seen.observation();
        }
        ensemble.move(seen.own(), ahead.get());
        return look(besides, deadline).observation();
    }

    /**
     * Returns where to find a server that follows and has a later version in force than was read as committed: it was
     * committed since, or our session is to a server with reconfiguration off, whose configuration znode stays behind.
     */
    private static Optional<Address> ahead(Observation observation) {
        return observation.ensemble().servers().stream()
                .filter(server -> observation
                        .facts(server.id())
                        .filter(ServerFacts::isProvedSynced)
                        .flatMap(facts -> facts.inForce().value())
                        .filter(version -> version.compareTo(observation.version()) > 0)
                        .isPresent())
                .flatMap(server -> server.endpoints().reachableClient().stream())
                .findFirst();
    }

    private Seen look(List<Server> besides, Deadline deadline) throws InterruptedException {
        // Waited for before anything is read, so that what is read is no older than what servers say.
        var expected = new HashSet<>(ensemble.known());
        expected.addAll(EnsembleSession.clients(besides));
        probe.awaitTurn(expected, deadline);
        var look = Guard.repeat("Cannot observe the ensemble", deadline, () -> {
            var own = ensemble.get(deadline);
            long begun = sessions.time().nanoTime();
            var seen = own.look(deadline);
            return new Look(own, seen.marker(), continuity.accept(seen.committed(), begun), now());
        });
        var listed = look.committed().ensemble();
        ensemble.remember(listed);
        var all = new TreeMap<ServerId, Server>();
        besides.forEach(server -> all.put(server.id(), server));
        listed.servers().forEach(server -> all.put(server.id(), server));
        servers.keepOnly(EnsembleSession.clients(List.copyOf(all.values())));

        var reconfiguring = look.own().session().probeReconfiguration();
        var writing = look.own().session().probeWriting();
        var reports = probe.askAll(all.values(), expected, deadline);
        var ofEnsemble = new TreeMap<>(reports);
        ofEnsemble.keySet().retainAll(listed.ids());
        var leader = leader(ofEnsemble, look.marker().zxid().epoch());
        var within = deadline.atMost(LONGEST);
        var shown = ask(reports, look.marker());
        // Whoever is proved in sync served before the leader is asked, as it said itself, and so is among those it
        // counts.
        var learners = learners(leader.flatMap(listed::server), deadline);
        var facts = facts(reports, shown, look, within);
        leader.ifPresent(id -> facts.computeIfPresent(id, (it, seen) -> seen.withDetails(learners.or(seen.details()))));
        // Whoever is looked at besides may stand alone or lead an ensemble of its own.
        boolean standalone = ofEnsemble.values().stream().anyMatch(report -> hasMode(report, ServerMode.STANDALONE))
                || (listed.servers().isEmpty() && probe.isAnyStandalone(ensemble.addresses(deadline), deadline));
        return new Seen(
                look.own(),
                Observation.of(
                        look.at(),
                        standalone ? withoutServers(look.committed()) : look.committed(),
                        leader,
                        standalone
                                ? Fact.known(ReconfigurationAccess.STANDALONE, Source.SRVR, now())
                                : access(reconfiguring, writing, deadline.atMost(LONGEST)),
                        facts));
    }

    private static CommittedConfiguration withoutServers(CommittedConfiguration committed) {
        return new CommittedConfiguration(
                new Configuration(Ensemble.empty(), committed.version()),
                committed.modified(),
                committed.write(),
                committed.identity());
    }

    private static boolean hasMode(Report report, ServerMode mode) {
        return report.srvr() instanceof SrvrReply.Serving serving && serving.mode() == mode;
    }

    /**
     * Returns who leads in this epoch. One that was paused still says that it leads when it goes on, until it notices
     * that the others have elected another; no write of its epoch commits any more.
     */
    static Optional<ServerId> leader(Map<ServerId, Report> reports, long epoch) {
        return reports.values().stream()
                .filter(report -> report.srvr() instanceof SrvrReply.Serving serving
                        && serving.mode() == ServerMode.LEADER
                        && serving.zxid().epoch() == epoch)
                .findFirst()
                .map(Report::id);
    }

    private ServerDetails learners(Optional<Server> leader, Deadline deadline) throws InterruptedException {
        return leader.isPresent() ? probe.askLearners(leader.get(), deadline) : ServerDetails.none();
    }

    /**
     * What sessions to the servers are going to show.
     *
     * @param marker whether they show the marker
     * @param versions the version in their configuration znode, of those whose {@code conf} does not tell
     */
    private record Shown(
            Map<ServerId, CompletableFuture<Boolean>> marker,
            Map<ServerId, CompletableFuture<ConfigurationVersion>> versions) {}

    private Shown ask(Map<ServerId, Report> reports, Marker marker) {
        var shown = new Shown(new TreeMap<>(), new TreeMap<>());
        for (var report : reports.values()) {
            onSession(report).ifPresent(session -> {
                shown.marker().put(report.id(), session.thenCompose(marker::isShownBy));
                if (!(report.conf() instanceof ConfReply.InForce)) {
                    shown.versions().put(report.id(), session.thenCompose(Survey::versionShown));
                }
            });
        }
        return shown;
    }

    private Map<ServerId, ServerFacts> facts(Map<ServerId, Report> reports, Shown shown, Look look, Deadline deadline)
            throws InterruptedException {
        var facts = new TreeMap<ServerId, ServerFacts>();
        for (var report : reports.values()) {
            var id = report.id();
            var synced = markerShown(report, shown.marker().get(id), deadline);
            var zxid = ofSrvr(report, SrvrReply.Serving::zxid);
            var inForce = inForce(report, shown.versions(), deadline);
            var details = report.details()
                    .with(ServerDetail.LAG, Lag.behind(look.marker().zxid(), zxid, synced));
            facts.put(
                    id,
                    new ServerFacts(
                            id,
                            report.presence(),
                            ofSrvr(report, SrvrReply.Serving::mode),
                            synced,
                            zxid,
                            inForce,
                            ofSrvr(report, SrvrReply.Serving::connections),
                            isDeaf(look.committed(), id, synced, inForce) ? disabled(details, inForce) : details));
        }
        return facts;
    }

    /**
     * Returns whether a listed server follows and has never taken up a configuration, as one does that runs with {@code
     * reconfigEnabled=false}: whoever has it on has taken one up before it serves.
     */
    private static boolean isDeaf(
            CommittedConfiguration committed, ServerId id, Fact<Boolean> synced, Fact<ConfigurationVersion> inForce) {
        return committed.ensemble().contains(id)
                && synced.value().orElse(false)
                && inForce.value().filter(ConfigurationVersion.NONE::equals).isPresent()
                && !committed.version().equals(ConfigurationVersion.NONE);
    }

    private static ServerDetails disabled(ServerDetails details, Fact<ConfigurationVersion> inForce) {
        return inForce instanceof Fact.Known<ConfigurationVersion> known
                ? details.or(ServerDetails.none()
                        .with(ServerDetail.RECONFIG_ENABLED, Fact.known(false, known.source(), known.at())))
                : details;
    }

    private Fact<Boolean> markerShown(Report report, @Nullable CompletableFuture<Boolean> shown, Deadline deadline)
            throws InterruptedException {
        return shown == null ? withoutSession(report) : Guard.fact(shown, Source.SESSION, deadline, sessions.time());
    }

    /** Asks each server which configuration it has in force. */
    SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(List<Server> asked, Deadline deadline)
            throws InterruptedException {
        var reports = probe.ask(asked, deadline);
        var versions = new TreeMap<ServerId, CompletableFuture<ConfigurationVersion>>();
        for (var report : reports.values()) {
            if (!(report.conf() instanceof ConfReply.InForce)) {
                onSession(report)
                        .ifPresent(session -> versions.put(report.id(), session.thenCompose(Survey::versionShown)));
            }
        }
        var facts = new TreeMap<ServerId, Fact<ConfigurationVersion>>();
        for (var report : reports.values()) {
            facts.put(report.id(), inForce(report, versions, deadline.atMost(LONGEST)));
        }
        return Collections.unmodifiableSortedMap(facts);
    }

    private Optional<CompletableFuture<Session>> onSession(Report report) {
        if (report.presence() == Presence.REFUSES) {
            report.client().ifPresent(servers::drop);
        }
        return report.mayServe() ? report.client().map(servers::at) : Optional.empty();
    }

    private static CompletableFuture<ConfigurationVersion> versionShown(Session session) {
        return session.readConfiguration()
                .thenApply(read -> EnsembleSession.configuration(read.text()).version());
    }

    private Fact<ConfigurationVersion> inForce(
            Report report, Map<ServerId, CompletableFuture<ConfigurationVersion>> versions, Deadline deadline)
            throws InterruptedException {
        if (report.conf() instanceof ConfReply.InForce conf) {
            return Fact.known(conf.inForce().version(), Source.CONF, now());
        }
        var version = versions.get(report.id());
        return version == null ? withoutSession(report) : Guard.fact(version, Source.ZNODE, deadline, sessions.time());
    }

    private <T> Fact<T> ofSrvr(Report report, Function<SrvrReply.Serving, T> part) {
        return report.srvr() instanceof SrvrReply.Serving serving
                ? Fact.known(part.apply(serving), report.source(), now())
                : withoutSession(report);
    }

    private <T> Fact<T> withoutSession(Report report) {
        return report.srvr() instanceof SrvrReply.NotServing
                ? Fact.notServing(report.source(), now())
                : Fact.unknown(report.reason());
    }

    /** What lasts is named before what passes. */
    private Fact<ReconfigurationAccess> access(
            CompletableFuture<Code> reconfiguring, CompletableFuture<Code> writing, Deadline deadline)
            throws InterruptedException {
        Code toReconfigure;
        Code toWrite;
        try {
            toReconfigure = Guard.await(reconfiguring, deadline);
            toWrite = Guard.await(writing, deadline);
        } catch (TimeoutException | KeeperException e) {
            return Fact.unknown("the probes brought no answer in time");
        }
        return Access.of(toReconfigure, toWrite)
                .map(access -> Fact.known(access, Source.ZNODE, now()))
                .orElseGet(() -> Fact.unknown("the probes were answered with " + toReconfigure + " and " + toWrite));
    }

    private Instant now() {
        return sessions.time().now();
    }
}
