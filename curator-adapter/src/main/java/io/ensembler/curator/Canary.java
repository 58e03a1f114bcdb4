package io.ensembler.curator;

import io.ensembler.curator.EnsembleSession.Marker;
import io.ensembler.curator.EnsembleSession.Own;
import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.Trial;
import io.ensembler.model.Trial.AtServer;
import io.ensembler.model.Zxid;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.KeeperException;

/** Creates, changes and deletes a znode and looks for it through each server. Thread-safe. */
final class Canary {

    /** How long a server that answers may take to open a session and to show a write. */
    private static final Duration SHOWING = Duration.ofSeconds(3);

    private static final Zxid ANY = Zxid.of(0);

    private final EnsembleSession ensemble;
    private final ServerSessions servers;
    private final ServerProbe probe;
    private final Sessions sessions;

    Canary(EnsembleSession ensemble, ServerSessions servers, ServerProbe probe, Sessions sessions) {
        this.ensemble = ensemble;
        this.servers = servers;
        this.probe = probe;
        this.sessions = sessions;
    }

    Trial fly(List<Server> asked, Deadline deadline) throws InterruptedException {
        return Guard.repeat(
                "Cannot put the ensemble to work", deadline, () -> fly(ensemble.get(deadline), asked, deadline));
    }

    private Trial fly(Own own, List<Server> asked, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        var at = sessions.time().now();
        var shows = new TreeMap<ServerId, Fact<Boolean>>();
        long begun = sessions.time().nanoTime();
        // Ephemeral, so that it goes with our session if we do.
        var znode = sessions.createOwn(own.session(), "drivers", deadline);
        var slowest = since(begun);
        see(asked, shows, deadline, session -> new Marker(znode, ANY).isShownBy(session));

        begun = sessions.time().nanoTime();
        var changed = new Marker(
                znode, Zxid.of(Guard.await(own.session().write(znode), deadline).getMzxid()));
        slowest = longer(slowest, since(begun));
        see(asked, shows, deadline, changed::isShownBy);

        begun = sessions.time().nanoTime();
        Guard.await(own.session().delete(znode), deadline);
        slowest = longer(slowest, since(begun));
        see(asked, shows, deadline, session -> new Marker(znode, ANY)
                .isShownBy(session)
                .thenApply(shown -> !shown));

        var holdings = probe.askHoldings(asked, deadline);
        var atServers = new TreeMap<ServerId, AtServer>();
        shows.forEach((id, shown) -> atServers.put(id, new AtServer(shown, Objects.requireNonNull(holdings.get(id)))));
        return new Trial(at, slowest, atServers);
    }

    private interface Look {
        CompletableFuture<Boolean> through(Session session);
    }

    /** Looks through all servers at once, but for those that have shown something else before, or nothing. */
    private void see(List<Server> asked, Map<ServerId, Fact<Boolean>> shows, Deadline deadline, Look look)
            throws InterruptedException {
        var answers = new TreeMap<ServerId, CompletableFuture<Boolean>>();
        for (var server : asked) {
            var client = server.endpoints().reachableClient();
            if (client.isEmpty()) {
                shows.put(server.id(), Fact.unknown("its line names no client address"));
            } else if (!shows.containsKey(server.id())
                    || shows.get(server.id()).value().orElse(false)) {
                answers.put(server.id(), servers.at(client.get()).thenCompose(look::through));
            }
        }
        var within = deadline.atMost(SHOWING);
        for (var answer : answers.entrySet()) {
            shows.put(answer.getKey(), Guard.fact(answer.getValue(), Source.SESSION, within, sessions.time()));
        }
    }

    private Duration since(long begun) {
        return Duration.ofNanos(sessions.time().nanoTime() - begun);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
