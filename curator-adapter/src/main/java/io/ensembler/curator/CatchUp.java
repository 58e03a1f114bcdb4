package io.ensembler.curator;

import io.ensembler.curator.EnsembleSession.Marker;
import io.ensembler.curator.ServerProbe.Identity;
import io.ensembler.curator.ServerProbe.Report;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.probe.SrvrReply;
import io.ensembler.spi.SyncResult;
import io.ensembler.spi.SyncResult.NotYet;
import io.ensembler.spi.SyncResult.Proved;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.KeeperException;

/** Proves that a server has caught up, or tells what is missing. Thread-safe. */
final class CatchUp {

    /** How long a server that answers may take to open a session. */
    private static final Duration OPENING = Duration.ofSeconds(2);

    /** How long a server may take to show a marker before it counts as behind. */
    private static final Duration SHOWING = Duration.ofSeconds(3);

    private final EnsembleSession ensemble;
    private final ServerSessions servers;
    private final ServerProbe probe;
    private final ProbePace pace;
    private final Sessions sessions;

    CatchUp(EnsembleSession ensemble, ServerSessions servers, ServerProbe probe, ProbePace pace, Sessions sessions) {
        this.ensemble = ensemble;
        this.servers = servers;
        this.probe = probe;
        this.pace = pace;
        this.sessions = sessions;
    }

    SyncResult prove(Server server, Deadline deadline) throws InterruptedException {
        var report = Objects.requireNonNull(probe.ask(List.of(server), deadline).get(server.id()));
        if (!report.mayServe()) {
            if (report.presence() == Presence.REFUSES) {
                report.client().ifPresent(servers::drop);
            }
            return new NotYet(whyNotServing(report));
        }
        var client = report.client().orElseThrow();
        Session session;
        try {
            session = Guard.await(servers.at(client), deadline.atMost(OPENING));
        } catch (TimeoutException | KeeperException e) {
            return new NotYet("server " + server.id() + " answers at " + client + " and accepts no session yet");
        }
        // The session is connected before the marker is written, and ends if its connection is ever lost.
        var marker = Guard.repeat(
                "Cannot write a marker for server " + server.id() + " to show", deadline, () -> ensemble.get(deadline)
                        .mark(deadline));
        try {
            if (!Guard.await(marker.isShownBy(session), deadline.atMost(SHOWING))) {
                return new NotYet("server " + server.id() + " serves at " + client
                        + " and lacks a marker just written: it belongs to another ensemble or is "
                        + behind(report, marker));
            }
        } catch (TimeoutException e) {
            return new NotYet("server " + server.id() + " is " + behind(report, marker));
        } catch (KeeperException e) {
            return new NotYet("server " + server.id() + " gave up a session at " + client + " (" + e.code() + ")");
        }
        var proof = new SessionProof(server.id(), session, ensemble, servers, pace, sessions);
        if (!proof.holds()) {
            proof.close();
            return new NotYet("server " + server.id() + " has just lost its connections");
        }
        return new Proved(proof);
    }

    private static String whyNotServing(Report report) {
        var server = "server " + report.id();
        if (report.client().isEmpty()) {
            return server + " has no known client address: its line names none";
        }
        var client = report.client().get();
        if (report.identity() == Identity.ANOTHER) {
            return server + " to answer: " + report.reason();
        }
        return switch (report.presence()) {
            case REFUSES -> server + " does not answer at " + client + ": the connection is refused";
            case SILENT -> server + " does not answer at " + client;
            default -> server + " answers at " + client + " and is not serving yet";
        };
    }

    private static String behind(Report report, Marker marker) {
        if (report.srvr() instanceof SrvrReply.Serving serving
                && serving.zxid().epoch() == marker.zxid().epoch()
                && serving.zxid().counter() < marker.zxid().counter()) {
            long transactions = marker.zxid().counter() - serving.zxid().counter();
            return String.format(Locale.ROOT, "%d transaction%s behind", transactions, transactions == 1 ? "" : "s");
        }
        return "connected and has not caught up";
    }
}
