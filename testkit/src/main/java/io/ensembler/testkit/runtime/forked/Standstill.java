package io.ensembler.testkit.runtime.forked;

import io.ensembler.model.EnsembleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process that stands still until this is closed.
 *
 * <p>It cannot see that this JVM has ended. So a shell sends the signal that stops it and waits for the end of its own
 * standard input, which is a pipe from here: if that comes before this is closed, the shell kills the process. That it must
 * not do once the process has ended, since its number may be another's by then.
 */
final class Standstill implements AutoCloseable {

    private static final Duration TIME = Duration.ofSeconds(5);
    private static final String STILL = "still";

    /** What the system says of a process that is there and does not run. */
    private static final String STOPPED = "Tt";

    /** What it says of one that has ended. */
    private static final String ENDED = "ZX";

    private final Process process;
    private final Process guard;

    private Standstill(Process process, Process guard) {
        this.process = process;
        this.guard = guard;
    }

    /**
     * Stops a process and returns once all its threads stand still.
     *
     * @throws EnsembleException if it has ended or does not come to a halt; it runs on then, as when this is interrupted
     */
    static Standstill of(Process process) {
        long pid = process.pid();
        var guard = shell("kill -STOP " + pid + " || exit 1; echo " + STILL + "; read end; kill -KILL " + pid);
        var standstill = new Standstill(process, guard);
        boolean stands = false;
        try {
            standstill.await();
            stands = true;
            return standstill;
        } catch (IOException e) {
            throw new EnsembleException("Cannot stop process " + pid + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnsembleException("Interrupted while stopping process " + pid, e);
        } finally {
            if (!stands) {
                standstill.close();
            }
        }
    }

    /** Lets the process run on, and nobody guards it any more; an interrupt does not keep it from that. */
    @Override
    public void close() {
        try {
            if (process.isAlive() && !hasEndedWithin(TIME, shell("kill -CONT " + process.pid()))) {
                throw new EnsembleException("Cannot let process " + process.pid() + " run on: no shell signals it.");
            }
        } finally {
            hasEndedWithin(TIME, guard.destroyForcibly());
        }
    }

    /** Returns whether a process has ended, which is waited for as long as this, interrupted or not. */
    static boolean hasEndedWithin(Duration time, Process process) {
        long deadline = System.nanoTime() + time.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** By the shell's own command: few systems have no shell, many have no program of that name. */
    private static Process shell(String command) {
        try {
            return new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new EnsembleException("Cannot run '" + command + "': " + e.getMessage(), e);
        }
    }

    /** Where the system tells, it tells when: a thread within a system call comes to a halt only after it. */
    private void await() throws IOException, InterruptedException {
        var said = guard.inputReader(StandardCharsets.UTF_8);
        if (!STILL.equals(said.readLine())) {
            throw new EnsembleException("Cannot stop process " + process.pid() + ": the shell could not signal it.");
        }
        long deadline = System.nanoTime() + TIME.toNanos();
        for (var state = state(); STOPPED.indexOf(state) < 0; state = state()) {
            if (ENDED.indexOf(state) >= 0 || !process.isAlive()) {
                throw new EnsembleException("Cannot stop process " + process.pid() + ": it has ended.");
            }
            if (deadline - System.nanoTime() <= 0) {
                throw new EnsembleException(
                        "Process " + process.pid() + " does not halt within " + TIME.toMillis() + " ms.");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Returns what the system says of the process in one letter; that it has stopped where it does not tell. */
    private char state() throws IOException {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return 'T';
        }
        try {
            var status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return status.charAt(status.lastIndexOf(')') + 2);
        } catch (NoSuchFileException e) {
            return 'X';
        }
    }
}
