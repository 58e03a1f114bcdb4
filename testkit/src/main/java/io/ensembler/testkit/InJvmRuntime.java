package io.ensembler.testkit;

import io.ensembler.testkit.runtime.EnsembleHost;
import io.ensembler.testkit.runtime.HostRequest;
import io.ensembler.testkit.runtime.RelayAddress;
import io.ensembler.testkit.runtime.injvm.InJvmHost;
import java.util.EnumSet;
import java.util.Set;

/** Servers in the test's JVM. */
final class InJvmRuntime extends ServerRuntime {

    private static final Set<Verb> CAPABILITIES =
            Set.copyOf(EnumSet.of(Verb.ISOLATE, Verb.STALL_SYNC, Verb.CRASH_BEFORE_ACTIVATION, Verb.CUT_REPLY));

    @Override
    Set<Verb> capabilities() {
        if (!RelayAddress.isSupported()) {
            return CAPABILITIES;
        }
        var verbs = EnumSet.copyOf(CAPABILITIES);
        verbs.add(Verb.RELAY_CLIENTS);
        return verbs;
    }

    @Override
    String help(Verb verb) {
        return verb == Verb.RELAY_CLIENTS
                ? "Run the test on a system where every address of 127.0.0.0/8 can be listened on, as on Linux."
                : "Build the ensemble with runtime(ServerRuntime.forked()).";
    }

    @Override
    long millisBetweenLooks() {
        return 2;
    }

    @Override
    EnsembleHost open(HostRequest request) {
        return InJvmHost.open(request);
    }

    @Override
    public String toString() {
        return "servers in the test's JVM";
    }
}
