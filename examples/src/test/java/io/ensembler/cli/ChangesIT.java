package io.ensembler.cli;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.json.PlanJson;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar, as somebody runs it who changes an ensemble of processes, is interrupted, goes on and goes back. */
class ChangesIT {

    @TempDir
    private Path directory;

    @Test
    void an_ensemble_is_shown_planned_for_and_changed() throws Exception {
        try (var founded = CommandedEnsemble.found(directory, 3, 3)) {
            var tool = new Tool(directory, founded);

            var status = tool.run("status");
            assertThat(status.status()).as("%s", status).isZero();
            assertThat(status.out()).contains("ensemble 1,2,3", "participant", "leader", "tolerance 1");
            var dynamic = tool.run("status", "--format", "dynamic");
            assertThat(dynamic.out()).isEqualTo(tool.lines(1, 2, 3));
            assertThat(tool.run("status", "--json").out()).contains("\"formatVersion\": \"1.0\"", "\"tolerance\": 1");

            var saved = directory.resolve("plan.json").toString();
            var planned = tool.run("plan", "--add", founded.server(4).toString(), "--because", "more", "--out", saved);
            assertThat(planned.status()).as("%s", planned).isEqualTo(ExitStatus.CHANGES);
            assertThat(planned.out()).contains("reconfigure: add participant 4", "because more");
            assertThat(founded.observe().ensemble())
                    .as("a plan changes nothing")
                    .hasParticipants(1, 2, 3);
            assertThat(PlanJson.read(Files.readString(Path.of(saved))).target()).hasParticipants(1, 2, 3, 4);
            assertThat(tool.run("plan", "--size", "3").status()).isEqualTo(ExitStatus.DONE);

            var report = directory.resolve("report.json");
            var grown = tool.run("apply", tool.launched("--plan", saved, "--json", "--report", report.toString()));
            assertThat(grown.status()).as("%s", grown).isZero();
            assertThat(founded.observe().ensemble()).hasParticipants(1, 2, 3, 4);
            assertThat(grown.out()).startsWith("{").isEqualTo(Files.readString(report));
            assertThat(grown.err()).contains("start server 4");

            var leader = founded.leader();
            var shrunk = tool.run("apply", tool.launched("--remove", leader.toString()));
            assertThat(shrunk.status()).as("%s", shrunk).isZero();
            assertThat(founded.observe().ensemble().contains(leader)).isFalse();
            assertThat(founded.isRunning(leader.value())).isFalse();
            assertThat(shrunk.out()).contains("leader hand-offs: 1");

            var old = founded.observe().ensemble().servers().get(0).id();
            var replaced = tool.run("apply", tool.launched("--replace", old + "=" + founded.server(5)));
            assertThat(replaced.status()).as("%s", replaced).isZero();
            assertThat(founded.observe().ensemble().contains(old)).isFalse();
            assertThat(founded.observe().ensemble().contains(ServerId.of(5))).isTrue();

            var target = directory.resolve("target.cfg");
            Files.writeString(target, tool.run("status", "--format", "dynamic").out() + founded.server(6) + "\n");
            var reached = tool.run("apply", tool.launched("--target", target.toString()));
            assertThat(reached.status()).as("%s", reached).isZero();
            assertThat(founded.observe().ensemble().contains(ServerId.of(6))).isTrue();

            var demoted = tool.run("apply", tool.launched("--role", "6=observer"));
            assertThat(demoted.status()).as("%s", demoted).isZero();
            assertThat(founded.observe()
                            .ensemble()
                            .server(ServerId.of(6))
                            .orElseThrow()
                            .role())
                    .isEqualTo(ServerRole.OBSERVER);

            var verified = tool.run("verify");
            assertThat(verified.status()).as("%s", verified).isZero();
            assertThat(verified.out()).startsWith("verified through ");
            founded.kill(6);
            var found = tool.run("verify", "--json");
            assertThat(found.status()).as("%s", found).isEqualTo(ExitStatus.FOUND);
            assertThat(found.out()).contains("\"faults\": [\n");
        }
    }

    @Test
    void what_was_killed_is_resumed_from_the_ensemble_or_a_file_and_can_be_taken_back() throws Exception {
        try (var founded = CommandedEnsemble.found(directory, 3, 3)) {
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
