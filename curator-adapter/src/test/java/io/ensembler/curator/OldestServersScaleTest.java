package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ServerDetail;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.probe.WordProbe;
import io.ensembler.probe.WordProbe.Answer;
import io.ensembler.probe.WordProbe.Question;
import io.ensembler.probe.WordProbe.Word;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.ForkedRuntime;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Growing and shrinking servers of the oldest line that a plan is run against. */
class OldestServersScaleTest {

    /** Where the build puts them, with what they log by. */
    private static final Path JARS = Path.of("target", "zookeeper-oldest");

    private static final Duration SESSIONS = Duration.ofSeconds(10);

    @Test
    void servers_of_the_3_5_line_grow_by_one_and_shrink_by_their_leader_without_losing_a_write(@TempDir Path folder)
            throws Exception {
        try (var ensemble = TestEnsemble.builder().runtime(oldest()).start();
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            var joiner = ensemble.newServers(1).get(0);

            run(scaling, ScalingRequest.change().add(joiner), Files.createDirectory(folder.resolve("grow")));

            assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
            assertSeenRightly(scaling);
            var leader = scaling.leader();

            run(scaling, ScalingRequest.change().remove(leader), Files.createDirectory(folder.resolve("shrink")));

            var remaining = ensemble.awaitSettled();
            assertThat(remaining).isEqualTo(scaling.scaler().observe().ensemble());
            assertThat(remaining.participants()).hasSize(3).doesNotContain(leader);
            assertThat(ensemble.isRunning(leader)).isFalse();
            assertThat(ensemble.exitRequests()).isEmpty();
            Scaling.assertLostNothing(ledger, remaining);
        }
    }

    /** By a process that knows the servers' names. */
    private static void run(Scaling scaling, ScalingRequest request, Path folder) throws Exception {
        var plan = scaling.plan(request);
        var options = ScalingProcess.Options.forked(folder, SESSIONS);
        try (var process = ScalingProcess.start(scaling.ensemble, plan, options, call -> true)) {
            assertThat(process.awaitEnd()).contains("completed: the ensemble is " + plan.target() + "; sent 1");
        }
    }

    /** What these servers do not tell is unknown, and not something else that they do tell. */
    private static void assertSeenRightly(Scaling scaling) throws InterruptedException {
        var seen = scaling.scaler().observe();
        var leader = scaling.leader();
        var client =
                scaling.ensemble.server(leader).endpoints().reachableClient().orElseThrow();
        var question = new Question(client, Word.SRVR);
        assertThat(new WordProbe(TimeSource.system()).ask(List.of(question), Duration.ofSeconds(5)))
                .extractingByKey(question)
                .isInstanceOfSatisfying(
                        Answer.Text.class, answer -> assertThat(answer.text()).contains("version: 3.5.10-"));
        assertThat(seen.live()).hasSize(4);
        assertThat(seen.leader()).contains(leader);
        assertThat(seen.servers().values()).allSatisfy(facts -> {
            assertThat(facts.mode().value()).isPresent();
            assertThat(facts.inForce().value()).contains(seen.version());
        });
        var details = seen.facts(leader).orElseThrow().details();
        assertThat(details.value(ServerDetail.LEARNERS).stream()).allMatch(count -> count == 3);
        assertThat(details.value(ServerDetail.OBSERVERS).stream()).allMatch(count -> count == 0);
        assertThat(details.value(ServerDetail.VERSION).stream())
                .allMatch(version -> version.toString().startsWith("3.5.10"));
    }

    private static ForkedRuntime oldest() throws IOException {
        try (var jars = Files.list(JARS)) {
            return ServerRuntime.forked().zooKeeper(jars.sorted().toList());
        }
    }
}
