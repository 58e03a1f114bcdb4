package io.ensembler.cli;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.json.PlanJson;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar, as somebody runs it who looks at an ensemble of processes, and changes it. */
class ChangesIT {

    private static final Duration LONG = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    @Test
    void an_ensemble_is_shown_planned_for_and_changed() throws Exception {
        try (var founded = CommandedEnsemble.found(directory, 3, 3, LONG)) {
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
            var document = tool.run("plan", "--add", founded.server(4).toString(), "--json");
            assertThat(PlanJson.read(document.out()).target()).hasParticipants(1, 2, 3, 4);
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
}
