package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakGuardTest {

    private static final Duration TIME = Duration.ofMinutes(10);

    @Test
    void nothing_is_left_of_closed_ensembles_in_a_jvm_that_did_nothing_else(@TempDir Path temporary) throws Exception {
        assertThat(output(start(temporary, LeakProbe.class)))
                .containsExactly(
                        "with one open: zookeeper.forceSync=no, zookeeper.probe.of.leaks=set",
                        "threads of ours while open: true",
                        "ports: 21, free again: 21",
                        "end");
        try (var files = Files.list(temporary)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.startsWith("ensembler-ports-"));
        }
    }

    @Test
    void nothing_is_left_of_a_closed_ensemble_with_processes_of_its_own(@TempDir Path temporary) throws Exception {
        assertThat(output(start(temporary, ForkedLeakProbe.class)))
                .containsExactly("processes while open: 3", "pipes while open: true", "interrupted: true", "end");
        try (var files = Files.list(temporary)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.startsWith("ensembler-ports-"));
        }
    }

    @Test
    void eight_ensembles_one_after_another_and_eight_at_a_time_leave_nothing(@TempDir Path temporary) throws Exception {
        assertThat(soak(temporary, 8))
                .contains("figure: testkit.ensembles = 16 ensembles", "figure: testkit.leaks = 0 leaks");
    }

    @Test
    @Tag("chaos")
    void a_hundred_ensembles_one_after_another_and_eight_at_a_time_leave_nothing(@TempDir Path temporary)
            throws Exception {
        var output = soak(temporary, 100);

        assertThat(output).contains("figure: testkit.ensembles = 200 ensembles", "figure: testkit.leaks = 0 leaks");
        var growth = output.stream()
                .filter(line -> line.startsWith("figure: testkit.heap-growth = "))
                .map(line -> Double.valueOf(line.split(" ", -1)[3]))
                .findFirst();
        assertThat(growth.orElseThrow())
                .as("heap after 100 in relation to that after 25")
                .isLessThanOrEqualTo(1.1);
    }

    private static List<String> soak(Path temporary, int count) throws Exception {
        var output = output(start(temporary, EnsembleSoak.class, String.valueOf(count)));
        output.forEach(System.out::println);
        return output;
    }

    private static Process start(Path temporary, Class<?> program, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Where the process does not end in time, its end is what ends its output. */
    private static List<String> output(Process process) throws Exception {
        var unused = process.onExit()
                .orTimeout(TIME.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((ended, failure) -> process.destroyForcibly());
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("status of the process that said: %s", output)
                .isZero();
        return output.lines().toList();
    }
}
