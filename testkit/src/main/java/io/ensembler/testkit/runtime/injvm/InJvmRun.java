package io.ensembler.testkit.runtime.injvm;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Endpoints;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.testkit.runtime.LoopbackPorts;
import io.ensembler.testkit.runtime.ServerExit;
import io.ensembler.testkit.runtime.ServerLook;
import io.ensembler.testkit.runtime.ServerRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.security.sasl.SaslException;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.apache.zookeeper.server.quorum.HookedQuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeer.ServerState;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;
import org.apache.zookeeper.server.quorum.ServerHooks;
import org.jspecify.annotations.Nullable;

/**
 * One run of one server in this JVM, as its process would be: started from its configuration file, ended for good by
 * {@link #stop} or by the server itself. All its threads are in a group of their own. Thread-safe.
 */
final class InJvmRun implements ServerRun {

    private static final long POLL_MILLIS = 10;

    private final ServerId id;
    private final SortedSet<Integer> portsAtStart;
    private final Path configurationFile;
    private final ServerHooks hooks;
    private final ServerLog log;
    private final Consumer<ServerExit> exits;
    private final Threads threads;
    private final Thread runner;
    private final Main main = new Main();
    private final Standalone standalone = new Standalone();
    private final CountDownLatch launched = new CountDownLatch(1);
    private volatile @Nullable QuorumPeer peer;

    /** The threads that shut the server down. They are not of its group, whose threads are interrupted in the end. */
    private final List<Thread> closers = new CopyOnWriteArrayList<>();

    private volatile boolean ending;
    private volatile boolean stopped;

    private InJvmRun(
            Server server, Path configurationFile, ServerHooks hooks, ServerLog log, Consumer<ServerExit> exits) {
        this.id = server.id();
        this.portsAtStart = portsOf(server.endpoints());
        this.configurationFile = configurationFile;
        this.hooks = hooks;
        this.log = log;
        this.exits = exits;
        this.threads = new Threads(this);
        this.runner = new Thread(threads, this::run, "ensembler-server-" + id);
    }

    /**
     * Starts a server and returns once its first thread runs.
     *
     * @param hooks say what is to go wrong with it
     * @param log takes what it logs
     * @param exits hears why the server ended by itself, at most once
     */
    static InJvmRun start(
            Server server, Path configurationFile, ServerHooks hooks, ServerLog log, Consumer<ServerExit> exits) {
        var run = new InJvmRun(server, configurationFile, hooks, log, exits);
        run.runner.start();
        return run;
    }

    @Override
    public boolean isRunning() {
        return !ending;
    }

    @Override
    public boolean hasBooted() {
        return launched.getCount() == 0 && isRunning();
    }

    @Override
    public ServerLook look() {
        if (standalone.serves) {
            return new ServerLook(Optional.of(ServerMode.STANDALONE), true, -1, Optional.empty());
        }
        var running = peer;
        if (running == null) {
            return ServerLook.nothing();
        }
        var active = running.getActiveServer();
        return new ServerLook(
                running.isAlive() ? mode(running.getPeerState()) : Optional.empty(),
                active != null && active.isRunning(),
                active == null ? -1 : active.getLastProcessedZxid(),
                Optional.ofNullable(running.getQuorumVerifier())
                        .map(verifier -> ConfigurationText.parse(verifier.toString())));
    }

    private static Optional<ServerMode> mode(ServerState state) {
        return switch (state) {
            case LOOKING -> Optional.empty();
            case FOLLOWING -> Optional.of(ServerMode.FOLLOWER);
            case LEADING -> Optional.of(ServerMode.LEADER);
            case OBSERVING -> Optional.of(ServerMode.OBSERVER);
        };
    }

    /** The ports it holds: those it moved to, which may be another's former ones, or was started with. */
    private SortedSet<Integer> ports() {
        var running = peer;
        if (running == null || running.getClientAddress() == null) {
            return portsAtStart;
        }
        var ports = new TreeSet<Integer>();
        ports.add(running.getClientAddress().getPort());
        ports.addAll(running.getQuorumAddress().getAllPorts());
        ports.addAll(running.getElectionAddress().getAllPorts());
        return ports;
    }

    private static SortedSet<Integer> portsOf(Endpoints endpoints) {
        var ports = new TreeSet<Integer>();
        endpoints.quorum().forEach(address -> {
            ports.add(address.quorumPort());
            ports.add(address.electionPort());
        });
        endpoints.client().ifPresent(address -> ports.add(address.port()));
        return ports;
    }

    ServerLog log() {
        return log;
    }

    /** Records that the server would have ended its process here, and ends it as that would have. */
    void exitAsked(String reason) {
        end(ServerExit.of(id, reason));
    }

    private void end(ServerExit exit) {
        synchronized (this) {
            if (ending) {
                return;
            }
            // Recorded before it counts as ended, so that whoever sees it ended finds the reason.
            exits.accept(exit);
            ending = true;
        }
        startCloser("ensembler-exit-" + id);
    }

    private Thread startCloser(String name) {
        var closer = new Thread(threads.getParent(), this::shutDown, name);
        closers.add(closer);
        closer.start();
        return closer;
    }

    /**
     * Ends the server in good order and returns once all its threads have ended and its ports are free.
     *
     * <p>A server that is taking up a new configuration while it is shut down opens its election listener anew behind the
     * shutdown's back; so it is shut down again until nothing of it runs. Once its main thread has ended, which closes
     * its files, what is left is interrupted: the threads of an election, which look only every three seconds whether
     * it is over, and those that sent to the learners of a leader that stepped down. Each of these has an end put into
     * its queue, which is lost where the handler of that learner, shut down twice, was interrupted before.
     *
     * @throws EnsembleException if threads still run or ports are held when the time has passed
     */
    @Override
    public void stop(Duration timeLeft) throws InterruptedException {
        SharedJvm.catchExits();
        long deadline = System.nanoTime() + timeLeft.toNanos();
        var held = ports();
        synchronized (this) {
            ending = true;
        }
        endThreads(deadline, timeLeft);
        // Once somebody else has stopped it, they may be those of its next run.
        while (!stopped && !held.stream().allMatch(LoopbackPorts::isFree)) {
            if (deadline - System.nanoTime() <= 0) {
                throw new EnsembleException("Server " + id + " was stopped, but of its ports " + held + " only "
                        + held.stream().filter(LoopbackPorts::isFree).toList() + " are free after "
                        + timeLeft.toMillis() + " ms.");
            }
            Thread.sleep(POLL_MILLIS);
        }
        stopped = true;
        threads.dissolve();
    }

    private void endThreads(long deadline, Duration timeLeft) throws InterruptedException {
        launched.await(timeLeft.toNanos(), TimeUnit.NANOSECONDS);
        while (!threads.running().isEmpty()) {
            if (deadline - System.nanoTime() <= 0) {
                throw new EnsembleException("Cannot stop server " + id + " within " + timeLeft.toMillis()
                        + " ms: these threads of it still run:" + threads.describe());
            }
            startCloser("ensembler-stop-" + id).join(1_000);
            runner.join(500);
            if (!runner.isAlive()) {
                threads.running().forEach(Thread::interrupt);
            }
            threads.awaitEnd(Duration.ofMillis(500));
        }
        for (var closer : closers) {
            closer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            if (closer.isAlive()) {
                throw new EnsembleException("Cannot stop server " + id + " within " + timeLeft.toMillis()
                        + " ms: all its threads have ended, and it is still being shut down:" + describe(closer));
            }
        }
    }

    private static String describe(Thread thread) {
        var text = new StringBuilder("\n  ").append(thread.getName());
        for (var frame : thread.getStackTrace()) {
            text.append("\n    at ").append(frame);
        }
        return text.toString();
    }

    private void run() {
        try {
            main.run();
            exitAsked("its main thread ended");
        } catch (ConfigException | IllegalArgumentException e) {
            shutDown();
            exitAsked("status 2, " + e.getMessage());
        } catch (Exception e) {
            shutDown();
            exitAsked("status 1, " + e.getMessage());
        } finally {
            launched.countDown();
        }
    }

    private void shutDown() {
        var running = peer;
        if (running != null) {
            running.shutdown();
        }
        standalone.close();
    }

    private final class Main extends QuorumPeerMain {

        void run() throws Exception {
            var configuration = new QuorumPeerConfig();
            SharedJvm.parse(configurationFile, configuration);
            if (configuration.isDistributed()) {
                runFromConfig(configuration);
            } else {
                var alone = new ServerConfig();
                alone.readFrom(configuration);
                standalone.runFromConfig(alone);
            }
        }

        @Override
        protected QuorumPeer getQuorumPeer() throws SaslException {
            var created = new HookedQuorumPeer(hooks) {
                @Override
                public synchronized void start() {
                    super.start();
                    launched.countDown();
                }

                @Override
                protected void die(long version) {
                    end(ServerExit.crash(id, "before it took up configuration " + Long.toHexString(version)));
                }
            };
            peer = created;
            return created;
        }
    }

    private final class Standalone extends ZooKeeperServerMain {

        private volatile boolean serves;

        @Override
        protected void serverStarted() {
            serves = true;
            launched.countDown();
        }
    }

    /** The threads of one run: whatever they start belongs to the group as well. */
    static final class Threads extends ThreadGroup {

        private final InJvmRun run;

        private boolean dissolved;

        Threads(InJvmRun run) {
            super("ensembler-server-" + run.id);
            this.run = run;
        }

        /**
         * Lets its parent forget it, once no thread of it runs. From JDK 19 on that happens by itself; before, not even
         * a group that says so goes with its last thread where others were created and never started, as ZooKeeper
         * does.
         */
        @SuppressWarnings("removal")
        synchronized void dissolve() {
            if (!dissolved) {
                dissolved = true;
                destroy();
            }
        }

        /** Returns whose thread this is; empty if it is no server's. */
        static Optional<InJvmRun> runOfCurrentThread() {
            for (var group = Thread.currentThread().getThreadGroup(); group != null; group = group.getParent()) {
                if (group instanceof Threads threads) {
                    return Optional.of(threads.run);
                }
            }
            return Optional.empty();
        }

        List<Thread> running() {
            var found = new Thread[activeCount() + 64];
            int count = enumerate(found, true);
            return Arrays.asList(found).subList(0, count);
        }

        void awaitEnd(Duration timeLeft) throws InterruptedException {
            long deadline = System.nanoTime() + timeLeft.toNanos();
            for (var thread : running()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                thread.join(left);
            }
        }

        String describe() {
            var text = new StringBuilder();
            running().forEach(thread -> text.append(InJvmRun.describe(thread)));
            return text.toString();
        }
    }
}
