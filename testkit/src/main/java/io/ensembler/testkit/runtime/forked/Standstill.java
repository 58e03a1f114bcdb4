package io.ensembler.testkit.runtime.forked;

import io.ensembler.model.EnsembleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process that stands still until this is closed.
 *
 * <p>It cannot see that this JVM has ended. So a shell sends the signal that stops it and waits for the end of its own
 * standard input, which is a pipe from here: if that comes before this is closed, the shell kills the process.
 */
final class Standstill implements AutoCloseable {

    private static final Duration TIME = Duration.ofSeconds(5);
    private static final String STILL = "still";

    private final long pid;
    private final Process guard;

    private Standstill(long pid, Process guard) {
        this.pid = pid;
        this.guard = guard;
    }

    /** Stops a process and returns once all its threads stand still. */
    static Standstill of(long pid) {
        try {
            var guard = shell("kill -STOP " + pid + " || exit 1; echo " + STILL + "; read end; kill -KILL " + pid);
            var standstill = new Standstill(pid, guard);
            try (var said = guard.inputReader(StandardCharsets.UTF_8)) {
                if (!STILL.equals(said.readLine())) {
                    throw new EnsembleException("Cannot stop process " + pid + ": the shell could not signal it.");
                }
            }
            standstill.await();
            return standstill;
        } catch (IOException e) {
            throw failed(pid, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Lets the process run on. */
    @Override
    public void close() {
        try {
            guard.destroyForcibly().waitFor();
            guard.getOutputStream().close();
            shell("kill -CONT " + pid).waitFor();
        } catch (IOException e) {
            throw failed(pid, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** By the shell's own command: few systems have no shell, many have no program of that name. */
    private static Process shell(String command) throws IOException {
        return new ProcessBuilder("/bin/sh", "-c", command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Where the system tells: a thread within a system call comes to a halt only after it. */
    private void await() throws IOException, InterruptedException {
        var status = Path.of("/proc", Long.toString(pid), "stat");
        long deadline = System.nanoTime() + TIME.toNanos();
        while (Files.exists(status) && !Files.readString(status).matches("(?s)\\d+ \\(.*\\) [TtZX].*")) {
            if (deadline - System.nanoTime() <= 0) {
                close();
                throw new EnsembleException("Process " + pid + " does not halt within " + TIME.toMillis() + " ms.");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static EnsembleException failed(long pid, IOException e) {
        return new EnsembleException("Cannot signal process " + pid + ": " + e.getMessage(), e);
    }

    private static EnsembleException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EnsembleException("Interrupted while signalling a process", e);
    }
}
