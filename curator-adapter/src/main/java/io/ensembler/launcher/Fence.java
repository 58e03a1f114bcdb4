package io.ensembler.launcher;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.EnsembleException;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.FencingToken;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets one command at a time act on a server, and none that was decided before one that has acted. The highest token is
 * kept in a file, which is written before anything is done, so that it holds for every launcher that uses the directory,
 * in whichever process.
 */
final class Fence {

    /** The file of the highest token. */
    static final String FILE = "ensembler.fence";

    private static final String LOCK = "ensembler.lock";
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Pattern TOKEN = Pattern.compile("epoch=([0-9]+)\nversion=([0-9a-f]+)\n");

    /**
     * One launcher of this process at a time opens the lock of a directory: to close one file of several would give back
     * the lock that another has on it.
     */
    private static final Map<Path, Semaphore> OURS = new ConcurrentHashMap<>();

    private Fence() {}

    /** What is done while nobody else acts. */
    interface Action {
        void act() throws InterruptedException;
    }

    /**
     * Acts on a server once nobody else does so, keeping others off until that is done.
     *
     * @param effect what is to be done, as the beginning of a sentence
     * @param directory where the highest token is kept; it is made if it is not there
     * @throws DriverException of kind {@code REFUSED} if a higher token has been seen, {@code RETRYABLE} if somebody
     *     else acts on the server until the deadline
     */
    static void act(String effect, Path directory, FencingToken asOf, Deadline deadline, Action action)
            throws InterruptedException {
        var ours = OURS.computeIfAbsent(directory.toAbsolutePath().normalize(), path -> new Semaphore(1));
        if (!ours.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw taken(effect, directory);
        }
        try (var channel = open(effect, directory)) {
            await(effect, directory, channel, deadline);
            pass(effect, new StateFile(directory.resolve(FILE)), asOf);
            action.act();
        } catch (IOException e) {
            throw new EnsembleException("Cannot give " + directory.resolve(LOCK) + " back", e);
        } finally {
            ours.release();
        }
    }

    private static FileChannel open(String effect, Path directory) {
        try {
            Files.createDirectories(directory);
            return FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new DriverException(
                    Kind.REFUSED,
                    effect + ": " + directory.resolve(LOCK) + " cannot be written, which keeps other launchers off. See"
                            + " who may write there.",
                    e);
        }
    }

    private static void await(String effect, Path directory, FileChannel channel, Deadline deadline)
            throws InterruptedException {
        try {
            while (channel.tryLock() == null) {
                if (deadline.isOver()) {
                    throw taken(effect, directory);
                }
                deadline.pause(LOOK);
            }
        } catch (IOException e) {
            throw new DriverException(
                    Kind.REFUSED,
                    effect + ": its file system locks no files, so that nobody could keep other launchers off. Choose"
                            + " another directory.",
                    e);
        }
    }

    private static DriverException taken(String effect, Path directory) {
        return new DriverException(
                Kind.RETRYABLE,
                effect + ": another launcher has been acting on it all the time, as " + directory.resolve(LOCK)
                        + " tells. Nothing was done. Let that one end.");
    }

    private static void pass(String effect, StateFile file, FencingToken asOf) {
        var highest = read(effect, file);
        if (highest != null && asOf.compareTo(highest) < 0) {
            throw new DriverException(
                    Kind.REFUSED,
                    effect + ": this was decided on " + asOf + ", and " + highest
                            + " has been seen since. Observe again.");
        }
        if (!asOf.equals(highest)) {
            try {
                file.write("epoch=" + asOf.lockEpoch() + "\nversion=" + asOf.version() + "\n");
            } catch (EnsembleException e) {
                throw new DriverException(Kind.REFUSED, effect + ": " + e.getMessage(), e);
            }
        }
    }

    private static @Nullable FencingToken read(String effect, StateFile file) {
        try {
            var text = file.read();
            if (text.isEmpty()) {
                return null;
            }
            var token = TOKEN.matcher(text.get());
            if (token.matches()) {
                return new FencingToken(
                        Long.parseLong(token.group(1)),
                        ConfigurationVersion.of(Long.parseUnsignedLong(token.group(2), 16)));
            }
        } catch (EnsembleException | NumberFormatException e) {
            throw new DriverException(Kind.REFUSED, unreadable(effect), e);
        }
        throw new DriverException(Kind.REFUSED, unreadable(effect));
    }

    private static String unreadable(String effect) {
        return effect + ": nobody can tell what was decided last, since " + FILE + " beside its data cannot be read."
                + " See that no other runner is at work, and delete the file.";
    }
}
