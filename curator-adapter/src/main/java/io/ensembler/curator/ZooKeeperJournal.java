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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal in the ensemble itself, so that whoever reaches the ensemble can go on: a znode for each line, and one above
 * them that counts them. A line is added together with a new count, on condition of the one before, so that of two that add
 * the same line one does, and a request that was lost and comes later does nothing.
 *
 * <p>When a run begins and nothing before is unsettled, the journal starts over in a folder of its own; the last ten folders
 * are kept for people. A line has at most 900 000 bytes, since a server takes no request beyond a megabyte. Thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ZooKeeperJournal implements PlanJournal {

    /** What {@code jute.maxbuffer} leaves of a request by default, with room for paths and the count. */
    private static final int LONGEST_LINE = 900_000;

    /** How many folders are kept, the one in use included. */
    private static final int KEPT = 10;

    private static final Logger log = LoggerFactory.getLogger(ZooKeeperJournal.class);

    private final String folder;
    private final EnsembleSession ensemble;
    private final Sessions sessions;

    /** In which folder the lines are that this was asked for last; 0 before that. */
    private final AtomicInteger used = new AtomicInteger();

    ZooKeeperJournal(String folder, EnsembleSession ensemble, Sessions sessions) {
        this.folder = folder;
        this.ensemble = ensemble;
        this.sessions = sessions;
    }

    /**
     * Which lines there are.
     *
     * @param folder counted from 1; 0 of a journal that has never had a line
     * @param lines how many there are in it
     * @param version of the znode that says so
     */
    private record Count(int folder, int lines, int version) {

        static Count of(Read read) {
            var parts = read.text().isEmpty()
                    ? new String[] {"0", "0"}
                    : read.text().split(" ", -1);
            if (parts.length != 2) {
                throw new NumberFormatException("two numbers are expected in: " + read.text());
            }
            return new Count(
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1]),
                    read.stat().getVersion());
        }

        /** What is there once a line was added, or was put in the place of all. */
        Count next(boolean anew) {
            boolean another = anew || folder == 0;
            return new Count(another ? folder + 1 : folder, another ? 1 : lines + 1, version + 1);
        }

        byte[] text() {
            return (folder + " " + lines).getBytes(StandardCharsets.US_ASCII);
        }
    }

    private interface Call<T> {
        T make() throws InterruptedException;
    }

    @Override
    public void append(int number, String line, Duration timeLeft) {
        var deadline = sessions.deadline(timeLeft);
        keep("Cannot add line " + number + " to the journal " + folder, number - 1, false, line, deadline);
    }

    @Override
    public boolean startsOver() {
        return true;
    }

    @Override
    public void startOver(int lines, String first, Duration timeLeft) {
        var deadline = sessions.deadline(timeLeft);
        keep("Cannot start the journal " + folder + " over", lines, true, first, deadline);
        removeOld(deadline);
    }

    private void keep(String effect, int before, boolean anew, String line, Deadline deadline) {
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a line of a journal has line breaks: " + line);
        }
        byte[] data = line.getBytes(StandardCharsets.UTF_8);
        if (data.length > LONGEST_LINE) {
            throw new DriverException(
                    Kind.REFUSED,
                    effect + ": the line has " + data.length + " bytes, and a server takes no more than " + LONGEST_LINE
                            + ". Keep the journal of so large an ensemble in a file.");
        }
        keepingInterruption(effect, () -> {
            sessions.requireOpen(effect);
            var tried = new AtomicReference<@Nullable Count>();
            return Guard.repeat(effect, deadline, () -> {
                var session = ensemble.get(deadline).session();
                var count = count(session, deadline);
                var next = tried.get();
                if (next == null || !isThere(session, count, next, data, deadline)) {
                    if (count.lines() != before || isOvertaken(count)) {
                        throw overtaken(effect, count);
                    }
                    next = count.next(anew);
                    tried.set(next);
                    put(session, effect, count, next, data, deadline);
                }
                used.set(next.folder());
                return next;
            });
        });
    }

    private boolean isOvertaken(Count count) {
        return used.get() != 0 && used.get() != count.folder();
    }

    private void put(Session session, String effect, Count count, Count next, byte[] data, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        var operations = new ArrayList<Op>();
        operations.add(Op.setData(folder, next.text(), count.version()));
        if (next.folder() != count.folder()) {
            operations.add(Op.create(path(next.folder()), new byte[0], sessions.acl(), CreateMode.PERSISTENT));
        }
        operations.add(Op.create(path(next.folder(), next.lines()), data, sessions.acl(), CreateMode.PERSISTENT));
        try {
            Guard.await(session.together(operations), deadline);
        } catch (KeeperException.BadVersionException e) {
            // Somebody else was quicker, or what was lost on an earlier session has come.
            var now = count(session, deadline);
            if (!isThere(session, now, next, data, deadline)) {
                throw overtaken(effect, now);
            }
        }
    }

    /** Whether a line that was tried, and of which nobody knows what came, is there. */
    private boolean isThere(Session session, Count now, Count tried, byte[] data, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        if (now.folder() != tried.folder() || now.lines() < tried.lines()) {
            return false;
        }
        return Guard.await(session.read(path(tried.folder(), tried.lines())), deadline)
                .text()
                .equals(new String(data, StandardCharsets.UTF_8));
    }

    private static DriverException overtaken(String effect, Count count) {
        return new DriverException(
                Kind.CONFLICT, effect + ": it has " + count.lines() + " lines. Somebody else goes on with it.");
    }

    /** Removes folders that nobody will look at any more. What is left of them is removed another time. */
    private void removeOld(Deadline deadline) {
        try {
            var session = ensemble.get(deadline).session();
            int oldest = used.get() - KEPT;
            for (var name : Guard.await(session.children(folder), deadline)) {
                if (name.matches("[0-9]{10}") && Integer.parseInt(name) <= oldest) {
                    remove(session, folder + "/" + name, deadline);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KeeperException | TimeoutException | DriverException e) {
            log.info("Old lines of the journal {} were not removed yet: {}", folder, e.getMessage());
        }
    }

    private static void remove(Session session, String old, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        for (var line : Guard.await(session.children(old), deadline)) {
            Guard.await(session.delete(old + "/" + line), deadline);
        }
        Guard.await(session.delete(old), deadline);
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
            return Count.of(read);
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
        var count = count(session, deadline);
        var answers = new ArrayList<CompletableFuture<Read>>();
        for (int number = 1; number <= count.lines(); number++) {
            answers.add(session.read(path(count.folder(), number)));
        }
        var texts = new ArrayList<String>();
        for (var answer : answers) {
            try {
                texts.add(Guard.await(answer, deadline).text());
            } catch (KeeperException.NoNodeException e) {
                throw new DriverException(
                        Kind.REFUSED,
                        "Cannot read the journal " + folder + ": of its " + count.lines() + " lines number "
                                + (texts.size() + 1)
                                + " is missing. Somebody removed it; observe the ensemble and plan anew.",
                        e);
            }
        }
        used.set(count.folder());
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

    private String path(int of) {
        return folder + "/" + String.format("%010d", of);
    }

    private String path(int of, int number) {
        return path(of) + "/" + String.format("%010d", number);
    }

    /** Returns the path of the znode above its lines. */
    @Override
    public String toString() {
        return folder;
    }
}
