package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.StopReason;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Servers of a real ensemble that come back under their id on an empty directory. */
@UnderLoad
class RebuildScaleTest {

    @Test
    @ZooKeeperEnsemble(participants = 4)
    void rebuilds_a_follower_of_four(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var rebuilt = scaling.followers().get(0);

            var result = scaling.run(ScalingRequest.change().rebuild(rebuilt));

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
            assertRebuilt(ensemble, rebuilt);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 4)
    void rebuilds_the_leader_of_four(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var rebuilt = scaling.leader();

            var result = scaling.run(ScalingRequest.change().rebuild(rebuilt));

            assertThat(result).isCompleted().movedLeadership(1).sent(2);
            assertRebuilt(ensemble, rebuilt);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 3)
    void rebuilds_a_follower_of_three_with_a_helper(TestEnsemble ensemble, Ledger ledger) {
        var helper = ensemble.newServers(1).get(0);
        try (var scaling = Scaling.of(ensemble)) {
            var rebuilt = scaling.followers().get(0);

            var result = scaling.run(ScalingRequest.change().rebuild(rebuilt).helper(helper));

            assertThat(result).isCompleted().movedLeadership(0).sent(4);
            assertRebuilt(ensemble, rebuilt);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3);
        assertThat(ensemble.isRunning(helper.id())).isFalse();
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 3)
    void rebuilds_a_participant_that_is_down_at_other_endpoints(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var dead = ensemble.server(scaling.followers().get(0));
            var rebuilt = dead.withEndpoints(ensemble.newEndpoints(dead.id()));
            ensemble.stop(dead.id());

            var result = scaling.run(ScalingRequest.change().rebuild(rebuilt));

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
            assertRebuilt(ensemble, dead.id());
            assertThat(ensemble.awaitSettled().server(dead.id())).contains(rebuilt);
        }
        assertThat(ensemble.committed()).hasParticipants(1, 2, 3);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 4)
    void running_a_finished_rebuild_again_sends_nothing(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler();
            var rebuilt = scaling.followers().get(0);
            var plan = scaler.plan(ScalingRequest.change().rebuild(rebuilt));
            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted().sent(2);

            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted().sent(0);

            assertRebuilt(ensemble, rebuilt);
        }
    }

    @Test
    @ZooKeeperEnsemble(participants = 4)
    void takes_no_server_out_if_its_launcher_cannot_set_its_data_aside(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler(scaling.driver, new WithoutWipe(ensemble.launcher()));
            var rebuilt = scaling.followers().get(0);

            var result = scaler.run(scaler.plan(ScalingRequest.change().rebuild(rebuilt)), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.LAUNCHER).sent(0);
            assertThat(result.report().outcome())
                    .isEqualTo("stopped: Cannot run this plan: the launcher cannot set the data of server " + rebuilt
                            + " aside, and nobody else is asked while there is a launcher. Nothing was sent. Run it"
                            + " without a launcher, or with one that can. [launcher]");
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    @Test
    @ZooKeeperEnsemble(participants = 4)
    void without_a_launcher_tells_what_to_stop_set_aside_and_start(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var rebuilt = ensemble.server(scaling.followers().get(0));
            var asked = new ArrayList<String>();
            var scaler = scaling.scalerWithoutLauncher(event -> {
                if (event instanceof RunEvent.Waiting waiting) {
                    doAsAsked(ensemble, rebuilt, waiting.waitingFor(), asked);
                }
            });

            var result = scaler.run(scaler.plan(ScalingRequest.change().rebuild(rebuilt.id())), Scaling.QUICK);

            assertThat(result).isCompleted().sent(2);
            assertThat(asked).containsExactly("stop", "set aside", "start");
            assertRebuilt(ensemble, rebuilt.id());
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    private static void doAsAsked(TestEnsemble ensemble, Server server, String waitingFor, List<String> asked) {
        if (waitingFor.startsWith("not fenced: " + server.id())) {
            asked.add("stop");
            ensemble.stop(server.id());
        } else if (waitingFor.startsWith("somebody sets the data of server " + server.id() + " aside")) {
            asked.add("set aside");
            ensemble.wipe(server.id());
        } else if (waitingFor.startsWith("somebody starts server " + server.id() + " on an empty directory")) {
            asked.add("start");
            ensemble.join(server);
        }
    }

    /** A launcher that starts and stops, as every launcher can. */
    private record WithoutWipe(ServerLauncher launcher) implements ServerLauncher {
        @Override
        public void start(StartRequest request) throws InterruptedException {
            launcher.start(request);
        }

        @Override
        public void stop(StopRequest request) throws InterruptedException {
            launcher.stop(request);
        }
    }

    /** Its former data lies beside what it has caught up since. */
    private static void assertRebuilt(TestEnsemble ensemble, ServerId id) {
        var data = ensemble.directory(id).resolve("data");
        assertThat(data.resolve("set-aside-1/version-2")).isNotEmptyDirectory();
        assertThat(data.resolve("version-2")).isNotEmptyDirectory();
        assertThat(data.resolve("set-aside-2")).doesNotExist();
    }
}
