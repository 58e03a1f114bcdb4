package io.ensembler.cli;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar, as somebody runs it who is interrupted in the middle of a change, goes on, and goes back. */
@Tag("chaos")
class InterruptionsIT {

    private static final Duration SHORT = Duration.ofSeconds(6);

    @TempDir
    private Path directory;

    @Test
    void what_was_killed_is_resumed_from_the_ensemble_or_a_file_and_can_be_taken_back() throws Exception {
        try (var founded = CommandedEnsemble.found(directory, 3, 3, SHORT)) {
            var tool = new Tool(directory, founded);

            var first =
                    tool.begin("apply", tool.launched("--add", founded.server(4).toString()));
            first.awaitErr("/7 start server 4");
            first.kill();
            var resumed = tool.run("resume", tool.resuming());
            assertThat(resumed.status()).as("%s", resumed).isZero();
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3, 4);

            var journal = directory.resolve("run.journal").toString();
            var second =
                    tool.begin("apply", tool.launched("--add", founded.server(5).toString(), "--journal", journal));
            second.awaitErr("/7 start server 5");
            second.kill();
            var again = tool.run("resume", tool.resuming("--journal", journal));
            assertThat(again.status()).as("%s", again).isZero();
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3, 4, 5);

            var back = tool.run("rollback", tool.launched("--journal", journal));
            assertThat(back.status()).as("%s", back).isZero();
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3, 4);
            assertThat(founded.isRunning(5)).isFalse();

            var old = directory.resolve("old.cfg");
            Files.writeString(old, tool.lines(1, 2, 3));
            var saved = tool.run("rollback", tool.launched("--to", old.toString()));
            assertThat(saved.status()).as("%s", saved).isZero();
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3);

            var third =
                    tool.begin("apply", tool.launched("--add", founded.server(6).toString()));
            third.awaitErr("/7 start server 6");
            founded.standStill(() -> {
                third.interrupt();
                third.awaitErr("Ctrl-C again ends at once");
                third.interrupt();
                assertThat(third.end().status()).isEqualTo(ExitStatus.STOPPED);
            });
            var last = tool.run("resume", tool.resuming());
            assertThat(last.status()).as("%s", last).isZero();
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3, 6);
        }
    }
}
