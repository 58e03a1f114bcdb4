package io.ensembler.testkit;

import io.ensembler.model.Address;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.runtime.FourLetterWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.zookeeper.KeeperException;

/**
 * A session to each of some servers, by which it is proved that all of them follow. For one thread.
 *
 * @param servers at least one
 * @param opened their sessions, in the same order
 * @param reconfigures whether a server takes up configurations and tells in {@code conf} by which it acts
 */
record Probes(List<Server> servers, List<Session> opened, Predicate<ServerId> reconfigures) implements AutoCloseable {

    /**
     * Returns once all sessions stand.
     *
     * @throws EnsembleException if one does not in time
     */
    static Probes open(Sessions sessions, List<Server> servers, Predicate<ServerId> reconfigures, Duration timeForEach)
            throws InterruptedException {
        var opened = new ArrayList<Session>();
        boolean stand = false;
        try {
            for (var server : servers) {
                opened.add(sessions.open(client(server).toString()));
            }
            for (var session : opened) {
                session.await(timeForEach);
            }
            stand = true;
            return new Probes(servers, List.copyOf(opened), reconfigures);
        } finally {
            if (!stand) {
                opened.forEach(Session::close);
            }
        }
    }

    /** Returns a session to a server whose configuration znode can be relied on, if there is any. */
    private Session writer() {
        for (int i = 0; i < opened.size(); i++) {
            if (reconfigures.test(servers.get(i).id())) {
                return opened.get(i);
            }
        }
        return opened.get(0);
    }

    /** Commits a write and sees whether every server shows it, and acts by the configuration that is committed then. */
    Settlement.Result prove(Configuration newest) throws KeeperException, InterruptedException {
        var marker = UUID.randomUUID().toString();
        var written = writer().write(marker);
        var configuration = writer().readConfiguration();
        // Meanwhile they are asked by what they act.
        var inForce = servers.stream()
                .map(server -> new FourLetterWords(client(server)).inForce().map(Configuration::version))
                .toList();
        written.await();
        var committed = ConfigurationText.parse(configuration.await());
        // All are asked before any is waited for.
        var reads = opened.stream().map(Session::readSynced).toList();
        for (int i = 0; i < opened.size(); i++) {
            var server = servers.get(i);
            var version = inForce.get(i);
            if (reconfigures.test(server.id())
                    && version.filter(committed.version()::equals).isEmpty()) {
                return new Settlement.Result.NotYet("conf of server " + server.id() + " names version "
                        + version.map(ConfigurationVersion::toString).orElse("none") + ", not " + committed.version());
            }
            if (!reads.get(i).await().equals(marker)) {
                return new Settlement.Result.NotYet("server " + server.id() + " does not show the last write");
            }
        }
        if (!committed.ensemble().equals(newest.ensemble())) {
            return new Settlement.Result.NotYet(
                    "committed is " + committed.ensemble() + ", in force " + newest.ensemble());
        }
        return new Settlement.Result.Settled(committed.ensemble());
    }

    private static Address client(Server server) {
        return server.endpoints()
                .reachableClient()
                .orElseThrow(() -> new EnsembleException("server " + server.id() + " is listed without client port"));
    }

    @Override
    public void close() {
        opened.forEach(Session::close);
    }
}
