package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ensembler.model.ServerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that start from classes which one before them left in a file, and without where there is nothing to start from. */
class ForkedClassesTest {

    private static final String PROPERTY = "ensembler.class-archives";

    @TempDir
    private Path directory;

    private String before;

    @BeforeEach
    void keepArchives() {
        before = System.setProperty(PROPERTY, directory.toString());
    }

    @AfterEach
    void asBefore() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    void the_first_ensemble_leaves_its_classes_and_the_next_maps_them() throws Exception {
        assumeThat(Path.of("/proc/self/maps")).exists();
        assertThat(mappedBy(ServerRuntime.forked())).as("by the first").isEmpty();
        assertThat(archives()).hasSize(1);

        assertThat(mappedBy(ServerRuntime.forked())).isEqualTo(archives());
        assertThat(archives()).as("none is made anew").hasSize(1);
    }

    @Test
    void what_is_no_archive_keeps_no_server_from_starting() throws Exception {
        mappedBy(ServerRuntime.forked());
        var archive = archives().get(0);
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(archive, "nothing a JVM knows");

        assertThat(mappedBy(ServerRuntime.forked())).isEmpty();
    }

    @Test
    void a_server_with_options_of_its_own_starts_without() throws Exception {
        assertThat(mappedBy(ServerRuntime.forked().jvmOption("-Xshare:off"))).isEmpty();
        assertThat(mappedBy(ServerRuntime.forked().jvmOption(ServerId.of(1), "-Xmx128m")))
                .isEmpty();

        assertThat(archives()).isEmpty();
    }

    /** Returns which archives the one server of an ensemble has mapped while it leads. */
    private List<Path> mappedBy(ForkedRuntime runtime) throws IOException {
        try (var ensemble =
                TestEnsemble.builder().participants(1).runtime(runtime).start()) {
            assertThat(ensemble.awaitSettled()).hasToString("1");
            return ProcessHandle.current()
                    .children()
                    .flatMap(process -> mapped(process).stream())
                    .distinct()
                    .toList();
        }
    }

    private List<Path> mapped(ProcessHandle process) {
        try {
            return archives().stream()
                    .filter(archive -> read(process).contains(archive.toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "maps"));
        } catch (IOException e) {
            return "";
        }
    }

    private List<Path> archives() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jsa"))
                    .sorted()
                    .toList();
        }
    }
}
