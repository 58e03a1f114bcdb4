package io.ensembler.testkit;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.security.sasl.SaslException;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeer.ServerState;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;
import org.jspecify.annotations.Nullable;

/**
 * One run of one server, as its process would be: started from its configuration file, ended for good by {@link #stop} or
 * by the server itself. All its threads are in a group of their own. Thread-safe.
 */
final class ServerProcess {

    private final ServerId id;
    private final Path configurationFile;
    private final Consumer<String> exits;
    private final Threads threads;
    private final Thread runner;
    private final Main main = new Main();
    private final Standalone standalone = new Standalone();
    private final CountDownLatch launched = new CountDownLatch(1);
    private volatile @Nullable QuorumPeer peer;
    private volatile boolean ending;

    private ServerProcess(ServerId id, Path configurationFile, Consumer<String> exits) {
        this.id = id;
        this.configurationFile = configurationFile;
        this.exits = exits;
        this.threads = new Threads(this);
        this.runner = new Thread(threads, this::run, "ensembler-server-" + id);
    }

    /**
     * Starts a server and returns once its first thread runs.
     *
     * @param exits hears why the server asked to exit, at most once
     */
    static ServerProcess start(ServerId id, Path configurationFile, Consumer<String> exits) {
        var process = new ServerProcess(id, configurationFile, exits);
        process.runner.start();
        return process;
    }

    /** Returns whether it was started and has neither been stopped nor asked to exit. */
    boolean isRunning() {
        return !ending;
    }

    /** Returns what it does in the ensemble; empty while it starts, and for a standalone server. */
    Optional<ServerState> state() {
        return Optional.ofNullable(peer).filter(Thread::isAlive).map(QuorumPeer::getPeerState);
    }

    /** Returns whether it serves clients. */
    boolean isServing() {
        if (standalone.serves) {
            return true;
        }
        var active = Optional.ofNullable(peer).map(QuorumPeer::getActiveServer);
        return active.isPresent() && active.get().isRunning();
    }

    /** Returns the epoch of the leader it follows, or its own if it leads; -1 if it tells none. */
    long epoch() {
        var active = Optional.ofNullable(peer).map(QuorumPeer::getActiveServer);
        return active.map(server -> server.getZxid() >>> 32).orElse(-1L);
    }

    /** Returns the configuration it acts by; empty while it starts, and for a standalone server. */
    Optional<Configuration> inForce() {
        return Optional.ofNullable(peer)
                .map(QuorumPeer::getQuorumVerifier)
                .map(verifier -> ConfigurationText.parse(verifier.toString()));
    }

    /** Returns the ports it listens on, as a configuration last named them to it; empty while it starts. */
    Optional<SortedSet<Integer>> ports() {
        var running = Optional.ofNullable(peer);
        return running.map(QuorumPeer::getClientAddress).map(client -> {
            var ports = new TreeSet<Integer>();
            ports.add(client.getPort());
            var self = running.orElseThrow();
            self.getQuorumAddress().getAllPorts().forEach(ports::add);
            self.getElectionAddress().getAllPorts().forEach(ports::add);
            return ports;
        });
    }

    /** Records that the server would have ended its process here, and ends it as that would have. */
    void exitAsked(String reason) {
        synchronized (this) {
            if (ending) {
                return;
            }
            // Recorded before it counts as ended, so that whoever sees it ended finds the reason.
            exits.accept("server " + id + " asked to exit: " + reason);
            ending = true;
        }
        new Thread(threads.getParent(), this::shutDown, "ensembler-exit-" + id).start();
    }

    /**
     * Ends the server in good order and returns once all its threads have ended.
     *
     * <p>A server that is taking up a new configuration while it is shut down opens its election listener anew behind the
     * shutdown's back; so it is shut down again until nothing of it runs. Once its main thread has ended, which closes its
     * files, what is left is interrupted: the threads of an election, which look only every three seconds whether it is
     * over, and those that sent to the learners of a leader that stepped down. Each of these has an end put into its queue,
     * which is lost where the handler of that learner, shut down twice, was interrupted before.
     *
     * @throws EnsembleException if threads still run when the time has passed
     */
    void stop(Duration timeLeft) throws InterruptedException {
        long deadline = System.nanoTime() + timeLeft.toNanos();
        synchronized (this) {
            ending = true;
        }
        launched.await(timeLeft.toNanos(), TimeUnit.NANOSECONDS);
        while (!threads.running().isEmpty()) {
            if (deadline - System.nanoTime() <= 0) {
                throw new EnsembleException("Cannot stop server " + id + " within " + timeLeft.toMillis()
                        + " ms: these threads of it still run:" + threads.describe());
            }
            var closer = new Thread(threads.getParent(), this::shutDown, "ensembler-stop-" + id);
            closer.start();
            closer.join(1_000);
            runner.join(500);
            if (!runner.isAlive()) {
                threads.running().forEach(Thread::interrupt);
            }
            threads.awaitEnd(Duration.ofMillis(500));
        }
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
            configuration.parse(configurationFile.toString());
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
            var created = new QuorumPeer() {
                @Override
                public synchronized void start() {
                    super.start();
                    launched.countDown();
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

        private final ServerProcess process;

        Threads(ServerProcess process) {
            super("ensembler-server-" + process.id);
            this.process = process;
        }

        ServerProcess process() {
            return process;
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
            for (var thread : running()) {
                text.append("\n  ").append(thread.getName());
                for (var frame : thread.getStackTrace()) {
                    text.append("\n    at ").append(frame);
                }
            }
            return text.toString();
        }
    }
}
