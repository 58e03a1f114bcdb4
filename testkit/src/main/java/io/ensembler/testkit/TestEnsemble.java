package io.ensembler.testkit;

import io.ensembler.model.Configuration;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.testkit.runtime.Failures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * A real ensemble inside a test: ZooKeeper servers on loopback addresses of their own, each started from files of its
 * own that ZooKeeper rewrites as the configuration changes. They run in this JVM unless a {@link ServerRuntime} says
 * otherwise.
 *
 * <pre>{@code
 * try (var ensemble = TestEnsemble.start(3)) {
 *     var joiner = ensemble.newServers(1).get(0);
 *     ensemble.join(joiner);
 *     // reconfigure over any client of ensemble.connectString()
 *     ensemble.awaitSettled();
 * }
 * }</pre>
 *
 * <p>What goes wrong with servers and links is in {@link #faults()}; {@link #supports} tells what can be done here. Where
 * servers share this JVM, what ZooKeeper keeps for a whole JVM (the flags {@code standaloneEnabled} and {@code
 * reconfigEnabled}, and system properties tuned for speed) is shared by all ensembles that are open together, and a
 * server never ends the JVM: its wish to do so is recorded ({@link #exitRequests()}), and the server is stopped.
 *
 * <p>Thread-safe. A caller that is interrupted while it waits gets an {@link EnsembleException}, and its interrupt flag
 * is set.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TestEnsemble implements EnsembleVerbs, AutoCloseable {

    private static final Duration SETTLE_TIME = Duration.ofSeconds(30);

    private final Blueprint blueprint;
    private final TimelineRecorder timeline = new TimelineRecorder();
    private final ClientLinks clientLinks;
    private final Servers servers;
    private final Sessions sessions = new Sessions();
    private final Settling settling;
    private final Faults faults;
    private final ServerLauncher launcher;
    private final Map<String, String> attachments = new TreeMap<>();

    /** Is held while this is being closed, and guards what follows. */
    private final Object closing = new Object();

    private boolean closed;

    private TestEnsemble(Blueprint blueprint) {
        blueprint.check();
        this.blueprint = blueprint;
        this.clientLinks = new ClientLinks();
        this.servers = new Servers(blueprint, clientLinks, timeline);
        this.settling = new Settling(servers, sessions, blueprint);
        this.faults = new Faults(this, servers, clientLinks, timeline);
        this.launcher = new OwnLauncher(servers);
    }

    /** Returns a builder of an ensemble of three participants. */
    public static TestEnsembleBuilder builder() {
        return new TestEnsembleBuilder();
    }

    /**
     * Starts an ensemble of so many participants and returns once it has settled.
     *
     * @throws EnsembleException if it could not be started or has not settled within 30 seconds
     */
    public static TestEnsemble start(int participants) {
        return builder().participants(participants).start();
    }

    /**
     * Starts what was asked for and returns once it has settled.
     *
     * @param whenStartFails is shown an ensemble that does not come up, before it is closed
     */
    static TestEnsemble start(Blueprint blueprint, Consumer<TestEnsemble> whenStartFails) {
        var ensemble = new TestEnsemble(blueprint);
        try {
            ensemble.servers.found();
            ensemble.settling.begin();
            return ensemble;
        } catch (RuntimeException e) {
            var failures = new Failures();
            failures.attempt(() -> whenStartFails.accept(ensemble));
            failures.attempt(ensemble::close);
            failures.addTo(e);
            throw e;
        }
    }

    /**
     * Returns the client addresses of the servers that run and that the committed configuration lists, separated by
     * commas, in the order of their ids. The configuration is the newest that a running server acts by.
     *
     * @throws EnsembleException if no such server runs
     */
    public String connectString() {
        return settling.connectString();
    }

    /**
     * Returns what {@link #connectString} does, with the address of a relay in the place of each server's: connections
     * of clients over it can be cut by {@link Faults}. A relay leads to where its server serves at the time. Where relays
     * stand at the addresses that are listed ({@link TestEnsembleBuilder#relayClients}), both are the same.
     *
     * @throws EnsembleException if no such server runs, or no ports are free
     */
    public String relayedConnectString() {
        return clientLinks.connectString(settling.reachable(), servers::client);
    }

    /**
     * Returns {@code count} servers that do not exist yet, as participants with ids following the highest ever used
     * here and ports of their own. Nothing is started.
     *
     * @throws EnsembleException if ids above 254 would be needed, or no ports are free
     */
    @Override
    public List<Server> newServers(int count) {
        return servers.add(count);
    }

    /**
     * Returns every server this ensemble has had to do with, running or not: as the newest configuration lists it that
     * a running server acts by, otherwise as it was when allocated or launched.
     */
    public List<Server> servers() {
        return servers.all();
    }

    /**
     * Returns the server with this id, as {@link #servers()} has it.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Server server(ServerId id) {
        var all = servers();
        return all.stream()
                .filter(server -> server.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no server " + id + "; known are "
                        + all.stream().map(server -> server.id().toString()).collect(Collectors.joining(","))));
    }

    /**
     * Returns endpoints with three ports of their own for a server to move to; mix them with its present ones to move
     * some ports only. Nothing is changed.
     *
     * @throws IllegalArgumentException if there is no such server
     * @throws EnsembleException if no ports are free
     */
    public Endpoints newEndpoints(ServerId id) {
        return servers.allocate(id, server(id).role()).endpoints();
    }

    /**
     * Commits a write over a plain client and returns the configuration that the same session reads after it. It is
     * empty for a standalone server, which has none.
     *
     * @throws EnsembleException if no write was acknowledged
     */
    public Ensemble committed() {
        return settling.committed().ensemble();
    }

    /**
     * Returns the server that leads and serves, or empty if none does. Where an old leader has not stepped down yet it
     * is the one of the higher epoch. Asks each running server.
     */
    @Override
    public Optional<ServerId> leader() {
        return Settlement.leaders(servers.looks()).findFirst();
    }

    /** Returns a launcher that starts and stops servers of this ensemble, in what its servers run in. */
    public ServerLauncher launcher() {
        return launcher;
    }

    /**
     * Starts a server that is to join: writes its files, with the committed participants and itself as observer, and
     * returns once its first thread runs. A directory it has used before is kept, its configuration written anew.
     *
     * @throws EnsembleException if it runs, or the committed configuration lists it: use {@link #restart} then
     */
    @Override
    public void join(Server server) {
        var committed = committed();
        if (committed.contains(server.id())) {
            throw new EnsembleException("Cannot let server " + server.id() + " join: it is listed in " + committed
                    + ". Restart it from its own files.");
        }
        var participants =
                committed.servers().stream().filter(Server::isParticipant).toList();
        // It adopts groups and weights as soon as it hears of them.
        var seed = Ensemble.of(participants, QuorumRule.majority()).plus(server.withRole(ServerRole.OBSERVER));
        servers.join(server, seed);
    }

    /**
     * Stops a server in good order and returns once all its threads have ended and its ports are free. A server that
     * does not run is left alone.
     *
     * @throws EnsembleException if it still runs or holds a port after 20 seconds
     */
    @Override
    public void stop(ServerId id) {
        server(id);
        servers.stop(id);
    }

    /**
     * Stops a server if it runs, starts it from its own files as ZooKeeper last wrote them, and returns once its first
     * thread runs.
     *
     * @throws EnsembleException if it has never been started
     */
    @Override
    public void restart(ServerId id) {
        servers.restart(id);
    }

    /**
     * Stops a server if it runs, and starts it from its own files twice in a row, stopping it in between once it has
     * read them. A server remembers a reconfiguration that it has acknowledged, and not yet acted by, over one start
     * only: it reads the file of that proposal and deletes it in the same start.
     *
     * @throws EnsembleException if it has never been started, or has not come up within 20 seconds
     */
    @Override
    public void bootTwice(ServerId id) {
        servers.restart(id);
        servers.awaitBooted(id);
        servers.restart(id);
    }

    /**
     * Sets the data of a stopped server aside, as if its disk had been replaced by an empty one: moves it within its
     * directory, and deletes nothing. The server keeps its configuration and its {@code myid}, so that it can be
     * restarted. Without data nothing happens.
     *
     * @throws EnsembleException if it runs
     */
    @Override
    public void wipe(ServerId id) {
        server(id);
        servers.wipe(id);
    }

    /**
     * Puts another ensemble in the place of this one: stops all servers, sets their data aside, and starts those that are
     * listed from their own files. It has the lines and the version that stood, and nothing that was ever written. Returns
     * what stands once it has settled.
     *
     * @throws EnsembleException if no listed server runs at first, or it has not settled within 30 seconds
     */
    public Ensemble beginAnew() {
        var listed = committed();
        servers().forEach(server -> stop(server.id()));
        servers().forEach(server -> wipe(server.id()));
        listed.ids().forEach(this::restart);
        settling.begin();
        return awaitSettled();
    }

    /** Returns whether a server was started and has neither been stopped nor asked to exit. */
    @Override
    public boolean isRunning(ServerId id) {
        return servers.isRunning(id);
    }

    /** Waits as {@link #awaitSettled(Duration)} does, up to 30 seconds. */
    @Override
    public Ensemble awaitSettled() {
        return awaitSettled(SETTLE_TIME);
    }

    /**
     * Waits until the ensemble has settled and returns it. It has when one server leads, a write was acknowledged, each
     * server of the committed configuration shows that write on a session to it alone after a sync, and its {@code
     * conf} names the committed version. A listed server that does not run keeps it from settling. A standalone server
     * has settled when it acknowledges a write.
     *
     * @throws EnsembleException if it has not settled in time; it tells what was missing and what each server said
     */
    public Ensemble awaitSettled(Duration timeLeft) {
        return settling.awaitSettled(timeLeft).ensemble();
    }

    /**
     * Returns every wish of a server to end its process, in the order they came: "server 4 asked to exit: status 1, My
     * id 4 not in the peer list". A server that asked to exit has been stopped.
     */
    public List<String> exitRequests() {
        return servers.exitRequests();
    }

    /**
     * Returns the directory that holds a server's files, {@code conf/zoo.cfg} and {@code data/myid} among them. It lies
     * below one of this ensemble's that {@link #close} deletes.
     */
    public Path directory(ServerId id) {
        return servers.directory(id).root();
    }

    /**
     * Returns the file that holds what a server has logged over all its runs; empty if it has none. Servers that share
     * the test's JVM have one if the test logs by Logback, with what Logback's levels let through.
     */
    public Optional<Path> log(ServerId id) {
        return servers.log(id);
    }

    /**
     * Stops all servers, and returns once their threads and processes have ended, their ports are given back and all
     * files are deleted. An interrupt, be it before or meanwhile, does not keep it from that: the interrupt flag of the
     * caller is set again on return. Closing again does what has failed before, if anything has.
     *
     * @throws EnsembleException if a server could not be stopped; the rest is done nevertheless
     */
    @Override
    public void close() {
        Uninterrupted.run(this::closeAll);
    }

    private void closeAll() {
        synchronized (closing) {
            if (closed) {
                return;
            }
            servers.beginClose();
            var failures = new Failures();
            failures.attempt(faults::close);
            failures.attempt(sessions::close);
            // Relays may listen on ports that are given back with the servers.
            failures.attempt(clientLinks::close);
            failures.attempt(servers::close);
            failures.throwAll();
            closed = true;
        }
    }

    /** Returns what the servers run in. */
    public ServerRuntime runtime() {
        return blueprint.runtime();
    }

    /** Returns whether this can be done to this ensemble. */
    public boolean supports(Verb verb) {
        return runtime().supports(verb);
    }

    /** Returns what can be done to its servers and to the links between them. */
    public Faults faults() {
        return faults;
    }

    /** Returns what has been done to this ensemble until now. */
    public Timeline timeline() {
        return timeline.snapshot();
    }

    /** Marks this moment in the {@link #timeline()}. */
    public void mark(String what) {
        timeline.record(Timeline.Kind.MARK, what, List.of());
    }

    /**
     * Keeps a text for whoever has to find out why a test failed: it goes into the {@link FailureFolder} under this
     * name. A text of the same name is replaced.
     *
     * @param name a file name such as {@code plan.json}: letters, digits, dots, hyphens and underscores
     * @throws IllegalArgumentException if it is none
     */
    public void attach(String name, String text) {
        FailureFolder.checkName(name);
        synchronized (attachments) {
            attachments.put(name, text);
        }
    }

    /** Returns what has been attached, by name. */
    Map<String, String> attachments() {
        synchronized (attachments) {
            return new TreeMap<>(attachments);
        }
    }

    /** Returns who leads, which servers run, and what was committed last as far as they know. */
    @Override
    public String toString() {
        var looks = servers.looks();
        return "ensemble "
                + Settlement.newestInForce(looks).map(Configuration::ensemble).orElse(Ensemble.empty()) + ", running "
                + looks.keySet().stream().map(ServerId::toString).collect(Collectors.joining(","))
                + Settlement.leaders(looks)
                        .findFirst()
                        .map(id -> ", led by " + id)
                        .orElse(", without leader");
    }

    /** Returns the newest ensemble that a running server acts by; empty if none tells any. */
    Ensemble inForce() {
        return Settlement.newestInForce(servers.looks())
                .map(Configuration::ensemble)
                .orElse(Ensemble.empty());
    }

    /** Returns the servers behind this, for tests of the engine itself. */
    Servers internals() {
        return servers;
    }
}
