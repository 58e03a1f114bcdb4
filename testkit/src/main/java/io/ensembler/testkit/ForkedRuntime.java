package io.ensembler.testkit;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.runtime.EnsembleHost;
import io.ensembler.testkit.runtime.HostRequest;
import io.ensembler.testkit.runtime.forked.ForkedHost;
import io.ensembler.testkit.runtime.forked.ForkedOptions;
import java.io.File;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Servers that each have a process of their own, which can be killed, paused and cut off, and may be of any version of
 * ZooKeeper. Immutable: each method returns another runtime.
 *
 * <p>The processes end with the test's JVM at the latest. What a server logs to standard output is in the file {@link
 * TestEnsemble#log}. Stopping a server asks its process to terminate, as ZooKeeper's own script does.
 *
 * <p>Where the system property {@code ensembler.class-archives} names a directory, such as {@code target/class-archives},
 * servers keep their classes there as a JVM has them in memory, and start from that sooner than from jars: the first
 * ensemble leaves a file, of some 15 MB, those after it map it. Servers that are given options of their own do without.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ForkedRuntime extends ServerRuntime {

    private final ForkedOptions options;

    ForkedRuntime(ForkedOptions options) {
        this.options = options;
    }

    /**
     * Runs ZooKeeper from these jars and directories; unless said otherwise from those jars of the test's own class
     * path that are ZooKeeper's or that it logs with.
     *
     * @throws EnsembleException if one of them does not exist
     */
    public ForkedRuntime zooKeeper(List<Path> classPath) {
        return new ForkedRuntime(options.withClassPath(classPath));
    }

    /**
     * Runs one server from these jars and directories instead of those of the others.
     *
     * @throws EnsembleException if one of them does not exist
     */
    public ForkedRuntime zooKeeper(ServerId server, List<Path> classPath) {
        return new ForkedRuntime(options.withClassPath(server, classPath));
    }

    /** Gives an option to the JVMs of all servers, behind those given before and {@code -Xmx256m}. */
    public ForkedRuntime jvmOption(String option) {
        return new ForkedRuntime(options.plusJvmOption(option));
    }

    /** Gives an option to the JVM of one server, behind those that all have. */
    public ForkedRuntime jvmOption(ServerId server, String option) {
        return new ForkedRuntime(options.plusJvmOption(server, option));
    }

    /**
     * Lets servers call each other at 127.0.0.1 without a relay in between, as on a system that lets nobody listen on more
     * than one loopback address. Links between them cannot be cut or delayed then; but their configurations name no host
     * that only they can resolve, so that whoever reconfigures them need not resolve it either.
     */
    public ForkedRuntime withoutRelays() {
        return new ForkedRuntime(options.withoutRelays());
    }

    @Override
    Set<Verb> capabilities() {
        var verbs = EnumSet.of(Verb.SET_SERVER_FLAGS, Verb.CRASH, Verb.CUT_REPLY);
        if (File.separatorChar == '/') {
            verbs.add(Verb.PAUSE);
        }
        if (options.haveHooks()) {
            verbs.addAll(EnumSet.of(Verb.STALL_SYNC, Verb.CRASH_BEFORE_ACTIVATION, Verb.MUTE));
        }
        if (options.haveLinks()) {
            verbs.addAll(EnumSet.of(Verb.CUT, Verb.CUT_ONE_WAY, Verb.DELAY, Verb.ISOLATE));
        }
        if (options.haveHooks() && options.haveLinks()) {
            verbs.add(Verb.RELAY_CLIENTS);
        }
        return verbs;
    }

    @Override
    String help(Verb verb) {
        return switch (verb) {
            case CUT, CUT_ONE_WAY, DELAY, ISOLATE ->
                "Run the test on a system where every address of 127.0.0.0/8 can be listened on, as on Linux.";
            case STALL_SYNC, CRASH_BEFORE_ACTIVATION, MUTE ->
                "Run ZooKeeper 3.9, from a jar that is named after its version.";
            case RELAY_CLIENTS ->
                "Run ZooKeeper 3.9, from a jar that is named after its version, on a system where every address of"
                        + " 127.0.0.0/8 can be listened on, as on Linux.";
            case PAUSE -> "Run the test on a system with signals, such as Linux.";
            default -> "Choose another runtime.";
        };
    }

    @Override
    long millisBetweenLooks() {
        return 20;
    }

    @Override
    EnsembleHost open(HostRequest request) {
        return ForkedHost.open(request, options);
    }

    @Override
    public String toString() {
        return "servers in processes of their own";
    }
}
