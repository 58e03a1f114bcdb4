package io.ensembler.testkit;

import io.ensembler.testkit.runtime.EnsembleHost;
import io.ensembler.testkit.runtime.HostRequest;
import io.ensembler.testkit.runtime.forked.ForkedOptions;
import java.util.EnumSet;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * What the servers of an ensemble run in. Immutable: it describes a choice, and each ensemble opens one of its own.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public abstract sealed class ServerRuntime permits InJvmRuntime, ForkedRuntime {

    /** What every runtime can do. */
    private static final Set<Verb> BASICS =
            EnumSet.of(Verb.START, Verb.JOIN, Verb.STOP, Verb.RESTART, Verb.BOOT_TWICE, Verb.WIPE, Verb.SETTLE);

    ServerRuntime() {}

    /** Returns the runtime whose servers share the test's JVM: the quickest, and the one an ensemble has by default. */
    public static ServerRuntime inJvm() {
        return new InJvmRuntime();
    }

    /** Returns the runtime whose servers each have a process of their own. */
    public static ForkedRuntime forked() {
        return new ForkedRuntime(ForkedOptions.NONE);
    }

    /** Returns whether servers of this runtime can do this, here and with the ZooKeeper chosen. */
    public final boolean supports(Verb verb) {
        return BASICS.contains(verb) || capabilities().contains(verb);
    }

    /** Throws unless this runtime supports the verb. */
    final void require(Verb verb) {
        if (!supports(verb)) {
            throw new UnsupportedVerbException(verb, this, help(verb));
        }
    }

    /** Returns what this runtime can do besides what every one can. */
    abstract Set<Verb> capabilities();

    /** Returns what would help where this runtime cannot do something. */
    abstract String help(Verb verb);

    /** Returns how long to wait between two looks at servers that start, so that looking does not keep them from it. */
    abstract long millisBetweenLooks();

    /** Opens what the servers of one ensemble run in. */
    abstract EnsembleHost open(HostRequest request);

    /** Returns its servers in words, such as "servers in the test's JVM". */
    @Override
    public abstract String toString();
}
