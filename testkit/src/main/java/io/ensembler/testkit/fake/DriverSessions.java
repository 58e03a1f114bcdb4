package io.ensembler.testkit.fake;

import io.ensembler.model.Address;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.testkit.fake.ClientSession.OnLoss;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one driver: one to the ensemble with a znode of its own, one to each server it looks at, and senders.
 */
final class DriverSessions {

    private static final Duration LOOKING = Duration.ofSeconds(10);
    private static final Duration SENDING = Duration.ofSeconds(40);
    private static final long PER_SERVER = 2000 * Settings.MILLI;

    private static final Address NOWHERE = new Address("0.0.0.0", 1);

    private final Simulation simulation;
    private final Caller caller;
    private final List<ClientSession> all = new ArrayList<>();
    private final Map<Address, ToServer> toServers = new LinkedHashMap<>();
    private List<Server> known;
    private @Nullable ClientSession own;
    private long ownZnode;

    DriverSessions(Simulation simulation, Caller caller, List<Server> known) {
        this.simulation = simulation;
        this.caller = caller;
        this.known = known;
    }

    private static final class ToServer {
        private final ClientSession session;
        private int proofs;

        ToServer(ClientSession session) {
            this.session = session;
        }
    }

    void remember(Ensemble ensemble) {
        if (!ensemble.servers().isEmpty()) {
            known = ensemble.servers();
        }
    }

    /** The znode that {@link #own} owns. */
    long ownZnode() {
        return ownZnode;
    }

    /** The session to the ensemble, connected and with its znode committed. */
    ClientSession own(long end) throws InterruptedException {
        var present = own;
        if (present != null && present.isConnected()) {
            return present;
        }
        if (present != null) {
            present.close();
            own = null;
        }
        var session = openOnFirst(servingFirst(end), OnLoss.END, end);
        ownZnode = createZnode(session, end);
        own = session;
        return session;
    }

    private List<Server> servingFirst(long end) throws InterruptedException {
        var probes = known.stream().map(server -> Probe.of(simulation, server)).toList();
        var awaited = new ArrayDeque<>(probes);
        caller.await(() -> Probe.areDone(awaited), Math.min(end, simulation.now() + SimulatedDriver.LONGEST));
        var servers = new ArrayList<Server>();
        probes.stream().filter(Probe::isServing).map(Probe::asked).forEach(servers::add);
        probes.stream().filter(probe -> !probe.isServing()).map(Probe::asked).forEach(servers::add);
        return servers;
    }

    /** Opens a session on the first of these that accepts one. */
    ClientSession openOnFirst(List<Server> servers, OnLoss onLoss, long end) throws InterruptedException {
        for (var server : servers) {
            var session = open(server, onLoss);
            if (caller.await(session::isConnectedOrOver, Math.min(end, simulation.now() + PER_SERVER))
                    && session.isConnected()) {
                return session;
            }
            session.close();
        }
        throw new DriverException(
                Kind.RETRYABLE,
                "Cannot open a session: none of " + servers.size() + " servers accepts one. See whether a server serves"
                        + " clients.");
    }

    private ClientSession open(Server server, OnLoss onLoss) {
        var session = new ClientSession(simulation, onLoss, onLoss == OnLoss.END ? LOOKING : SENDING);
        all.removeIf(ClientSession::hasEnded);
        all.add(session);
        var listener = server.endpoints().reachableClient().flatMap(simulation::listenerAt);
        if (listener.isPresent()) {
            session.open(listener.get());
        } else {
            session.close();
        }
        return session;
    }

    /** Creates a znode that a session owns. It is committed then. */
    long createZnode(ClientSession session, long end) throws InterruptedException {
        long znode = simulation.newZnode();
        var created = session.ask(Request.about(Request.Kind.CREATE_ZNODE, session.id(), znode));
        require(created, "Cannot create a znode", end);
        return znode;
    }

    /** Waits for an answer that must be a good one. */
    void require(Request request, String what, long end) throws InterruptedException {
        boolean answered = caller.await(request::isAnswered, end);
        if (!answered || request.reply() != Reply.OK) {
            throw new DriverException(
                    Kind.RETRYABLE,
                    what + ": " + (answered ? "the answer was " + request.reply() : "no answer came in time") + ".");
        }
    }

    /** The session to a server alone; it may not be connected yet, or never. */
    ClientSession at(Server server) {
        var key = key(server);
        var entry = toServers.get(key);
        if (entry == null || entry.session.hasEnded()) {
            entry = new ToServer(open(server, OnLoss.END));
            toServers.put(key, entry);
        }
        return entry.session;
    }

    private static Address key(Server server) {
        return server.endpoints().reachableClient().orElse(NOWHERE);
    }

    /** Keeps a session until it is released, even if its server goes. */
    void retain(Server server, ClientSession session) {
        var entry = toServers.get(key(server));
        if (entry != null && entry.session == session) {
            entry.proofs++;
        }
    }

    void release(Server server, ClientSession session) {
        var entry = toServers.get(key(server));
        if (entry != null && entry.session == session) {
            entry.proofs--;
        } else {
            session.close();
        }
    }

    /** Closes the session to a server at which nothing is to be found. */
    void drop(Server server) {
        var entry = toServers.remove(key(server));
        if (entry != null) {
            entry.session.close();
        }
    }

    /** Closes all sessions but those to these servers and those that a proof holds. */
    void keepOnly(Collection<Server> servers) {
        if (toServers.isEmpty()) {
            return;
        }
        var kept = new HashSet<Address>();
        servers.forEach(server -> kept.add(key(server)));
        for (var entries = toServers.entrySet().iterator(); entries.hasNext(); ) {
            var entry = entries.next();
            if (!kept.contains(entry.getKey()) && entry.getValue().proofs == 0) {
                entry.getValue().session.close();
                entries.remove();
            }
        }
    }

    void abandon() {
        all.forEach(ClientSession::abandon);
    }
}
