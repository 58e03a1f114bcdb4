package io.ensembler.testkit.runtime.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.EnsembleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class StandstillTest {

    private Process process;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder("sleep", "60").start();
    }

    @AfterEach
    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Test
    void a_process_stands_still_until_it_is_closed() throws Exception {
        try (var standstill = Standstill.of(process)) {
            assertThat(standstill).isNotNull();
            assertThat(state()).isEqualTo("T");
            assertThat(guards()).hasSize(1);
        }
        assertThat(state()).isNotEqualTo("T");
        assertThat(guards()).isEmpty();
    }

    @Test
    void a_process_runs_on_unguarded_though_whoever_closes_it_is_interrupted() throws Exception {
        var standstill = Standstill.of(process);

        Thread.currentThread().interrupt();
        standstill.close();

        assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
        assertThat(state()).isNotEqualTo("T");
        assertThat(guards()).isEmpty();
    }

    @Test
    void nobody_guards_a_process_that_has_ended() throws Exception {
        process.destroyForcibly().waitFor();

        assertThatThrownBy(() -> Standstill.of(process))
                .isInstanceOf(EnsembleException.class)
                .hasMessageStartingWith("Cannot stop process " + process.pid() + ": ");
        assertThat(guards()).isEmpty();
    }

    private List<ProcessHandle> guards() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(50);
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .filter(child -> child.pid() != process.pid())
                .filter(child -> child.info().commandLine().orElse("").contains("kill"))
                .toList();
    }

    private String state() throws IOException {
        var status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        return status.substring(status.lastIndexOf(')') + 2).substring(0, 1);
    }
}
