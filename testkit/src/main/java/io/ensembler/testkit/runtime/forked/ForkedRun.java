package io.ensembler.testkit.runtime.forked;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.runtime.FourLetterWords;
import io.ensembler.testkit.runtime.ServerDirectory;
import io.ensembler.testkit.runtime.ServerExit;
import io.ensembler.testkit.runtime.ServerLook;
import io.ensembler.testkit.runtime.ServerRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of one server in a process of its own. Thread-safe.
 *
 * <p>A stop is what ZooKeeper's own script does: the process is asked to terminate (SIGTERM), and ZooKeeper, which installs
 * nothing that would hear of it, ends within moments. Its files are as after a crash, since it leaves writing to the
 * system as it goes.
 */
final class ForkedRun implements ServerRun {

    private static final Duration ORDER_TIME = Duration.ofSeconds(5);
    private static final Duration KILL_TIME = Duration.ofSeconds(10);

    /** The status of a process that was ended by what it had been told. */
    private static final int HALTED = 137;

    /** That of one that was asked to terminate. */
    private static final int TERMINATED = 143;

    private static final String UNKNOWN = "a configuration";

    private final ServerId id;
    private final ServerDirectory directory;
    private final Consumer<ServerExit> exits;
    private final BooleanSupplier crashDue;
    private final OwnClientAddress client;
    private final Process process;

    /** Those who want the process to stand still; guarded by this, as is what follows. */
    private final Set<Object> pauses = new HashSet<>();

    private boolean ending;
    private volatile boolean ended;
    private volatile @Nullable Standstill standstill;

    /**
     * Starts a process.
     *
     * @param exits hears why it ended by itself, at most once
     * @param crashDue says whether it was to crash before activation
     */
    ForkedRun(
            Server server,
            ServerDirectory directory,
            ProcessBuilder command,
            Consumer<ServerExit> exits,
            BooleanSupplier crashDue) {
        this.id = server.id();
        this.directory = directory;
        this.exits = exits;
        this.crashDue = crashDue;
        this.client = new OwnClientAddress(server, directory);
        try {
            this.process = command.start();
        } catch (IOException e) {
            throw new EnsembleException("Cannot start a process for server " + id + ": " + e.getMessage(), e);
        }
    }

    /**
     * Lets the server start, and begins to listen for the end of the process.
     *
     * @param orders what it is to obey before it starts
     */
    void begin(List<String> orders) {
        var unused = process.onExit().thenAccept(it -> processEnded(it.exitValue()));
        orders.forEach(this::say);
        say(ChildMain.START);
    }

    /**
     * Tells the process what is to go wrong, or no more. It understands what it is told in this order, if late.
     *
     * @return where in its log it will say that it has understood, for {@link #awaitObeyed}
     */
    synchronized long order(String line) {
        try {
            long position = Files.size(directory.log());
            say(line);
            return position;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + directory.log(), e);
        }
    }

    /**
     * Returns once the process has understood what it was told, or has ended.
     *
     * @throws EnsembleException if it has not in time
     */
    void awaitObeyed(String line, long position) {
        try {
            long deadline = System.nanoTime() + ORDER_TIME.toNanos();
            while (process.isAlive() && !said(ChildMain.OBEYED + line, position)) {
                if (deadline - System.nanoTime() <= 0) {
                    throw new EnsembleException("Process " + process.pid() + " of server " + id + " does not obey '"
                            + line + "'. Let it run on first if it is paused.");
                }
                Thread.sleep(1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + directory.log(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private boolean said(String line, long from) throws IOException {
        try (var log = Files.newInputStream(directory.log())) {
            log.skipNBytes(from);
            var rest = log.readAllBytes();
            return new String(rest, StandardCharsets.UTF_8).lines().anyMatch(line::equals);
        }
    }

    private void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            // The pipe ends with the process, whose end is heard of otherwise.
            return;
        }
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
        return ended || standstill != null ? ServerLook.nothing() : words().look();
    }

    @Override
    public void askToStop() {
        end();
        // Its input stays open: it ends at once where that ends.
        process.toHandle().destroy();
        letGo();
    }

    @Override
    public void stop(Duration timeLeft) throws InterruptedException {
        askToStop();
        if (!process.waitFor(timeLeft.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new EnsembleException("Cannot stop server " + id + ": its process " + process.pid()
                    + " was asked to terminate and still runs after " + timeLeft.toMillis() + " ms.");
        }
    }

    /** Returns whether the process has ended, or ends in time, since it was asked to terminate. */
    boolean endsAsAsked() {
        return Standstill.hasEndedWithin(KILL_TIME, process) && process.exitValue() == TERMINATED;
    }

    @Override
    public void crash() {
        kill();
        awaitKilled();
    }

    /** Kills the process without waiting for its end. */
    void kill() {
        end();
        process.destroyForcibly();
        letGo();
    }

    /**
     * Returns once the process has ended that was killed, interrupted or not.
     *
     * @throws EnsembleException if it has not in time
     */
    void awaitKilled() {
        if (!Standstill.hasEndedWithin(KILL_TIME, process)) {
            throw new EnsembleException("Cannot kill server " + id + ": its process " + process.pid()
                    + " still runs after " + KILL_TIME.toMillis() + " ms.");
        }
    }

    @Override
    public synchronized Runnable pause() {
        if (standstill == null) {
            standstill = Standstill.of(process);
        }
        var wish = new Object();
        pauses.add(wish);
        return () -> resume(wish);
    }

    private synchronized void resume(Object wish) {
        if (pauses.remove(wish) && pauses.isEmpty()) {
            letGo();
        }
    }

    /** Lets the process run on, or come to its end, whoever wants it to stand still. */
    private synchronized void letGo() {
        pauses.clear();
        var still = standstill;
        standstill = null;
        if (still != null) {
            still.close();
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
        closeInput();
        // Whoever guards it must not go on to, since its number may become another's.
        letGo();
        if (!ending) {
            // Recorded before it counts as ended, so that whoever sees it ended finds the reason.
            exits.accept(
                    status == HALTED && crashDue.getAsBoolean()
                            ? ServerExit.crash(id, "before it took up " + proposed())
                            : ServerExit.of(id, "status " + status + lastError()));
            ended = true;
        }
    }

    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // What was said last was not heard any more.
            return;
        }
    }

    private String proposed() {
        try (var lines = Files.lines(directory.configurationDirectory().resolve("zoo.cfg.dynamic.next"))) {
            return lines.filter(line -> line.startsWith("version="))
                    .map(line -> "configuration " + line.substring("version=".length()))
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException | UncheckedIOException e) {
            return UNKNOWN;
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

    private static EnsembleException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EnsembleException("Interrupted while waiting for a process", e);
    }
}
