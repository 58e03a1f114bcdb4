package io.ensembler.launcher;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs commands, without a shell and without waiting longer than there is time. Immutable. */
final class Commands {

    private static final Duration LOOK = Duration.ofMillis(5);
    private static final int LOOKS_AT_THE_END = 10;

    /** Within this time a server ends that cannot begin at all, such as one whose program is wrong. */
    private static final long STILLBORN_MILLIS = 100;

    private static final long TO_DIE_SECONDS = 5;

    private final Map<String, String> environment;

    /**
     * Creates a runner.
     *
     * @param environment what commands find in their environment besides what this process has; never shown
     */
    Commands(Map<String, String> environment) {
        this.environment = new TreeMap<>(environment);
    }

    /** How a command ended, and what it said last, as a sentence. */
    private record Ended(int status, String said) {}

    /** Runs a command to its end and returns if its status is 0. */
    void run(String effect, Command command, Map<Placeholder, String> values, Deadline deadline)
            throws InterruptedException {
        var ended = end(effect, command, values, Kind.OUTCOME_UNKNOWN, deadline);
        if (ended.status() != 0) {
            throw new DriverException(
                    Kind.OUTCOME_UNKNOWN,
                    effect + ": " + command.program() + " ended with status " + ended.status() + ". " + ended.said()
                            + " See what it did before trying again.");
        }
    }

    /**
     * Runs a command to its end and returns whether its status was 0, which means yes.
     *
     * @param no the other statuses that mean something, which is no
     */
    boolean ask(String effect, Command command, Map<Placeholder, String> values, Set<Integer> no, Deadline deadline)
            throws InterruptedException {
        var ended = end(effect, command, values, Kind.RETRYABLE, deadline);
        if (ended.status() != 0 && !no.contains(ended.status())) {
            throw new DriverException(
                    Kind.RETRYABLE,
                    effect + ": nobody can tell whether it runs, since " + command.program() + " ended with status "
                            + ended.status() + ". " + ended.said() + " Nothing was changed.");
        }
        return ended.status() == 0;
    }

    private Ended end(
            String effect, Command command, Map<Placeholder, String> values, Kind ifHanging, Deadline deadline)
            throws InterruptedException {
        var process = begin(effect, command, builder(command.fill(effect, values)));
        var said = new LastLines(process.getInputStream());
        boolean ended = false;
        try {
            closeInput(process);
            while (!ended && !deadline.isOver()) {
                said.drain();
                ended = process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (!ended) {
                said.drain();
                throw new DriverException(
                        ifHanging,
                        effect + ": " + command.program() + " had not ended when its time was over, and was killed with"
                                + " all it had started. " + said.shown(environment.values())
                                + " See what it did before trying again, and give it more time if it needs that.");
            }
            for (int i = 0; process.exitValue() != 0 && i < LOOKS_AT_THE_END; i++) {
                said.drain();
                deadline.pause(LOOK);
            }
            return new Ended(process.exitValue(), said.shown(environment.values()));
        } finally {
            if (!ended) {
                kill(process);
            }
            closeOutput(process);
        }
    }

    /** Starts a command that goes on, and returns its process, which outlives this one. */
    Process leave(String effect, Command command, Map<Placeholder, String> values, Path output) {
        var builder =
                builder(command.fill(effect, values)).redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        var process = begin(effect, command, builder);
        closeInput(process);
        return process;
    }

    /** Waits for as long as a process takes that cannot begin at all. */
    boolean isStillborn(Process process) throws InterruptedException {
        return process.waitFor(STILLBORN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns the end of what a process has written into a file, as the end of a sentence. */
    String shown(String said) {
        return LastLines.shown(said, environment.values());
    }

    private ProcessBuilder builder(List<String> command) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder;
    }

    private static Process begin(String effect, Command command, ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            // The exception of the JDK may name the arguments.
            throw new DriverException(
                    Kind.REFUSED,
                    effect + ": " + command.program()
                            + " cannot be run. See that it is there, may be executed, and that"
                            + " the place for its output can be written.");
        }
    }

    private static void kill(Process process) throws InterruptedException {
        // Who they are can be told only while the first of them lives.
        var descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        process.waitFor(TO_DIE_SECONDS, TimeUnit.SECONDS);
    }

    private static void closeInput(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already and needs none.
            return;
        }
    }

    private static void closeOutput(Process process) {
        try {
            process.getInputStream().close();
        } catch (IOException e) {
            // Nothing more is read from it.
            return;
        }
    }
}
