package io.ensembler.testkit.runtime.injvm;

import io.ensembler.model.Endpoints;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.runtime.EnsembleHost;
import io.ensembler.testkit.runtime.HostRequest;
import io.ensembler.testkit.runtime.Leases;
import io.ensembler.testkit.runtime.LoopbackPorts;
import io.ensembler.testkit.runtime.ServerDirectory;
import io.ensembler.testkit.runtime.ServerExit;
import io.ensembler.testkit.runtime.ServerRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.zookeeper.server.quorum.ServerHooks;
import org.apiguardian.api.API;

/** Runs the servers of one ensemble in this JVM. Thread-safe. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class InJvmHost implements EnsembleHost {

    private final SharedJvm.Flags flags;
    private final Consumer<ServerExit> exits;
    private boolean open = true;
    private final Leases leases = new Leases();
    private final Map<ServerId, ServerHooks> hooks = new ConcurrentHashMap<>();
    private final Map<ServerId, ServerLog> logs = new ConcurrentHashMap<>();

    private InJvmHost(SharedJvm.Flags flags, Consumer<ServerExit> exits) {
        this.flags = flags;
        this.exits = exits;
    }

    /**
     * Prepares this JVM for the servers of an ensemble.
     *
     * @throws EnsembleException if an ensemble with other process-wide flags is open
     */
    public static InJvmHost open(HostRequest request) {
        var flags = new SharedJvm.Flags(request.isOn("standaloneEnabled"), request.isOn("reconfigEnabled"));
        var host = new InJvmHost(flags, request.exits());
        SharedJvm.open(flags, host.exits);
        return host;
    }

    @Override
    public Endpoints allocate(ServerId id) {
        return leases.endpoints(LoopbackPorts.HOST);
    }

    @Override
    public ServerRun start(Server server, ServerDirectory directory) {
        var log = logs.computeIfAbsent(server.id(), id -> new ServerLog(directory.log()));
        return InJvmRun.start(server, directory.configurationFile(), hooks(server.id()), log, exits);
    }

    @Override
    public Runnable isolate(ServerId id) {
        SharedJvm.catchExits();
        return hooks(id).isolate();
    }

    @Override
    public Runnable stallSync(ServerId id) {
        SharedJvm.catchExits();
        return hooks(id).stallSync();
    }

    @Override
    public Runnable crashBeforeActivation(ServerId id) {
        SharedJvm.catchExits();
        return hooks(id).crashBeforeActivation();
    }

    @Override
    public String whyNotSuper() {
        return SharedJvm.whyNotSuper();
    }

    @Override
    public String whyNoLog() {
        return SharedJvm.whyNoLog();
    }

    @Override
    public synchronized void close() {
        leases.close();
        if (open) {
            open = false;
            SharedJvm.close(flags, exits);
        }
        for (var log : logs.values()) {
            try {
                log.close();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot close the log of a server", e);
            }
        }
    }

    private ServerHooks hooks(ServerId id) {
        return hooks.computeIfAbsent(id, it -> new ServerHooks());
    }
}
