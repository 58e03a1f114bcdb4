package io.ensembler.journal;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.PlanJournal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a file: one line of UTF-8 for each entry, only ever added to, each forced to the disk before {@link
 * #append} returns. From {@link #open} until it is closed or its process ends nobody else can open it as a journal. A
 * time given is not watched, since the calls of an operating system that write to a disk cannot be given up.
 *
 * <p>A last line without its end was being written when a process or machine came down; nobody has acted on it: it
 * is passed over, and taken off when another line is added. Thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class FileJournal implements PlanJournal, AutoCloseable {

    /** Files that are open in this JVM: the system would let it have the lock of a file twice. */
    private static final Set<Path> OPEN = new HashSet<>();

    private final Path file;
    private final RandomAccessFile access;
    private final RandomAccessFile lockAccess;

    /** Where the last whole line ends: what follows was being written when something came down. */
    private long end;

    private int lines;

    /** Why nothing can be added any more: after a failure nobody knows what the file holds. */
    private @Nullable IOException failure;

    private FileJournal(Path file, RandomAccessFile access, RandomAccessFile lockAccess) throws IOException {
        this.file = file;
        this.access = access;
        this.lockAccess = lockAccess;
        measure();
    }

    /**
     * Opens a journal, with all that it holds, or begins one. The folder must exist. A file of the same name with
     * {@code .lock} behind it is made beside it, and stays: whoever has that locked has the journal.
     *
     * @throws DriverException of kind {@code CONFLICT} if somebody else has it open, {@code REFUSED} if the file cannot
     *     be read or written, or ends in something that is no line of a journal
     */
    public static FileJournal open(Path file) {
        try {
            var folder = file.toAbsolutePath().getParent();
            var absolute =
                    folder == null ? file.toAbsolutePath() : folder.toRealPath().resolve(file.getFileName());
            synchronized (OPEN) {
                if (!OPEN.add(absolute)) {
                    throw inUse(absolute);
                }
            }
            try {
                return openLocked(absolute);
            } catch (IOException | RuntimeException e) {
                forget(absolute);
                throw e;
            }
        } catch (IOException e) {
            throw new DriverException(Kind.REFUSED, "Cannot open the journal " + file + ": " + e.getMessage(), e);
        }
    }

    private static FileJournal openLocked(Path file) throws IOException {
        var lockAccess = new RandomAccessFile(file + ".lock", "rw");
        try {
            // It is given back when the file is closed.
            var lock = lockAccess.getChannel().tryLock();
            if (lock == null) {
                throw inUse(file);
            }
            boolean isNew = !Files.exists(file);
            var journal = new FileJournal(file, new RandomAccessFile(file.toFile(), "rw"), lockAccess);
            if (isNew) {
                forceFolder(file.getParent());
            }
            return journal;
        } catch (IOException | RuntimeException e) {
            close(lockAccess);
            throw e;
        }
    }

    private static void forget(Path file) {
        synchronized (OPEN) {
            OPEN.remove(file);
        }
    }

    private static DriverException inUse(Path file) {
        return new DriverException(
                Kind.CONFLICT,
                "Cannot open the journal " + file
                        + ": somebody else has it open, perhaps a run that goes on. Wait until it has ended, or end it.");
    }

    /**
     * A file that nobody can find after a crash is as good as none. Some systems cannot force a folder: they need not.
     */
    private static void forceFolder(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows opens no folders, and keeps names by itself.
            return;
        }
    }

    /** Finds where the last whole line ends. The rest is taken off with the first line that is added, if it is ours. */
    private void measure() throws IOException {
        byte[] content = content();
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n') {
                lines++;
                end = i + 1L;
            }
        }
        if (end < content.length && content[(int) end] != '{') {
            close(access);
            throw new IOException("it ends in something that is no line of a journal. See what it is");
        }
    }

    private byte[] content() throws IOException {
        long length = access.length();
        if (length > Integer.MAX_VALUE - 8) {
            throw new IOException("it holds " + length + " bytes, more than can be read at once");
        }
        byte[] content = new byte[(int) length];
        access.seek(0);
        access.readFully(content);
        return content;
    }

    @Override
    public synchronized void append(int number, String line, Duration timeLeft) {
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a line of a journal has line breaks: " + line);
        }
        if (failure != null) {
            throw new DriverException(
                    Kind.REFUSED,
                    "Cannot add to the journal " + file + ": an earlier line may have been kept in part ("
                            + failure.getMessage() + "). Open it anew once the disk is well.",
                    failure);
        }
        if (number != lines + 1) {
            throw new DriverException(
                    Kind.CONFLICT,
                    "Cannot add line " + number + " to the journal " + file + ": it has " + lines
                            + " lines. Somebody else goes on with it.");
        }
        try {
            access.setLength(end);
            access.seek(end);
            access.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            access.getFD().sync();
            end = access.getFilePointer();
            lines++;
        } catch (IOException e) {
            failure = e;
            throw new DriverException(
                    Kind.REFUSED,
                    "Cannot add to the journal " + file + ": " + e.getMessage()
                            + ". See whether the disk is full or read-only.",
                    e);
        }
    }

    @Override
    public synchronized List<String> lines(Duration timeLeft) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content(), 0, (int) end));
            return text.toString().lines().toList();
        } catch (CharacterCodingException e) {
            throw new DriverException(Kind.REFUSED, "Cannot read the journal " + file + ": it is no text in UTF-8.", e);
        } catch (IOException e) {
            throw new DriverException(Kind.REFUSED, "Cannot read the journal " + file + ": " + e.getMessage(), e);
        }
    }

    /** Lets others open it. May be repeated. */
    @Override
    public synchronized void close() {
        close(access);
        close(lockAccess);
        forget(file);
    }

    private static void close(RandomAccessFile access) {
        try {
            access.close();
        } catch (IOException e) {
            // Each line was forced to the disk when it was added: nothing is lost.
            return;
        }
    }

    /** Returns the path of the file. */
    @Override
    public String toString() {
        return file.toString();
    }
}
