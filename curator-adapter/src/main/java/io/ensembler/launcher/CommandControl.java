package io.ensembler.launcher;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Servers that commands start and stop, on whichever machine, and of which one tells whether they run. Immutable. */
final class CommandControl implements Control {

    private static final Duration LOOK = Duration.ofMillis(50);

    /** What a status command ends with if the server does not run, beside 0 if it does. */
    private static final Set<Integer> NOT_RUNNING = Set.of(1, 3);

    private final Commands commands;
    private final Command start;
    private final Command stop;
    private final Command status;

    CommandControl(Commands commands, Command start, Command stop, Command status) {
        this.commands = commands;
        this.start = start;
        this.stop = stop;
        this.status = status;
    }

    @Override
    public boolean isRunning(String effect, ServerPlace place, Deadline deadline) throws InterruptedException {
        return commands.ask(effect, status, place.values(), NOT_RUNNING, deadline);
    }

    @Override
    public void start(String effect, ServerPlace place, Deadline deadline) throws InterruptedException {
        commands.run(effect, start, place.values(), deadline);
        await(true, effect, place, deadline);
    }

    @Override
    public void stop(String effect, ServerPlace place, Deadline deadline) throws InterruptedException {
        if (isRunning(effect, place, deadline)) {
            commands.run(effect, stop, place.values(), deadline);
            await(false, effect, place, deadline);
        }
    }

    /** Waits until a server runs, or does not, as it is to after a command for that. */
    private void await(boolean running, String effect, ServerPlace place, Deadline deadline)
            throws InterruptedException {
        while (!isAs(running, effect, place, deadline)) {
            if (deadline.isOver()) {
                throw new DriverException(
                        Kind.OUTCOME_UNKNOWN,
                        effect
                                + (running
                                        ? ": its start command ended well, and its status command does not say that it"
                                                + " runs. Look at its log."
                                        : ": its stop command ended well, and its status command does not say that its"
                                                + " process has ended. End it."));
            }
            deadline.pause(LOOK);
        }
    }

    private boolean isAs(boolean running, String effect, ServerPlace place, Deadline deadline)
            throws InterruptedException {
        try {
            return isRunning(effect, place, deadline) == running;
        } catch (DriverException e) {
            if (!deadline.isOver()) {
                throw e;
            }
            // There was no time left to answer in.
            return false;
        }
    }

    @Override
    public Map<String, String> programs() {
        return Map.of("start", start.program(), "stop", stop.program(), "status", status.program());
    }
}
