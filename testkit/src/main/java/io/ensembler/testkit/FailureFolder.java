package io.ensembler.testkit;

import io.ensembler.model.ServerId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * A folder for whoever has to find out why a test failed: {@code target/ensembler/CLASS/TEST}, or below another directory
 * that the system property {@value #DIRECTORY_PROPERTY} names. The JUnit extension writes it; without JUnit do as it does:
 *
 * <pre>{@code
 * var folder = FailureFolder.of("OurTest", "grows");
 * if (failure == null && !FailureFolder.isAlwaysKept()) {
 *     folder.delete();
 * } else {
 *     folder.write(ensemble);
 * }
 * }</pre>
 *
 * <p>What {@link #write(TestEnsemble)} puts into it: {@code ensemble.txt} (what each server said, exits, faults present),
 * {@code timeline.txt}, {@code threads.txt} (all threads of this JVM), {@code configurations.txt} (every configuration that
 * a server has acted by, by version), for each server {@code server-N.log} and a copy of its configuration files in {@code
 * server-N}, and in {@code attached} whatever was {@linkplain TestEnsemble#attach attached}. A part that cannot be had says
 * why in its place.
 *
 * <p>Immutable, and as thread-safe as the file system is.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class FailureFolder {

    /** The system property that names the directory of all such folders; {@code target/ensembler} if it is not set. */
    public static final String DIRECTORY_PROPERTY = "ensembler.folder";

    /** The system property that is {@code always} for folders of tests that succeed to be written as well. */
    public static final String KEEP_PROPERTY = "ensembler.keep";

    private final Path ofClass;
    private final Path path;

    private FailureFolder(Path ofClass, String test) {
        this.ofClass = ofClass;
        this.path = ofClass.resolve(test);
    }

    /**
     * Returns the folder of one test. Characters that have no place in a file name everywhere are replaced by underscores.
     *
     * @param testClass the name of its class, in full
     */
    public static FailureFolder of(String testClass, String test) {
        var directory = Path.of(System.getProperty(DIRECTORY_PROPERTY, "target/ensembler"));
        return new FailureFolder(directory.resolve(fileName(testClass)), fileName(test));
    }

    /** Returns whether tests that succeed are to have theirs written as well. */
    public static boolean isAlwaysKept() {
        return "always".equals(System.getProperty(KEEP_PROPERTY));
    }

    /** Returns where it is, or would be. */
    public Path path() {
        return path;
    }

    /**
     * Writes what there is to know of an ensemble, which must not have been closed.
     *
     * @throws UncheckedIOException if the folder cannot be written
     */
    public void write(TestEnsemble ensemble) {
        // First, for whatever hangs to be seen hanging.
        write("threads.txt", FailureFolder::threads);
        write("timeline.txt", () -> ensemble.timeline().text());
        write("ensemble.txt", () -> describe(ensemble));
        write("configurations.txt", () -> new ConfigurationHistory(ensemble).text());
        for (var id : ensemble.internals().started()) {
            write("server-" + id + ".log", () -> log(ensemble, id));
            copyConfiguration(ensemble, id);
        }
        ensemble.attachments().forEach((name, text) -> write("attached/" + name, () -> text));
    }

    /**
     * Writes a text into a file of the folder, in place of one that is there.
     *
     * @param name a file name: letters, digits, dots, hyphens and underscores
     * @throws IllegalArgumentException if it is none
     * @throws UncheckedIOException if the file cannot be written
     */
    public void write(String name, String text) {
        checkName(name);
        write(name, () -> text);
    }

    /**
     * Writes what a failure says of itself to {@code failure.txt}.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public void write(Throwable failure) {
        write("failure.txt", () -> trace(failure));
    }

    /**
     * Deletes the folder and all that is in it. Without one nothing happens.
     *
     * @throws UncheckedIOException if it cannot be deleted
     */
    public void delete() {
        if (!Files.exists(path)) {
            return;
        }
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
            deleteIfEmpty(ofClass);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + path, e);
        }
    }

    private static void deleteIfEmpty(Path directory) throws IOException {
        try {
            Files.delete(directory);
        } catch (DirectoryNotEmptyException e) {
            // Other tests of the class have theirs there.
            return;
        }
    }

    /** Returns where it is. */
    @Override
    public String toString() {
        return path.toString();
    }

    static void checkName(String name) {
        if (!name.equals(fileName(name))) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no file name of letters, digits, dots, hyphens and underscores");
        }
    }

    private static String fileName(String text) {
        var name = text.replaceAll("[^A-Za-z0-9._$-]", "_");
        return name.isEmpty() || name.startsWith(".") ? "_" + name : name;
    }

    /** What a part says is not worth losing the others for. */
    private void write(String name, Supplier<String> part) {
        String text;
        try {
            text = part.get();
        } catch (RuntimeException e) {
            text = "This could not be had: " + trace(e);
        }
        var file = path.resolve(name);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text.endsWith("\n") ? text : text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    private static String describe(TestEnsemble ensemble) {
        var text = new StringBuilder()
                .append(ensemble.runtime())
                .append(ensemble.internals().describe());
        for (var server : ensemble.servers()) {
            text.append("\n  server ").append(server.id()).append(" is ").append(server);
        }
        ensemble.faults().present().forEach(fault -> text.append("\n  present: ")
                .append(fault));
        return text.toString();
    }

    private static String log(TestEnsemble ensemble, ServerId id) {
        var file = ensemble.log(id);
        if (file.isEmpty()) {
            return "Server " + id + " has no log, because "
                    + ensemble.internals().host().whyNoLog() + ".";
        }
        try {
            return Files.readString(file.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copyConfiguration(TestEnsemble ensemble, ServerId id) {
        for (var file : ConfigurationHistory.files(ensemble, id)) {
            write("server-" + id + "/" + file.getFileName(), () -> ConfigurationHistory.read(file));
        }
    }

    private static String threads() {
        var text = new StringBuilder();
        Thread.getAllStackTraces().entrySet().stream()
                .sorted(Comparator.comparing(entry -> describe(entry.getKey())))
                .forEach(entry -> {
                    text.append(describe(entry.getKey())).append('\n');
                    Arrays.stream(entry.getValue())
                            .forEach(frame ->
                                    text.append("    at ").append(frame).append('\n'));
                });
        return text.toString();
    }

    private static String describe(Thread thread) {
        var group = thread.getThreadGroup();
        return (group == null ? "" : group.getName()) + " / " + thread.getName() + " (" + thread.getState() + ")";
    }

    private static String trace(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
