package io.ensembler.launcher;

import io.ensembler.model.EnsembleException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A small file that stands there whole or not at all, whenever the machine stops. */
final class StateFile {

    private final Path path;

    StateFile(Path path) {
        this.path = path;
    }

    Optional<String> read() {
        try {
            return Files.exists(path) ? Optional.of(Files.readString(path)) : Optional.empty();
        } catch (IOException e) {
            throw new EnsembleException("Cannot read " + path + ". See who may read it.", e);
        }
    }

    void write(String text) {
        var fresh = path.resolveSibling(path.getFileName() + ".new");
        try {
            // Not over a channel, which an interruption would close halfway.
            try (var out = new FileOutputStream(fresh.toFile())) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.getFD().sync();
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory();
        } catch (IOException e) {
            throw new EnsembleException(
                    "Cannot write " + path + ". See who may write it, and whether there is room.", e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + path, e);
        }
    }

    /** A name is in its directory for good only once that is written too. Not every system lets a directory be opened. */
    private void forceDirectory() throws IOException {
        var directory = path.toAbsolutePath().getParent();
        if (directory == null || System.getProperty("os.name").startsWith("Windows")) {
            return;
        }
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (ClosedByInterruptException e) {
            // The flag is set, so that nothing that waits is done next, a command least of all.
            return;
        }
    }
}
