package io.ensembler.testkit.runtime.injvm;

import io.ensembler.model.EnsembleException;
import io.ensembler.testkit.runtime.ServerExit;
import io.ensembler.testkit.runtime.SuperIdentity;
import io.ensembler.testkit.runtime.TunedProperties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import org.apache.zookeeper.util.ServiceUtils;

/**
 * What all ZooKeeper servers of a JVM share: system properties that are read when its classes load, the exit handler,
 * and two flags that the last file read sets for all. Thread-safe.
 */
final class SharedJvm {

    private static final List<Flags> OPEN = new ArrayList<>();
    private static final List<Consumer<ServerExit>> STRAY_EXITS = new CopyOnWriteArrayList<>();
    private static LogRouting logs = new LogRouting.None("no server has been started");
    private static final ChangedProperties CHANGED = new ChangedProperties("zookeeper.");

    private SharedJvm() {}

    /** The flags that ZooKeeper keeps in static fields. */
    record Flags(boolean standaloneEnabled, boolean reconfigEnabled) {}

    /**
     * Prepares the JVM for servers with these flags, before the first of them is started.
     *
     * @param strayExits hears of exits that were asked for by a thread of no known server
     * @throws EnsembleException if servers with other flags are open
     */
    static synchronized void open(Flags flags, Consumer<ServerExit> strayExits) {
        for (var other : OPEN) {
            if (!other.equals(flags)) {
                throw new EnsembleException("Cannot start an ensemble with " + flags
                        + ": another one is open in this JVM with " + other
                        + ", and ZooKeeper keeps both for all servers of a JVM. Close that one first.");
            }
        }
        // What is set already is left as it is.
        TunedProperties.all().forEach(CHANGED::setUnlessSet);
        CHANGED.setUnlessSet(SuperIdentity.PROPERTY, superDigest());
        loadWithoutItsHandler();
        if (OPEN.isEmpty()) {
            logs = LogRouting.begin();
        }
        OPEN.add(flags);
        STRAY_EXITS.add(strayExits);
    }

    /**
     * Ends what {@link #open} began, and gives system properties their former values once nothing is open. The exit
     * handler stays: a straggling thread must not end the JVM.
     */
    static synchronized void close(Flags flags, Consumer<ServerExit> strayExits) {
        OPEN.remove(flags);
        STRAY_EXITS.remove(strayExits);
        if (OPEN.isEmpty()) {
            logs.close();
            CHANGED.restore();
        }
    }

    /** Reads a configuration file, whose unknown keys ZooKeeper turns into system properties. */
    static void parse(Path file, QuorumPeerConfig into) throws ConfigException {
        catchExits();
        var before = CHANGED.now();
        try {
            into.parse(file.toString());
        } finally {
            CHANGED.changedSince(before);
        }
    }

    /**
     * Hears of servers' wishes to exit from now on. ZooKeeper has one handler of them for a JVM and does not tell
     * which; whoever else embeds servers sets another, which may end the JVM. So this is done whenever a server of ours
     * is about to be put under strain.
     */
    static void catchExits() {
        ServiceUtils.setSystemExitProcedure(SharedJvm::exitAsked);
    }

    /** Returns why a session with {@link SuperIdentity} may lack the rights, for a person to read. */
    static String whyNotSuper() {
        return superDigest().equals(System.getProperty(SuperIdentity.PROPERTY))
                ? "ZooKeeper's authentication was loaded before the first TestEnsemble of this JVM started: start one"
                        + " before anything else of ZooKeeper's server is used"
                : "the system property " + SuperIdentity.PROPERTY + " was set by somebody else";
    }

    /** Returns why a server may have no log of its own. */
    static synchronized String whyNoLog() {
        return logs.whyNone();
    }

    /**
     * Loads the class of ZooKeeper's that, as it is loaded, has exceptions logged which nobody catches, in whatever
     * thread of this JVM. They go on to whom they went to before.
     */
    private static void loadWithoutItsHandler() {
        var before = Thread.getDefaultUncaughtExceptionHandler();
        try {
            Class.forName(NIOServerCnxnFactory.class.getName());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        var after = Thread.getDefaultUncaughtExceptionHandler();
        boolean isItsOwn = after != null && after.getClass().getName().startsWith(NIOServerCnxnFactory.class.getName());
        if (after != before && isItsOwn) {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    private static void exitAsked(int status) {
        var run = InJvmRun.Threads.runOfCurrentThread();
        if (run.isPresent()) {
            run.get().exitAsked("status " + status);
            return;
        }
        var thread = Thread.currentThread().getName();
        var exit = new ServerExit(
                Set.of(), "thread " + thread + " asked to exit: status " + status, ServerExit.Cause.WISH);
        STRAY_EXITS.forEach(exits -> exits.accept(exit));
    }

    private static String superDigest() {
        return SuperIdentity.digest(System.getProperty("zookeeper.DigestAuthenticationProvider.digestAlg", "SHA1"));
    }
}
