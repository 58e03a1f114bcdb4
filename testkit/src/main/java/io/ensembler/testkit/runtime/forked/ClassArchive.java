package io.ensembler.testkit.runtime.forked;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The classes of servers as a JVM has them in memory, in a file that is mapped into those that start later, which need not
 * read, check and link them anew. Made by one server as it ends, if there is none yet; whatever goes wrong with it, servers
 * start without. Thread-safe.
 */
final class ClassArchive {

    /** The system property that says in which directory archives are kept; without it there are none. */
    static final String DIRECTORY = "ensembler.class-archives";

    /** Options with which a JVM has an archive of its own, or runs classes that are not those of the files. */
    private static final List<String> OTHERS = List.of(
            "-Xshare", "-XX:SharedArchiveFile", "-XX:ArchiveClassesAtExit", "-javaagent", "-agentlib", "-agentpath");

    private static final FileTime ALWAYS = FileTime.fromMillis(1_000_000_000_000L);
    private static final String QUIET = "-Xlog:cds*=off";

    private final Path file;
    private final Path recording;
    private @Nullable ForkedRun recorder;
    private boolean recordingBegan;

    private ClassArchive(Path file, Path recording) {
        this.file = file;
        this.recording = recording;
    }

    /**
     * Returns the archive of servers that are started with this class path and these options, if they may have one.
     *
     * @param own a directory of this ensemble's, for what is not done yet
     */
    static Optional<ClassArchive> of(List<Path> classPath, List<String> options, Path own) {
        var directory = System.getProperty(DIRECTORY, "");
        boolean others = options.stream().anyMatch(option -> OTHERS.stream().anyMatch(option::startsWith));
        if (directory.isEmpty() || others) {
            return Optional.empty();
        }
        try {
            var kept = Files.createDirectories(Path.of(directory)).toAbsolutePath();
            var file = kept.resolve(name(classPath, options) + ".jsa");
            return Optional.of(new ClassArchive(file, own.resolve("classes.jsa")));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** By all that a JVM would refuse an archive for, and by its options, which decide which classes there are. */
    private static String name(List<Path> classPath, List<String> options) throws IOException {
        var text = new StringBuilder();
        for (var property : List.of("java.home", "java.vm.version", "java.vm.name")) {
            text.append(System.getProperty(property)).append('\n');
        }
        for (var entry : classPath) {
            text.append(entry).append(' ').append(Files.size(entry)).append(' ');
            text.append(Files.getLastModifiedTime(entry)).append('\n');
        }
        return sha256((text + String.join("\n", options)).getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the options for a server that is started now: those that use the archive, make it, or neither. */
    synchronized List<String> options() {
        if (Files.exists(file)) {
            return List.of(QUIET, "-XX:SharedArchiveFile=" + file);
        } else if (recordingBegan) {
            return List.of();
        }
        recordingBegan = true;
        // What is archived must have been verified.
        return List.of(QUIET, "-XX:+BytecodeVerificationRemote", "-XX:ArchiveClassesAtExit=" + recording);
    }

    /** Takes note of a run that was started with {@link #options()}, which is the recorder if it is the first. */
    synchronized void started(ForkedRun run, List<String> options) {
        if (options.stream().anyMatch(option -> option.endsWith("=" + recording))) {
            recorder = run;
        }
    }

    /** Keeps what was archived, if the server that does it was stopped and neither killed nor ended by itself. */
    synchronized void keep() {
        try {
            if (recorder != null && !recorder.isRunning() && recorder.endsAsAsked() && Files.exists(recording)) {
                Files.move(recording, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            // It is on another file system, or there is no room: there is none then.
            return;
        }
    }

    /**
     * Puts a file beside the archives under a name that tells what is in it, once for all that want it, and returns where
     * it is; empty if there are no archives. An archive is of files that stay as they were.
     */
    static Optional<Path> keepBeside(Path made) throws IOException {
        var directory = System.getProperty(DIRECTORY, "");
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        var kept = Files.createDirectories(Path.of(directory)).toAbsolutePath();
        var file = kept.resolve(sha256(Files.readAllBytes(made)) + "-" + made.getFileName());
        if (!Files.exists(file)) {
            var copy = Files.createTempFile(kept, "new", ".jar");
            Files.copy(made, copy, StandardCopyOption.REPLACE_EXISTING);
            // Whoever comes first: a JVM refuses an archive of a file of another time.
            Files.setLastModifiedTime(copy, ALWAYS);
            Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return Optional.of(file);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
