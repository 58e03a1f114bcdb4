package io.ensembler.cli;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar, where what is asked for cannot be done, or not by the tool alone. */
class RefusalsIT {

    private static final Duration LONG = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    @Test
    void what_cannot_be_done_is_refused_or_stopped_and_the_ensemble_is_as_it_was() throws Exception {
        try (var founded = CommandedEnsemble.found(directory, 3, 2, LONG)) {
            var tool = new Tool(directory, founded);
            var saved = directory.resolve("plan.json").toString();
            assertThat(tool.run("plan", "--add", founded.server(4).toString(), "--out", saved)
                            .status())
                    .isEqualTo(ExitStatus.CHANGES);

            var unasked = tool.run("apply", "--plan", saved);
            assertThat(unasked.status()).as("%s", unasked).isEqualTo(ExitStatus.USAGE);
            assertThat(unasked.err()).contains("there is no terminal");

            var dead = directory.resolve("dead.json");
            Files.writeString(
                    dead,
                    Files.readString(founded.launcherFile())
                            .replaceAll("\"run\": \\[[^]]*\\]", "\"run\": [\"false\"]"));
            var stopped = tool.run("apply", "--plan", saved, "--yes", "--launcher", dead.toString(), "--timeout", "5s");
            assertThat(stopped.status()).as("%s", stopped).isEqualTo(ExitStatus.STOPPED);
            assertThat(stopped.err())
                    .contains("ended at once with status 1", "Resume with: ensembler resume --connect");
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3);

            var shut = tool.begin("apply", tool.launched("--plan", saved, "--window", closedNow()));
            shut.awaitErr("held before");
            var second = tool.run("apply", tool.launched("--plan", saved));
            assertThat(second.status()).as("%s", second).isEqualTo(ExitStatus.STOPPED);
            assertThat(second.err()).contains("Cannot take the lock");
            shut.interrupt();
            var interrupted = shut.end();
            assertThat(interrupted.status()).as("%s", interrupted).isEqualTo(ExitStatus.STOPPED);
            assertThat(interrupted.err())
                    .contains("Ctrl-C again ends at once", "Resume with: ensembler resume --connect");
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3);

            var demoted = tool.run("apply", tool.launched("--role", "3=observer", "--consent-tolerance", "0"));
            assertThat(demoted.status()).as("%s", demoted).isZero();
            var version = founded.observe().version();
            var stale = tool.run("apply", tool.launched("--plan", saved, "--json"));
            assertThat(stale.status()).as("%s", stale).isEqualTo(ExitStatus.REFUSED);
            assertThat(stale.out()).contains("\"exitStatus\" : 3", "plan-stale");
            assertThat(WrongInputTest.fields(stale.out()))
                    .containsExactlyInAnyOrder("exitStatus", "error", "refusals", "rule", "effect", "facts", "remedy");
            assertThat(founded.observe().version()).isEqualTo(version);

            var unauthorized = Invocation.of(
                    directory, List.of("apply", "--connect", founded.connectString(), "--remove", "3", "--yes"));
            assertThat(unauthorized.status()).as("%s", unauthorized).isEqualTo(ExitStatus.FAILED);
            assertThat(founded.observe().version()).isEqualTo(version);
        }
    }

    @Test
    void without_a_launcher_somebody_is_told_what_to_start_and_what_to_stop() throws Exception {
        try (var founded = CommandedEnsemble.found(directory, 3, 1, LONG)) {
            var tool = new Tool(directory, founded);
            var watching = tool.begin("watch", "--interval", "200ms", "--json");
            watching.awaitOut("\"tolerance\":1");

            var growing = tool.begin("apply", "--add", founded.server(4).toString(), "--yes", "--stabilize", "0s");
            growing.awaitErr("/7 start server 4");
            var files = directory.resolve("files");
            var written = tool.run(
                    "joiner",
                    "--server",
                    founded.server(4).toString(),
                    "--into",
                    files.toString(),
                    "--data-directory",
                    directory.resolve("4/data").toString(),
                    "--configuration-directory",
                    directory.resolve("4/conf").toString(),
                    "--zoo-cfg",
                    founded.zooCfgFile().toString());
            assertThat(written.status()).as("%s", written).isZero();
            founded.startFrom(4, files);
            var grown = growing.end();
            assertThat(grown.status()).as("%s", grown).isZero();
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3, 4);
            watching.awaitOut("server.4=");
            watching.interrupt();
            assertThat(watching.end().status()).isEqualTo(ExitStatus.DONE);

            var shrinking = tool.run("apply", "--remove", "4", "--yes", "--stabilize", "0s", "--timeout", "3s");
            assertThat(shrinking.status()).as("%s", shrinking).isEqualTo(ExitStatus.STOPPED);
            assertThat(shrinking.err()).contains("not fenced: 4");
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3);
            founded.kill(4);
            var resumed = tool.run("resume", "--stabilize", "0s");
            assertThat(resumed.status()).as("%s", resumed).isZero();
        }
    }

    private static String closedNow() {
        var now = LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        return now.plusHours(6) + "-" + now.plusHours(7) + " UTC";
    }
}
