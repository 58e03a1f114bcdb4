package io.ensembler.testkit.runtime.forked;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.runtime.ServerDirectory;
import io.ensembler.testkit.runtime.ServerExit;
import io.ensembler.testkit.runtime.ServerLook;
import io.ensembler.testkit.runtime.ServerRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run of one server in a process of its own. Thread-safe.
 *
 * <p>A stop is what ZooKeeper's own script does: the process is asked to terminate (SIGTERM), and ZooKeeper, which installs
 * nothing that would hear of it, ends within moments. Its files are as after a crash, since it leaves writing to the
 * system as it goes.
 */
final class ForkedRun implements ServerRun {

    private static final Duration SIGNAL_TIME = Duration.ofSeconds(5);
    private static final Duration KILL_TIME = Duration.ofSeconds(10);

    private final ServerId id;
    private final ServerDirectory directory;
    private final Consumer<ServerExit> exits;
    private final OwnClientAddress client;
    private final Process process;

    private boolean ending;
    private volatile boolean ended;
    private volatile boolean paused;

    ForkedRun(Server server, ServerDirectory directory, ProcessBuilder command, Consumer<ServerExit> exits) {
        this.id = server.id();
        this.directory = directory;
        this.exits = exits;
        this.client = new OwnClientAddress(server, directory);
        try {
            this.process = command.start();
        } catch (IOException e) {
            throw new EnsembleException("Cannot start a process for server " + id + ": " + e.getMessage(), e);
        }
    }

    /** Begins to listen for the end of the process. */
    ForkedRun watched() {
        var unused = process.onExit().thenAccept(it -> processEnded(it.exitValue()));
        return this;
    }

    @Override
    public boolean isRunning() {
        return !ended;
    }

    @Override
    public boolean hasBooted() {
        return !ended && words().isThere();
    }

    @Override
    public ServerLook look() {
        return ended || paused ? ServerLook.nothing() : words().look();
    }

    @Override
    public void askToStop() {
        end();
        process.destroy();
        resume();
    }

    @Override
    public void stop(Duration timeLeft) throws InterruptedException {
        askToStop();
        if (!process.waitFor(timeLeft.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new EnsembleException("Cannot stop server " + id + ": its process " + process.pid()
                    + " was asked to terminate and still runs after " + timeLeft.toMillis() + " ms.");
        }
    }

    @Override
    public void crash() throws InterruptedException {
        end();
        process.destroyForcibly();
        if (!process.waitFor(KILL_TIME.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new EnsembleException("Cannot kill server " + id + ": its process " + process.pid()
                    + " still runs after " + KILL_TIME.toMillis() + " ms.");
        }
    }

    @Override
    public void pause() {
        signal("STOP");
        paused = true;
        awaitStill();
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            if (process.isAlive()) {
                signal("CONT");
            }
        }
    }

    private FourLetterWords words() {
        return new FourLetterWords(client.find());
    }

    private synchronized void end() {
        ending = true;
        ended = true;
    }

    private synchronized void processEnded(int status) {
        if (!ending) {
            // Recorded before it counts as ended, so that whoever sees it ended finds the reason.
            exits.accept(ServerExit.of(id, "status " + status + lastError()));
            ended = true;
        }
    }

    /** The last error it logged; where it logged none, as a JVM that does not start, the last line of all. */
    private String lastError() {
        try (var lines = Files.lines(directory.log(), StandardCharsets.UTF_8)) {
            var said = lines.filter(line -> !line.contains("Exiting JVM with code"))
                    .toList();
            var errors = said.stream().filter(line -> line.contains(" ERROR ")).toList();
            return (errors.isEmpty() ? said : errors)
                    .stream()
                            .reduce((earlier, later) -> later)
                            .map(line -> ", " + line)
                            .orElse("");
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    /** By the shell, whose own command it is: few systems have no shell, many have no program of that name. */
    private void signal(String name) {
        try {
            var kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectErrorStream(true)
                    .start();
            var said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!kill.waitFor(SIGNAL_TIME.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
                throw new EnsembleException(
                        "Cannot send " + name + " to process " + process.pid() + " of server " + id + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot send " + name + " to server " + id, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Where the system tells, until all threads have come to a halt, which one in a system call does only after it. */
    private void awaitStill() {
        var status = Path.of("/proc", Long.toString(process.pid()), "stat");
        long deadline = System.nanoTime() + SIGNAL_TIME.toNanos();
        try {
            while (Files.exists(status) && !Files.readString(status).matches("(?s)\\d+ \\(.*\\) [TtZX].*")) {
                if (deadline - System.nanoTime() <= 0) {
                    throw new EnsembleException("Process " + process.pid() + " of server " + id + " does not halt.");
                }
                Thread.sleep(1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + status, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static EnsembleException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EnsembleException("Interrupted while waiting for a process", e);
    }
}
