package io.ensembler.testkit;

import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Configuration;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.testkit.Timeline.Kind;
import io.ensembler.testkit.runtime.EnsembleHost;
import io.ensembler.testkit.runtime.Failures;
import io.ensembler.testkit.runtime.HostRequest;
import io.ensembler.testkit.runtime.ServerDirectory;
import io.ensembler.testkit.runtime.ServerExit;
import io.ensembler.testkit.runtime.ServerLook;
import io.ensembler.testkit.runtime.ServerRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The servers of one ensemble: which there are, where their files lie, and which of them run. Thread-safe. */
final class Servers {

    private static final Duration STOP_TIME = Duration.ofSeconds(20);
    private static final Duration BOOT_TIME = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 10;

    private final Blueprint blueprint;
    private final TimelineRecorder timeline;
    private final Path baseDirectory;
    private final EnsembleHost host;
    private final ClientLinks clientLinks;
    private final List<String> exitRequests = new CopyOnWriteArrayList<>();

    /** Guards what follows. */
    private final Object lock = new Object();

    private final NavigableMap<ServerId, Server> known = new TreeMap<>();
    private final SortedMap<ServerId, ServerRun> runs = new TreeMap<>();
    private final Map<ServerId, Integer> starts = new TreeMap<>();
    private boolean closed;

    Servers(Blueprint blueprint, ClientLinks clientLinks, TimelineRecorder timeline) {
        this.blueprint = blueprint;
        this.clientLinks = clientLinks;
        this.timeline = timeline;
        this.baseDirectory = createDirectory();
        try {
            this.host = blueprint.runtime().open(new HostRequest(blueprint.settings(), baseDirectory, this::exited));
        } catch (RuntimeException e) {
            deleteFiles();
            throw e;
        }
    }

    EnsembleHost host() {
        return host;
    }

    List<String> exitRequests() {
        return List.copyOf(exitRequests);
    }

    ServerDirectory directory(ServerId id) {
        return new ServerDirectory(id, baseDirectory.resolve("server-" + id));
    }

    /** Returns the file with what a server has logged; empty if there is none. */
    Optional<Path> log(ServerId id) {
        return Optional.of(directory(id).log()).filter(Files::exists);
    }

    boolean haveLogs() {
        return started().stream().anyMatch(id -> log(id).isPresent());
    }

    /** Returns those that have been started at least once. */
    List<ServerId> started() {
        synchronized (lock) {
            return known.keySet().stream().filter(id -> directory(id).exists()).toList();
        }
    }

    Map<String, String> settings(ServerId id) {
        return blueprint.settings(id);
    }

    boolean canGrow() {
        return blueprint.canGrow();
    }

    /** Starts the servers that the ensemble begins with. */
    void found() {
        synchronized (lock) {
            for (int i = 1; i <= blueprint.participants() + blueprint.observers(); i++) {
                var role = i <= blueprint.participants() ? ServerRole.PARTICIPANT : ServerRole.OBSERVER;
                known.put(ServerId.of(i), allocate(ServerId.of(i), role));
            }
            var ensemble = Ensemble.of(known.values(), blueprint.quorumRule());
            known.keySet().forEach(id -> directory(id).write(ensemble, settings(id)));
            // Whom the others will elect is there first, so that no vote of theirs is changed.
            known.descendingKeySet().forEach(this::launch);
        }
    }

    /** Makes up servers with ids that follow the highest there is. */
    List<Server> add(int count) {
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

    /** Makes up a server like this one with endpoints of its own, without remembering it. */
    Server allocate(ServerId id, ServerRole role) {
        synchronized (lock) {
            checkOpen();
            var endpoints = host.allocate(id);
            return new Server(id, role, blueprint.relayClients() ? clientLinks.list(id, endpoints) : endpoints);
        }
    }

    /** Returns every server, as the newest configuration in force lists it, otherwise as it was made up or launched. */
    List<Server> all() {
        var listed = Settlement.newestInForce(looks()).map(Configuration::ensemble);
        synchronized (lock) {
            return known.values().stream()
                    .map(server -> listed.flatMap(ensemble -> ensemble.server(server.id()))
                            .orElse(server))
                    .toList();
        }
    }

    /** Returns where a server serves clients now. */
    InetSocketAddress client(ServerId id) {
        return all().stream()
                .filter(server -> server.id().equals(id))
                .flatMap(server -> server.endpoints().reachableClient().stream())
                .findFirst()
                .map(client -> new InetSocketAddress(client.host(), client.port()))
                .orElseThrow();
    }

    boolean isRunning(ServerId id) {
        return running().containsKey(id);
    }

    /** Returns what each running server says of itself. */
    SortedMap<ServerId, ServerLook> looks() {
        var looks = new TreeMap<ServerId, ServerLook>();
        running().forEach((id, run) -> looks.put(id, run.look()));
        return looks;
    }

    /** Starts a server whose files {@code files} writes, unless it runs. */
    void launch(Server server, Consumer<ServerDirectory> files) {
        clearIfExited(server.id());
        synchronized (lock) {
            checkOpen();
            if (isRunning(server.id())) {
                return;
            }
            files.accept(directory(server.id()));
            known.put(server.id(), server);
            launch(server.id());
        }
    }

    void join(Server server, Ensemble seed) {
        clearIfExited(server.id());
        synchronized (lock) {
            checkOpen();
            if (isRunning(server.id())) {
                throw new EnsembleException("Cannot let server " + server.id() + " join: it runs already.");
            }
            known.put(server.id(), server);
            directory(server.id()).write(seed, settings(server.id()));
            launch(server.id());
        }
    }

    /** Stops a server if it runs, and starts it from its own files unless somebody else has done so since. */
    void restart(ServerId id) {
        stop(id);
        synchronized (lock) {
            checkOpen();
            if (!directory(id).exists()) {
                throw new EnsembleException(
                        "Cannot restart server " + id + ": it has never been started. Let it join.");
            }
            if (!runs.containsKey(id)) {
                launch(id);
            }
        }
    }

    /** Returns once a server has read its files and answers, be it that it looks for a leader. */
    void awaitBooted(ServerId id) {
        long deadline = System.nanoTime() + BOOT_TIME.toNanos();
        try {
            while (!run(id).map(ServerRun::hasBooted).orElse(false)) {
                if (!isRunning(id) || deadline - System.nanoTime() <= 0) {
                    throw new EnsembleException("Server " + id + " has not come up." + describe());
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    void stop(ServerId id) {
        try {
            stop(id, STOP_TIME);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Stops a server if it runs. */
    void stop(ServerId id, Duration timeLeft) throws InterruptedException {
        var run = run(id);
        if (run.isPresent()) {
            boolean ran = run.get().isRunning();
            run.get().stop(timeLeft);
            remove(id, run.get());
            if (ran) {
                timeline.record(Kind.STOP, "server " + id, List.of(id));
            }
        }
    }

    /** Kills a server. Returns what starts it anew if it has not been started since. */
    Runnable crash(ServerId id) {
        var run = requireRun(id, "crash");
        int before = starts(id);
        try {
            run.crash();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        remove(id, run);
        return () -> {
            synchronized (lock) {
                if (!closed && starts(id) == before) {
                    launch(id);
                }
            }
        };
    }

    /** Lets a server stand still. Returns what lets that run of it go on. */
    Runnable pause(ServerId id) {
        return requireRun(id, "pause").pause();
    }

    /** Sets the data of a server aside unless its directory carries this marker. */
    void setAside(ServerId id, String marker) {
        clearIfExited(id);
        synchronized (lock) {
            checkOpen();
            if (isRunning(id)) {
                throw new EnsembleException("Cannot set the data of server " + id + " aside: it runs. Stop it first.");
            }
            JoinerFiles.setAside(id, marker, directory(id).dataDirectory(), settings(id));
        }
    }

    /** Sets the data of a server aside, but for what tells that it is this server's. */
    void wipe(ServerId id) {
        setAside(id, "");
        directory(id).writeId();
    }

    /** Refuses all that would start something, from now on. */
    void beginClose() {
        synchronized (lock) {
            closed = true;
        }
    }

    /**
     * Stops all servers and deletes all files. What failed can be tried again.
     *
     * @throws RuntimeException that of the first thing that failed; the rest is done nevertheless
     */
    void close() {
        List<ServerId> ids;
        var failures = new Failures();
        synchronized (lock) {
            ids = List.copyOf(runs.keySet());
            runs.values().forEach(run -> failures.attempt(run::askToStop));
        }
        for (var id : ids) {
            failures.attempt(() -> stop(id));
        }
        failures.attempt(host::close);
        failures.attempt(this::deleteFiles);
        failures.throwAll();
    }

    /** What each server says, for a person to read: one line each. */
    String describe() {
        var looks = looks();
        Collection<Server> servers;
        synchronized (lock) {
            servers = List.copyOf(known.values());
        }
        var text = new StringBuilder();
        for (var server : servers) {
            var look = looks.get(server.id());
            text.append("\n  server ")
                    .append(server.id())
                    .append(": ")
                    .append(look == null ? "does not run" : look.toString());
        }
        exitRequests.forEach(exit -> text.append("\n  ").append(exit));
        return text.toString();
    }

    static EnsembleException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EnsembleException("Interrupted while waiting for the ensemble", e);
    }

    private int starts(ServerId id) {
        synchronized (lock) {
            return starts.getOrDefault(id, 0);
        }
    }

    /** Starts a server of which nothing is left to run: two runs of it would share its files and ports. */
    private void launch(ServerId id) {
        if (runs.containsKey(id)) {
            throw new EnsembleException(
                    "Cannot start server " + id + ": somebody else has started it at the same time. Stop it first.");
        }
        starts.merge(id, 1, Integer::sum);
        var server = Objects.requireNonNull(known.get(id));
        timeline.record(Kind.START, "server " + id, List.of(id));
        runs.put(id, host.start(server, directory(id)));
    }

    private void exited(ServerExit exit) {
        if (exit.cause() == ServerExit.Cause.WISH) {
            exitRequests.add(exit.what());
        }
        timeline.record(Kind.EXIT, exit.what(), exit.servers());
    }

    private SortedMap<ServerId, ServerRun> running() {
        synchronized (lock) {
            var running = new TreeMap<>(runs);
            running.values().removeIf(run -> !run.isRunning());
            return running;
        }
    }

    private Optional<ServerRun> run(ServerId id) {
        synchronized (lock) {
            return Optional.ofNullable(runs.get(id));
        }
    }

    private ServerRun requireRun(ServerId id, String verb) {
        return run(id).filter(ServerRun::isRunning)
                .orElseThrow(() -> new EnsembleException("Cannot " + verb + " server " + id + ": it does not run."));
    }

    private void remove(ServerId id, ServerRun run) {
        synchronized (lock) {
            runs.remove(id, run);
        }
    }

    /** Waits until nothing is left of a server that asked to exit. */
    private void clearIfExited(ServerId id) {
        if (run(id).filter(run -> !run.isRunning()).isPresent()) {
            stop(id);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the ensemble is closed");
        }
    }

    private static Path createDirectory() {
        try {
            return Files.createTempDirectory("ensembler-");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create a directory for an ensemble", e);
        }
    }

    private void deleteFiles() {
        if (!Files.exists(baseDirectory)) {
            return;
        }
        try (var files = Files.walk(baseDirectory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + baseDirectory, e);
        }
    }
}
