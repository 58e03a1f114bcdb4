package io.ensembler.testkit;

import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Address;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.ServerLauncher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException;
import org.apiguardian.api.API;

/**
 * A real ensemble inside a test: ZooKeeper servers in this JVM, on loopback ports of their own, each started from files
 * of its own that ZooKeeper rewrites as the configuration changes.
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
 * <p>A stop is orderly: what a crash, a pause or a partition does cannot be had within one JVM. What ZooKeeper keeps for
 * a whole JVM (the flags {@code standaloneEnabled} and {@code reconfigEnabled}, and system properties tuned for speed) is
 * shared by all ensembles that are open together. A server never ends the JVM: its wish to do so is recorded
 * ({@link #exitRequests()}), and the server is stopped.
 *
 * <p>Thread-safe. A caller that is interrupted while it waits gets an {@link EnsembleException}, and its interrupt flag
 * is set.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TestEnsemble implements AutoCloseable {

    private static final Duration SETTLE_TIME = Duration.ofSeconds(30);
    private static final Duration STOP_TIME = Duration.ofSeconds(20);
    private static final Duration SESSION_TIME = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 10;

    private final SharedJvm.Flags flags;
    private final Map<String, String> settings;
    private final boolean standalone;
    private final Consumer<String> exits;
    private final List<String> exitRequests = new CopyOnWriteArrayList<>();
    private final Path baseDirectory;

    /** Guards what follows. */
    private final Object lock = new Object();

    private final SortedMap<ServerId, Server> known = new TreeMap<>();
    private final SortedMap<ServerId, ServerProcess> processes = new TreeMap<>();
    private final Set<Integer> ports = new LinkedHashSet<>();
    private final ServerLauncher launcher = new InJvmLauncher(this);
    private boolean closed;

    private TestEnsemble(Builder builder) {
        this.settings = builder.allSettings();
        this.flags = new SharedJvm.Flags(
                Boolean.parseBoolean(settings.get("standaloneEnabled")),
                Boolean.parseBoolean(settings.get("reconfigEnabled")));
        this.standalone = flags.standaloneEnabled() && builder.participants == 1;
        this.exits = exitRequests::add;
        SharedJvm.open(flags, exits);
        try {
            this.baseDirectory = Files.createTempDirectory("ensembler-");
        } catch (IOException e) {
            SharedJvm.close(flags, exits);
            throw new UncheckedIOException("Cannot create a directory for an ensemble", e);
        }
    }

    /** Returns a builder of an ensemble of three participants. */
    public static Builder builder() {
        return new Builder();
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
     * Returns the client addresses of the servers that run and that the committed configuration lists, separated by
     * commas, in the order of their ids. The configuration is the newest that a running server acts by; no server is
     * asked over the network.
     *
     * @throws EnsembleException if no such server runs
     */
    public String connectString() {
        var running = running();
        var listed = Settlement.newestInForce(running)
                .map(configuration -> configuration.ensemble().servers())
                .orElseGet(this::servers);
        var addresses = listed.stream()
                .filter(server -> running.containsKey(server.id()))
                .flatMap(server -> server.endpoints().reachableClient().stream())
                .map(Address::toString)
                .collect(Collectors.joining(","));
        if (addresses.isEmpty()) {
            throw new EnsembleException("Cannot tell where to connect: no listed server runs." + describe());
        }
        return addresses;
    }

    /**
     * Returns {@code count} servers that do not exist yet, as participants with ids following the highest ever used here
     * and ports of their own. Nothing is started.
     *
     * @throws EnsembleException if ids above 254 would be needed, or no ports are free
     */
    public List<Server> newServers(int count) {
        synchronized (lock) {
            checkOpen();
            long highest = known.isEmpty() ? 0 : known.lastKey().value();
            if (highest + count > ServerId.HIGHEST) {
                throw new EnsembleException("Cannot allocate " + count + " servers: the highest id used is " + highest
                        + ", and ids end at " + ServerId.HIGHEST + ".");
            }
            var servers = new ArrayList<Server>();
            for (int i = 1; i <= count; i++) {
                var server = allocate(ServerId.of(highest + i), ServerRole.PARTICIPANT);
                known.put(server.id(), server);
                servers.add(server);
            }
            return List.copyOf(servers);
        }
    }

    /**
     * Returns every server this ensemble has had to do with, running or not: as the newest configuration lists it that a
     * running server acts by, otherwise as it was when allocated or launched.
     */
    public List<Server> servers() {
        var listed = Settlement.newestInForce(running()).map(Configuration::ensemble);
        synchronized (lock) {
            return known.values().stream()
                    .map(server -> listed.flatMap(ensemble -> ensemble.server(server.id()))
                            .orElse(server))
                    .toList();
        }
    }

    /**
     * Returns the server with this id, as {@link #servers()} has it.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Server server(ServerId id) {
        var servers = servers();
        return servers.stream()
                .filter(server -> server.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no server " + id + "; known are "
                        + servers.stream().map(server -> server.id().toString()).collect(Collectors.joining(","))));
    }

    /**
     * Returns endpoints with three ports of their own for a server to move to; mix them with its present ones to move
     * some ports only. Nothing is changed.
     *
     * @throws IllegalArgumentException if there is no such server
     * @throws EnsembleException if no ports are free
     */
    public Endpoints newEndpoints(ServerId id) {
        var server = server(id);
        synchronized (lock) {
            checkOpen();
            return allocate(id, server.role()).endpoints();
        }
    }

    /**
     * Commits a write over a plain client and returns the configuration that the same session reads after it. It is empty
     * for a standalone server, which has none.
     *
     * @throws EnsembleException if no write was acknowledged
     */
    public Ensemble committed() {
        return committedConfiguration().ensemble();
    }

    /**
     * Returns the server that leads and serves, or empty if none does. Where an old leader has not stepped down yet it is
     * the one of the higher epoch. Asks the servers in this JVM.
     */
    public Optional<ServerId> leader() {
        return Settlement.leaders(running()).findFirst();
    }

    /** Returns a launcher that starts and stops servers of this ensemble in this JVM. */
    public ServerLauncher launcher() {
        return launcher;
    }

    /**
     * Starts a server that is to join: writes its files, with the committed participants and itself as observer, and
     * returns once its first thread runs. A directory it has used before is kept, its configuration written anew.
     *
     * @throws EnsembleException if it runs, or the committed configuration lists it: use {@link #restart} then
     */
    public void join(Server server) {
        var committed = committed();
        if (committed.contains(server.id())) {
            throw new EnsembleException("Cannot let server " + server.id() + " join: it is listed in " + committed
                    + ". Restart it from its own files.");
        }
        var participants =
                committed.servers().stream().filter(Server::isParticipant).toList();
        clearIfExited(server.id());
        // It adopts groups and weights as soon as it hears of them.
        var seed = Ensemble.of(participants, QuorumRule.majority()).plus(server.withRole(ServerRole.OBSERVER));
        synchronized (lock) {
            checkOpen();
            if (isRunning(server.id())) {
                throw new EnsembleException("Cannot let server " + server.id() + " join: it runs already.");
            }
            known.put(server.id(), server);
            serverDirectory(server.id()).write(seed, settings);
            launch(server.id());
        }
    }

    /**
     * Stops a server in good order and returns once all its threads have ended and its ports are free. A server that does
     * not run is left alone.
     *
     * @throws EnsembleException if it still runs or holds a port after 20 seconds
     */
    public void stop(ServerId id) {
        server(id);
        try {
            stop(id, STOP_TIME);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Stops a server if it runs, starts it from its own files as ZooKeeper last wrote them, and returns once its first
     * thread runs.
     *
     * @throws EnsembleException if it has never been started
     */
    public void restart(ServerId id) {
        stop(id);
        synchronized (lock) {
            checkOpen();
            if (!serverDirectory(id).exists()) {
                throw new EnsembleException(
                        "Cannot restart server " + id + ": it has never been started. Let it join.");
            }
            launch(id);
        }
    }

    /**
     * Sets the data of a stopped server aside, as if its disk had been replaced by an empty one: moves it within its
     * directory, and deletes nothing. Without data nothing happens.
     *
     * @throws EnsembleException if it runs
     */
    public void wipe(ServerId id) {
        server(id);
        setAside(id, "");
    }

    /** Returns whether a server was started and has neither been stopped nor asked to exit. */
    public boolean isRunning(ServerId id) {
        return running().containsKey(id);
    }

    /** Waits as {@link #awaitSettled(Duration)} does, up to 30 seconds. */
    public Ensemble awaitSettled() {
        return awaitSettled(SETTLE_TIME);
    }

    /**
     * Waits until the ensemble has settled and returns it. It has when one server leads, a write was acknowledged, each
     * server of the committed configuration shows that write on a session to it alone after a sync, and its {@code conf}
     * names the committed version. A listed server that does not run keeps it from settling. A standalone server has
     * settled when it acknowledges a write.
     *
     * @throws EnsembleException if it has not settled in time; it tells what was missing and what each server said
     */
    public Ensemble awaitSettled(Duration timeLeft) {
        long deadline = System.nanoTime() + timeLeft.toNanos();
        try {
            while (true) {
                var result = settlement();
                if (result instanceof Settlement.Result.Settled settled) {
                    return settled.ensemble();
                }
                if (deadline - System.nanoTime() <= 0) {
                    var reason = ((Settlement.Result.NotYet) result).reason();
                    throw new EnsembleException("The ensemble has not settled within " + timeLeft.toMillis() + " ms: "
                            + reason + "." + describe());
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Returns every wish of a server to end its process, in the order they came: "server 4 asked to exit: status 1, My id
     * 4 not in the peer list". A server that asked to exit has been stopped.
     */
    public List<String> exitRequests() {
        return List.copyOf(exitRequests);
    }

    /**
     * Returns the directory that holds a server's files, {@code conf/zoo.cfg} and {@code data/myid} among them. It lies below
     * one of this ensemble's that {@link #close} deletes.
     */
    public Path directory(ServerId id) {
        return serverDirectory(id).root();
    }

    /**
     * Stops all servers, and returns once their threads have ended, their ports are given back and all files are deleted.
     * Closing again does nothing.
     *
     * @throws EnsembleException if a server could not be stopped; the rest is done nevertheless
     */
    @Override
    public void close() {
        List<ServerId> ids;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            ids = List.copyOf(processes.keySet());
        }
        var failures = new ArrayList<RuntimeException>();
        for (var id : ids) {
            attempt(() -> stop(id), failures);
        }
        synchronized (lock) {
            LoopbackPorts.release(ports);
        }
        SharedJvm.close(flags, exits);
        attempt(this::deleteFiles, failures);
        if (!failures.isEmpty()) {
            var first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Returns who leads, which servers run, and what was committed last as far as they know. */
    @Override
    public String toString() {
        var running = running();
        return "ensemble "
                + Settlement.newestInForce(running).map(Configuration::ensemble).orElse(Ensemble.empty()) + ", running "
                + running.keySet().stream().map(ServerId::toString).collect(Collectors.joining(","))
                + leader().map(id -> ", led by " + id).orElse(", without leader");
    }

    /** Returns whether a server of this ensemble can join and be added, by the flags that all servers here share. */
    boolean canGrow() {
        return flags.reconfigEnabled() && !flags.standaloneEnabled();
    }

    Map<String, String> settings() {
        return settings;
    }

    ServerDirectory serverDirectory(ServerId id) {
        return new ServerDirectory(id, baseDirectory.resolve("server-" + id));
    }

    /** Starts a server whose files {@code files} writes, unless it runs. */
    void launch(Server server, Consumer<ServerDirectory> files) {
        clearIfExited(server.id());
        synchronized (lock) {
            checkOpen();
            if (isRunning(server.id())) {
                return;
            }
            files.accept(serverDirectory(server.id()));
            known.put(server.id(), server);
            launch(server.id());
        }
    }

    /** Sets the data of a server aside unless its directory carries this marker. */
    void setAside(ServerId id, String marker) {
        clearIfExited(id);
        synchronized (lock) {
            checkOpen();
            if (isRunning(id)) {
                throw new EnsembleException("Cannot set the data of server " + id + " aside: it runs. Stop it first.");
            }
            JoinerFiles.setAside(id, marker, serverDirectory(id).dataDirectory(), settings);
        }
    }

    /** Stops a server if it runs. */
    void stop(ServerId id, Duration timeLeft) throws InterruptedException {
        long deadline = System.nanoTime() + timeLeft.toNanos();
        ServerProcess process;
        Set<Integer> held;
        synchronized (lock) {
            process = processes.get(id);
            if (process == null) {
                return;
            }
            held = portsOf(id, process);
        }
        process.stop(timeLeft);
        while (!held.stream().allMatch(LoopbackPorts::isFree)) {
            if (deadline - System.nanoTime() <= 0) {
                throw new EnsembleException("Server " + id + " was stopped, but of its ports " + held + " only "
                        + held.stream().filter(LoopbackPorts::isFree).toList() + " are free after "
                        + timeLeft.toMillis() + " ms.");
            }
            Thread.sleep(POLL_MILLIS);
        }
        synchronized (lock) {
            processes.remove(id, process);
        }
    }

    /** Waits until nothing is left of a server that asked to exit. */
    private void clearIfExited(ServerId id) {
        boolean exited;
        synchronized (lock) {
            var process = processes.get(id);
            exited = process != null && !process.isRunning();
        }
        if (exited) {
            stop(id);
        }
    }

    private void found(Builder builder) {
        synchronized (lock) {
            for (int i = 1; i <= builder.participants + builder.observers; i++) {
                var role = i <= builder.participants ? ServerRole.PARTICIPANT : ServerRole.OBSERVER;
                known.put(ServerId.of(i), allocate(ServerId.of(i), role));
            }
            var ensemble = Ensemble.of(known.values(), builder.quorumRule);
            known.keySet().forEach(id -> serverDirectory(id).write(ensemble, settings));
            known.keySet().forEach(this::launch);
        }
        awaitServing();
        try (var session = Session.open(connectString()).await(SESSION_TIME)) {
            session.createMarker();
            if (builder.grantReconfiguration) {
                session.grantReconfiguration();
            }
        } catch (KeeperException.NoAuthException e) {
            throw new EnsembleException(
                    "Cannot grant WRITE on /zookeeper/config, since this JVM does not know our super identity: "
                            + SharedJvm.whyNotSuper() + ". Or build with grantReconfiguration(false).",
                    e);
        } catch (KeeperException e) {
            throw new EnsembleException("The first write was not acknowledged: " + e.getMessage() + describe(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        awaitSettled();
    }

    private void awaitServing() {
        long deadline = System.nanoTime() + SETTLE_TIME.toNanos();
        try {
            while (!running().values().stream().allMatch(ServerProcess::isServing)) {
                if (deadline - System.nanoTime() <= 0) {
                    throw new EnsembleException(
                            "The ensemble does not serve within " + SETTLE_TIME.toMillis() + " ms." + describe());
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (!exitRequests.isEmpty()) {
            throw new EnsembleException("The ensemble cannot start." + describe());
        }
    }

    private Settlement.Result settlement() throws InterruptedException {
        var running = running();
        if (!standalone) {
            return new Settlement(running, flags.reconfigEnabled()).check();
        }
        return !running.isEmpty() && running.values().stream().allMatch(ServerProcess::isServing)
                ? new Settlement.Result.Settled(committed())
                : new Settlement.Result.NotYet("the standalone server does not serve");
    }

    private Configuration committedConfiguration() {
        try (var session = Session.open(connectString()).await(SESSION_TIME)) {
            session.write("committed");
            return ConfigurationText.parse(session.readConfiguration());
        } catch (KeeperException e) {
            throw new EnsembleException("No write was acknowledged: " + e.getMessage() + describe(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Server allocate(ServerId id, ServerRole role) {
        var leased = LoopbackPorts.lease(3);
        ports.addAll(leased);
        var quorum = new QuorumAddress(LoopbackPorts.HOST, leased.get(0), leased.get(1));
        return new Server(id, role, Endpoints.of(quorum, new Address(LoopbackPorts.HOST, leased.get(2))));
    }

    private void launch(ServerId id) {
        processes.put(id, ServerProcess.start(id, serverDirectory(id).configurationFile(), exits));
    }

    private SortedMap<ServerId, ServerProcess> running() {
        synchronized (lock) {
            var running = new TreeMap<>(processes);
            running.values().removeIf(process -> !process.isRunning());
            return running;
        }
    }

    /** The ports that a server holds: those it moved to, which may be another's former ones, or was launched with. */
    private SortedSet<Integer> portsOf(ServerId id, ServerProcess process) {
        return process.ports().orElseGet(() -> {
            var launched = new TreeSet<Integer>();
            var endpoints = Objects.requireNonNull(known.get(id)).endpoints();
            endpoints.quorum().forEach(address -> {
                launched.add(address.quorumPort());
                launched.add(address.electionPort());
            });
            endpoints.client().ifPresent(address -> launched.add(address.port()));
            return launched;
        });
    }

    /** What each server says, for a person to read: one line each. */
    private String describe() {
        SortedMap<ServerId, ServerProcess> all;
        Collection<Server> servers;
        synchronized (lock) {
            all = new TreeMap<>(processes);
            servers = List.copyOf(known.values());
        }
        var text = new StringBuilder();
        for (var server : servers) {
            var process = all.get(server.id());
            text.append("\n  server ").append(server.id()).append(": ");
            if (process == null || !process.isRunning()) {
                text.append("does not run");
            } else {
                text.append(process.state().map(Enum::name).orElse("starting"))
                        .append(process.isServing() ? ", serves" : ", does not serve")
                        .append(process.inForce()
                                .map(it -> ", acts by configuration " + it.version() + ": " + it.ensemble())
                                .orElse(""));
            }
        }
        exitRequests.forEach(exit -> text.append("\n  ").append(exit));
        return text.toString();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the ensemble is closed");
        }
    }

    private void deleteFiles() {
        try (var files = Files.walk(baseDirectory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + baseDirectory, e);
        }
    }

    private static void attempt(Runnable action, List<RuntimeException> failures) {
        try {
            action.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    private static EnsembleException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EnsembleException("Interrupted while waiting for the ensemble", e);
    }

    /** Says what ensemble to start. For one thread. */
    public static final class Builder {

        private int participants = 3;
        private int observers;
        private QuorumRule quorumRule = QuorumRule.majority();
        private Duration tick = Duration.ofMillis(200);
        private boolean grantReconfiguration = true;
        private boolean standalone;
        private final Map<String, String> settings = new TreeMap<>();

        private Builder() {}

        /** How many participants there are at first; 3 unless said otherwise. They get the ids from 1 on. */
        public Builder participants(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("an ensemble needs a participant, not " + count);
            }
            this.participants = count;
            return this;
        }

        /** How many observers there are at first; none unless said otherwise. Their ids follow the participants'. */
        public Builder observers(int count) {
            if (count < 0) {
                throw new IllegalArgumentException("there cannot be " + count + " observers");
            }
            this.observers = count;
            return this;
        }

        /**
         * How the participants form quorums at first; by majority unless said otherwise.
         *
         * @param rule names each participant by its id, from 1 on
         */
        public Builder quorumRule(QuorumRule rule) {
            this.quorumRule = rule;
            return this;
        }

        /** How long ZooKeeper's tick is, its basic unit of time; 200 ms unless said otherwise. */
        public Builder tick(Duration duration) {
            this.tick = duration;
            return this;
        }

        /**
         * Puts a line into the {@code zoo.cfg} of every server, over what stands there otherwise. A key that ZooKeeper
         * does not know becomes a system property of the JVM, as it does in any server.
         */
        public Builder setting(String key, String value) {
            settings.put(key, value);
            return this;
        }

        /**
         * Whether every client may write {@code /zookeeper/config}, so that any plain client can reconfigure; so it is
         * unless said otherwise.
         */
        public Builder grantReconfiguration(boolean granted) {
            this.grantReconfiguration = granted;
            return this;
        }

        /**
         * Whether the only participant runs as a standalone server, which is no ensemble and cannot be reconfigured; it
         * does not unless said so here.
         */
        public Builder standalone(boolean alone) {
            this.standalone = alone;
            return this;
        }

        /**
         * Starts the ensemble and returns once it has settled.
         *
         * @throws EnsembleException if it cannot be started or has not settled within 30 seconds, if an ensemble with
         *     other process-wide flags is open, or if WRITE could not be granted; nothing is left behind
         */
        public TestEnsemble start() {
            if (standalone && participants + observers > 1) {
                throw new IllegalArgumentException(
                        "a standalone server is one server, not " + (participants + observers));
            }
            var ensemble = new TestEnsemble(this);
            try {
                ensemble.found(this);
                return ensemble;
            } catch (RuntimeException e) {
                var failures = new ArrayList<RuntimeException>();
                attempt(ensemble::close, failures);
                failures.forEach(e::addSuppressed);
                throw e;
            }
        }

        private Map<String, String> allSettings() {
            var all = new TreeMap<>(Map.of(
                    "tickTime", Long.toString(tick.toMillis()),
                    "initLimit", "25",
                    "syncLimit", "10",
                    "maxSessionTimeout", "60000",
                    "standaloneEnabled", Boolean.toString(standalone),
                    "reconfigEnabled", "true"));
            all.putAll(settings);
            return Collections.unmodifiableSortedMap(all);
        }
    }
}
