package io.ensembler.curator;

import io.ensembler.curator.Session.Read;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.PlanJournal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apiguardian.api.API;

/**
 * A journal in the ensemble itself, so that whoever reaches the ensemble can go on: a znode for each line, and one above
 * them that counts them. A line is added together with a new count, on condition of the one before, so that of two that add
 * the same line one does, and a request that was lost and comes later does nothing.
 *
 * <p>A line has at most 900 000 bytes, since a server takes no request beyond a megabyte. Thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ZooKeeperJournal implements PlanJournal {

    /** What {@code jute.maxbuffer} leaves of a request by default, with room for paths and the count. */
    private static final int LONGEST_LINE = 900_000;

    private final String folder;
    private final EnsembleSession ensemble;
    private final Sessions sessions;

    ZooKeeperJournal(String folder, EnsembleSession ensemble, Sessions sessions) {
        this.folder = folder;
        this.ensemble = ensemble;
        this.sessions = sessions;
    }

    /**
     * How many lines there are.
     *
     * @param version of the znode that says so
     */
    private record Count(int lines, int version) {}

    private interface Call<T> {
        T make() throws InterruptedException;
    }

    @Override
    public void append(int number, String line, Duration timeLeft) {
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a line of a journal has line breaks: " + line);
        }
        var effect = "Cannot add line " + number + " to the journal " + folder;
        byte[] data = line.getBytes(StandardCharsets.UTF_8);
        if (data.length > LONGEST_LINE) {
            throw new DriverException(
                    Kind.REFUSED,
                    effect + ": it has " + data.length + " bytes, and a server takes no more than " + LONGEST_LINE
                            + ". Keep the journal of so large an ensemble in a file.");
        }
        keepingInterruption(effect, () -> {
            sessions.requireOpen(effect);
            var deadline = sessions.deadline(timeLeft);
            var attempts = new ArrayList<Integer>();
            return Guard.repeat(effect, deadline, () -> {
                attempts.add(number);
                add(number, data, attempts.size() > 1, deadline);
                return number;
            });
        });
    }

    /** Adds a line, unless it was added by an attempt before of which nobody knows what came. */
    private void add(int number, byte[] data, boolean again, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        var session = ensemble.get(deadline).session();
        var count = count(session, deadline);
        if (again && count.lines() >= number && isThere(session, number, data, deadline)) {
            return;
        }
        if (count.lines() != number - 1) {
            throw overtaken(number, count.lines());
        }
        try {
            Guard.await(
                    session.together(List.of(
                            Op.setData(folder, text(number), count.version()),
                            Op.create(path(number), data, sessions.acl(), CreateMode.PERSISTENT))),
                    deadline);
        } catch (KeeperException.BadVersionException e) {
            // Somebody else was quicker, or what was lost has come.
            var now = count(session, deadline).lines();
            if (!again || !isThere(session, number, data, deadline)) {
                throw overtaken(number, now);
            }
        }
    }

    private boolean isThere(Session session, int number, byte[] data, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        try {
            return Guard.await(session.read(path(number)), deadline)
                    .text()
                    .equals(new String(data, StandardCharsets.UTF_8));
        } catch (KeeperException.NoNodeException e) {
            return false;
        }
    }

    private DriverException overtaken(int number, int lines) {
        return new DriverException(
                Kind.CONFLICT,
                "Cannot add line " + number + " to the journal " + folder + ": it has " + lines
                        + " lines. Somebody else goes on with it.");
    }

    /** Reads how many lines there are, and begins the journal if there is none. */
    private Count count(Session session, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        Guard.await(session.sync(), deadline);
        Read read;
        try {
            read = Guard.await(session.read(folder), deadline);
        } catch (KeeperException.NoNodeException e) {
            sessions.createFolder(session, folder, deadline);
            read = Guard.await(session.read(folder), deadline);
        }
        try {
            return new Count(
                    read.text().isEmpty() ? 0 : Integer.parseInt(read.text()),
                    read.stat().getVersion());
        } catch (NumberFormatException e) {
            throw new DriverException(
                    Kind.REFUSED,
                    "Cannot use the journal " + folder
                            + ": it does not hold the number of its lines but something else."
                            + " Choose another path for this library.",
                    e);
        }
    }

    @Override
    public List<String> lines(Duration timeLeft) {
        var effect = "Cannot read the journal " + folder;
        return keepingInterruption(effect, () -> {
            sessions.requireOpen(effect);
            var deadline = sessions.deadline(timeLeft);
            return Guard.repeat(effect, deadline, () -> read(deadline));
        });
    }

    private List<String> read(Deadline deadline) throws KeeperException, TimeoutException, InterruptedException {
        var session = ensemble.get(deadline).session();
        int lines = count(session, deadline).lines();
        var answers = new ArrayList<CompletableFuture<Read>>();
        for (int number = 1; number <= lines; number++) {
            answers.add(session.read(path(number)));
        }
        var texts = new ArrayList<String>();
        for (var answer : answers) {
            try {
                texts.add(Guard.await(answer, deadline).text());
            } catch (KeeperException.NoNodeException e) {
                throw new DriverException(
                        Kind.REFUSED,
                        "Cannot read the journal " + folder + ": of its " + lines + " lines number "
                                + (texts.size() + 1)
                                + " is missing. Somebody removed it; observe the ensemble and plan anew.",
                        e);
            }
        }
        return List.copyOf(texts);
    }

    /** Makes a call that may not throw for an interruption: its flag is set instead. */
    private static <T> T keepingInterruption(String effect, Call<T> call) {
        try {
            return call.make();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(Kind.OUTCOME_UNKNOWN, effect + ": the thread was interrupted.", e);
        }
    }

    private String path(int number) {
        return folder + "/" + String.format("%010d", number);
    }

    private static byte[] text(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the path of the znode above its lines. */
    @Override
    public String toString() {
        return folder;
    }
}
