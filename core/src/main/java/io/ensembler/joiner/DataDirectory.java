package io.ensembler.joiner;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.DirectoryState;
import io.ensembler.model.JoinerSeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A server's data directory on this machine: what is in it, and how files get into it. Not thread-safe; two processes
 * must not use one directory.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class DataDirectory {

    /** The name of the file that proves whose directory it is. */
    public static final String MARKER = "ensembler.joiner";

    static final String MYID = "myid";
    private static final String SNAPSHOTS_AND_LOG = "version-2";
    private static final String SET_ASIDE = "set-aside-";

    private final Path path;

    private DataDirectory(Path path) {
        this.path = path;
    }

    /** Returns the directory at this path, which need not exist. */
    public static DataDirectory at(Path path) {
        return new DataDirectory(path);
    }

    /** Returns whether a server has ever run on it: there is a snapshot, a log or an epoch. */
    public boolean isUsed() {
        return !data().isEmpty();
    }

    /**
     * Returns what it is to a server that is about to be started: nothing, its own, or something it must not be started
     * on. A directory that another server has claimed counts as foreign even without data.
     *
     * @param seed what the server is started with
     * @param committed the version that the ensemble has come to; versions never go back within an ensemble, so data
     *     whose server was first started at a later one is of another, as is data with another ensemble's identity
     * @param logs where the server keeps its log if that is elsewhere, else this directory
     */
    public DirectoryState state(JoinerSeed seed, ConfigurationVersion committed, DataDirectory logs) {
        var id = seed.id();
        boolean used = isUsed() || logs.isUsed();
        var myid = myid();
        var text = marker();
        var marker = text.flatMap(JoinerMarker::read);
        boolean others = myid.filter(owner -> !owner.equals(id.toString())).isPresent()
                || marker.filter(owner -> !owner.id().equals(id)).isPresent();
        boolean elsewhere = marker.filter(owner -> owner.incarnation().since().compareTo(committed) > 0)
                        .isPresent()
                || text.filter(owner -> JoinerMarker.areOfTwoEnsembles(owner, seed.marker()))
                        .isPresent();
        if (others || (used && myid.isEmpty() && text.isEmpty())) {
            return DirectoryState.FOREIGN_SERVER;
        } else if (text.isPresent() && marker.isEmpty()) {
            return DirectoryState.FOREIGN_ENSEMBLE;
        } else if (!used) {
            return DirectoryState.EMPTY;
        } else if (elsewhere) {
            return DirectoryState.FOREIGN_ENSEMBLE;
        }
        boolean same = text.equals(Optional.of(seed.marker()));
        return same || seed.data().isKept() ? DirectoryState.OWN : DirectoryState.STALE;
    }

    /**
     * Returns whether it holds transactions: a log, or a snapshot of anything. An empty server that was started and has
     * not caught up leaves epochs and {@code snapshot.0} only.
     */
    public boolean holdsTransactions() {
        return data().stream()
                .anyMatch(name ->
                        name.startsWith("log.") || (name.startsWith("snapshot.") && !name.equals("snapshot.0")));
    }

    /**
     * Moves the data and what tells whose it is into a folder of this directory, which is a complete data directory then.
     * Returns the folder, or empty if there is no data.
     */
    Optional<Path> setAside() {
        if (!isUsed()) {
            return Optional.empty();
        }
        int number = 1;
        while (Files.exists(path.resolve(SET_ASIDE + number))) {
            number++;
        }
        var folder = path.resolve(SET_ASIDE + number);
        try {
            Files.createDirectory(folder);
            // The data first: a directory without it starts a server as an empty one does, whatever else is left in it.
            for (var name : List.of(SNAPSHOTS_AND_LOG, MARKER, MYID)) {
                if (Files.exists(path.resolve(name))) {
                    Files.move(path.resolve(name), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set the data in " + path + " aside", e);
        }
        return Optional.of(folder);
    }

    private List<String> data() {
        var data = path.resolve(SNAPSHOTS_AND_LOG);
        if (!Files.isDirectory(data)) {
            return List.of();
        }
        try (var files = Files.list(data)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + data, e);
        }
    }

    /** Returns the text of its {@code myid} without surrounding blanks, or empty if it has none. */
    public Optional<String> myid() {
        return text(MYID).map(String::trim);
    }

    /** Returns the text of its marker file, or empty if it has none. */
    public Optional<String> marker() {
        return text(MARKER);
    }

    void claim(String id, String marker) {
        // The marker first: a directory with a marker and no id starts no server, one without a marker is nobody's.
        write(path.resolve(MARKER), marker);
        write(path.resolve(MYID), id + "\n");
    }

    /** Writes a file so that it stands there whole or not at all, whenever the machine stops. */
    static void write(Path file, String text) {
        try {
            Files.createDirectories(parentOf(file));
            var fresh = file.resolveSibling(file.getFileName() + ".new");
            try (var channel = java.nio.channels.FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                var bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    private static Path parentOf(Path file) {
        var parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private Optional<String> text(String name) {
        return read(path.resolve(name));
    }

    /** Returns the text of a file as a server reads it, which takes it for Latin-1; empty if it is not there. */
    static Optional<String> read(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /** Returns the path. */
    @Override
    public String toString() {
        return path.toString();
    }
}
