package io.ensembler.testkit;

import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.ServerId;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.testkit.runtime.LogLines;
import io.ensembler.testkit.runtime.ServerDirectory;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Starts and stops the servers of one ensemble, whatever they run in, sets their data aside and hands out what they log.
 * Thread-safe.
 */
final class OwnLauncher implements ServerLauncher {

    private final Servers servers;
    private FencingToken highest = FencingToken.LOWEST;

    OwnLauncher(Servers servers) {
        this.servers = servers;
    }

    @Override
    public void start(StartRequest request) {
        refuseIfOvertaken("start", request.seed().id(), request.asOf());
        if (!servers.canGrow()) {
            throw new DriverException(
                    DriverException.Kind.UNSUPPORTED,
                    "Cannot start server " + request.seed().id() + ": a joiner runs with reconfigEnabled=true and"
                            + " standaloneEnabled=false, and this ensemble was built otherwise.");
        }
        servers.launch(request.seed().server(), directory -> writeFiles(request.seed(), directory));
    }

    @Override
    public void stop(StopRequest request) throws InterruptedException {
        var id = request.server().id();
        refuseIfOvertaken("stop", id, request.asOf());
        try {
            servers.stop(id, request.timeLeft());
        } catch (EnsembleException e) {
            throw new DriverException(DriverException.Kind.OUTCOME_UNKNOWN, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return servers.haveLogs() ? EnumSet.of(Capability.WIPE, Capability.LOG) : EnumSet.of(Capability.WIPE);
    }

    @Override
    public List<String> errors(LogRequest request) {
        return servers.log(request.server().id())
                .map(log -> LogLines.errors(log, request.since()))
                .orElse(List.of());
    }

    @Override
    public void wipe(WipeRequest request) {
        refuseIfOvertaken("set the data aside of", request.server().id(), request.asOf());
        try {
            servers.setAside(request.server().id(), request.marker());
        } catch (EnsembleException e) {
            throw new DriverException(DriverException.Kind.REFUSED, String.valueOf(e.getMessage()), e);
        }
    }

    private void writeFiles(JoinerSeed seed, ServerDirectory directory) {
        try {
            var listed = ConfigurationText.parse(seed.dynamicConfiguration()).ensemble();
            if (!listed.participants().contains(seed.id())) {
                directory.reclaim(seed.marker());
            }
            JoinerFiles.write(
                    seed, directory.dataDirectory(), directory.configurationDirectory(), servers.settings(seed.id()));
        } catch (EnsembleException e) {
            throw new DriverException(DriverException.Kind.REFUSED, String.valueOf(e.getMessage()), e);
        }
    }

    private synchronized void refuseIfOvertaken(String verb, ServerId id, FencingToken asOf) {
        if (asOf.compareTo(highest) < 0) {
            throw new DriverException(
                    DriverException.Kind.REFUSED,
                    "Cannot " + verb + " server " + id + ": this was decided on " + asOf + ", and " + highest
                            + " has been seen since. Observe again.");
        }
        highest = asOf;
    }
}
