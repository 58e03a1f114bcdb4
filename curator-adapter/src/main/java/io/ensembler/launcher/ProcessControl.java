package io.ensembler.launcher;

import io.ensembler.model.EnsembleException;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/** Servers each of which is a command that goes on, as a process of this machine. Immutable. */
final class ProcessControl implements Control {

    private final Commands commands;
    private final Command run;

    ProcessControl(Commands commands, Command run) {
        this.commands = commands;
        this.run = run;
    }

    @Override
    public boolean isRunning(String effect, ServerPlace place, Deadline deadline) {
        return process(effect, place).isPresent();
    }

    @Override
    public void start(String effect, ServerPlace place, Deadline deadline) throws InterruptedException {
        var messages = place.messages();
        var output = messages == null ? place.configuration().resolve("server.out") : messages;
        var process = commands.leave(effect, run, place.values(), output);
        boolean remembered = false;
        try {
            new OwnProcess(place.state()).remember(process.toHandle());
            remembered = true;
        } finally {
            if (!remembered) {
                // Nobody would find it again.
                process.destroyForcibly();
            }
        }
        if (commands.isStillborn(process)) {
            var said = commands.shown(new ServerLog(output, ZoneId.systemDefault()).tail());
            throw new DriverException(
                    Kind.RETRYABLE,
                    effect + ": " + run.program() + " ended at once with status " + process.exitValue() + ". " + said
                            + " The rest is in " + output + ".");
        }
    }

    @Override
    public void stop(String effect, ServerPlace place, Deadline deadline) throws InterruptedException {
        var process = process(effect, place);
        if (process.isPresent() && !new OwnProcess(place.state()).end(process.get(), deadline)) {
            throw new DriverException(
                    Kind.OUTCOME_UNKNOWN,
                    effect + ": process " + process.get().pid() + " was told to end and killed, and is still there."
                            + " See what holds it.");
        }
    }

    private static Optional<ProcessHandle> process(String effect, ServerPlace place) {
        try {
            return new OwnProcess(place.state()).find();
        } catch (EnsembleException e) {
            throw new DriverException(Kind.REFUSED, effect + ": " + e.getMessage() + ".", e);
        }
    }

    @Override
    public Map<String, String> programs() {
        return Map.of("run", run.program());
    }
}
