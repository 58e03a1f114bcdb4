package io.ensembler.journal;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.PlanJournal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a file: one line of UTF-8 for each entry, only ever added to, each forced to the disk before {@link #append}
 * returns. It holds the file for itself from {@link #open} until it is closed or its process ends: nobody else can open it
 * meanwhile. A time given is not watched, since the calls of an operating system that write to a disk cannot be given up.
 *
 * <p>A last line without its end was being written when a process or machine came down; nobody has acted on it, and it is
 * taken off when the journal is opened. Thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class FileJournal implements PlanJournal, AutoCloseable {

    private final Path file;
    private final RandomAccessFile access;
    private final FileLock lock;

    /** Why nothing can be added any more: after a failure nobody knows what the file holds. */
    private @Nullable IOException failure;

    private FileJournal(Path file, RandomAccessFile access, FileLock lock) {
        this.file = file;
        this.access = access;
        this.lock = lock;
    }

    /**
     * Opens a journal, with all that it holds, or begins one. The folder must exist.
     *
     * @throws DriverException of kind {@code CONFLICT} if somebody else has it open, {@code REFUSED} if the file cannot be
     *     read or written, or is no text in UTF-8
     */
    public static FileJournal open(Path file) {
        var absolute = file.toAbsolutePath();
        RandomAccessFile access;
        boolean isNew = !Files.exists(absolute);
        try {
            access = new RandomAccessFile(absolute.toFile(), "rw");
        } catch (IOException e) {
            throw new DriverException(Kind.REFUSED, "Cannot open the journal " + absolute + ": " + e.getMessage(), e);
        }
        try {
            var journal = new FileJournal(absolute, access, lock(absolute, access));
            journal.takeOffTornLine();
            if (isNew) {
                forceFolder(absolute.getParent());
            }
            return journal;
        } catch (IOException e) {
            close(access);
            throw new DriverException(Kind.REFUSED, "Cannot open the journal " + absolute + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            close(access);
            throw e;
        }
    }

    private static FileLock lock(Path file, RandomAccessFile access) throws IOException {
        FileLock lock;
        try {
            lock = access.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            throw inUse(file, e);
        }
        if (lock == null) {
            throw inUse(file, null);
        }
        return lock;
    }

    private static DriverException inUse(Path file, @Nullable Exception cause) {
        var text = "Cannot open the journal " + file
                + ": somebody else has it open, perhaps a run that goes on. Wait until it has ended, or end it.";
        return cause == null
                ? new DriverException(Kind.CONFLICT, text)
                : new DriverException(Kind.CONFLICT, text, cause);
    }

    /** A file that nobody can find after a crash is as good as none. Some systems cannot force a folder: they need not. */
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

    private void takeOffTornLine() throws IOException {
        byte[] content = content();
        int end = content.length;
        while (end > 0 && content[end - 1] != '\n') {
            end--;
        }
        if (end < content.length) {
            access.setLength(end);
            access.getFD().sync();
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
    public synchronized void append(String line, Duration timeLeft) {
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
        try {
            access.seek(access.length());
            access.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            access.getFD().sync();
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
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content()));
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
        try {
            lock.close();
        } catch (IOException e) {
            // It ends with the file below.
            failure = e;
        }
        close(access);
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
