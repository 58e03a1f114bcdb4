package io.ensembler.testkit;

import io.ensembler.model.EnsembleException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.zookeeper.util.ServiceUtils;

/**
 * What all ZooKeeper servers of a JVM share: system properties that are read when its classes load, the exit handler,
 * and two flags that the last file read sets for all. Thread-safe.
 */
final class SharedJvm {

    /** The identity that may do everything, drawn anew in each JVM. */
    static final String SUPER = "super:" + UUID.randomUUID();

    private static final String SUPER_DIGEST = "zookeeper.DigestAuthenticationProvider.superDigest";

    /**
     * Fast rather than lasting: no flush to disk, small log files, short waits between the messages of an election. A
     * property that is set already is left as it is.
     */
    private static final Map<String, String> TUNED = Map.of(
            "zookeeper.forceSync", "no",
            "zookeeper.preAllocSize", "64",
            "zookeeper.fastleader.minNotificationInterval", "20",
            "zookeeper.fastleader.maxNotificationInterval", "1000",
            "zookeeper.leaderConnectDelayDuringRetryMs", "10",
            "zookeeper.admin.enableServer", "false",
            "zookeeper.4lw.commands.whitelist", "*");

    private static final List<Flags> OPEN = new ArrayList<>();
    private static final List<Consumer<String>> STRAY_EXITS = new CopyOnWriteArrayList<>();

    private SharedJvm() {}

    /** The flags that ZooKeeper keeps in static fields. */
    record Flags(boolean standaloneEnabled, boolean reconfigEnabled) {}

    /**
     * Prepares the JVM for servers with these flags, before the first of them is started.
     *
     * @param strayExits hears of exits that were asked for by a thread of no known server
     * @throws EnsembleException if servers with other flags are open
     */
    static synchronized void open(Flags flags, Consumer<String> strayExits) {
        for (var other : OPEN) {
            if (!other.equals(flags)) {
                throw new EnsembleException("Cannot start an ensemble with " + flags
                        + ": another one is open in this JVM with " + other
                        + ", and ZooKeeper keeps both for all servers of a JVM. Close that one first.");
            }
        }
        TUNED.forEach(SharedJvm::setUnlessSet);
        setUnlessSet(SUPER_DIGEST, digest(SUPER));
        ServiceUtils.setSystemExitProcedure(SharedJvm::exitAsked);
        OPEN.add(flags);
        STRAY_EXITS.add(strayExits);
    }

    /** Ends what {@link #open} began. The exit handler stays: a straggling thread must not end the JVM. */
    static synchronized void close(Flags flags, Consumer<String> strayExits) {
        OPEN.remove(flags);
        STRAY_EXITS.remove(strayExits);
    }

    /** Returns why a session with {@link #SUPER} may lack the rights, for a person to read. */
    static String whyNotSuper() {
        return digest(SUPER).equals(System.getProperty(SUPER_DIGEST))
                ? "ZooKeeper's authentication was loaded before the first TestEnsemble of this JVM started: start one"
                        + " before anything else of ZooKeeper's server is used"
                : "the system property " + SUPER_DIGEST + " was set by somebody else";
    }

    private static void exitAsked(int status) {
        for (var group = Thread.currentThread().getThreadGroup(); group != null; group = group.getParent()) {
            if (group instanceof ServerProcess.Threads threads) {
                threads.process().exitAsked("status " + status);
                return;
            }
        }
        var thread = Thread.currentThread().getName();
        STRAY_EXITS.forEach(exits -> exits.accept("thread " + thread + " asked to exit: status " + status));
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** As ZooKeeper's own class would make it, which must not be loaded before the property is set. */
    private static String digest(String identity) {
        try {
            var algorithm = System.getProperty("zookeeper.DigestAuthenticationProvider.digestAlg", "SHA1");
            var digest = MessageDigest.getInstance(algorithm).digest(identity.getBytes(StandardCharsets.UTF_8));
            return "super:" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
