package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.StopReason;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Shrinking a real ensemble. */
@ZooKeeperEnsemble(participants = 5)
@UnderLoad
class ShrinkScaleTest {

    @Test
    void removes_two_followers_without_losing_a_write_and_without_moving_leadership(
            TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var leader = scaling.leader();
            var leaving = scaling.followers().subList(0, 2);

            var result = scaling.run(ScalingRequest.change().remove(leaving));

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
            assertThat(ensemble.leader()).contains(leader);
            leaving.forEach(id -> assertThat(ensemble.isRunning(id)).isFalse());
        }
        Scaling.assertLostNothing(ledger, ensemble.awaitSettled());
    }

    @Test
    void removes_the_leader_last_and_moves_leadership_once(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.leaderAnd(1);

            var result = scaling.run(ScalingRequest.change().remove(leaving));

            assertThat(result).isCompleted().movedLeadership(1).sent(2);
            assertThat(result.report().steps())
                    .map(report -> report.step().step())
                    .filteredOn(Step.Reconfigure.class::isInstance)
                    .map(step -> ((Step.Reconfigure) step).leaving())
                    .map(servers -> servers.stream().map(Server::id).toList())
                    .containsExactly(List.of(leaving.get(1)), List.of(leaving.get(0)));
            assertThat(ensemble.awaitSettled().ids())
                    .doesNotContainAnyElementsOf(leaving)
                    .hasSize(3);
        }
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 3)
    void replaces_every_server_with_one_hand_off(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(
                    ScalingRequest.change()
                            .add(ensemble.newServers(3))
                            .remove(ensemble.committed().ids()),
                    ledger);

            assertThat(result).isCompleted().movedLeadership(1).sent(6);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(4, 5, 6);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 3)
    void begins_no_step_after_which_too_few_servers_would_be_left(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler(scaling.passDeadlineAt("[tolerance-floor]"));
            var followers = scaling.followers();
            var plan =
                    scaler.plan(ScalingRequest.change().remove(followers.get(0)).consentToTolerance(0));
            ensemble.stop(followers.get(1));

            var result = scaler.run(plan, Scaling.QUICK);

            assertThat(result).isStopped(StopReason.TOLERANCE_FLOOR).sent(0);
            assertThat(ensemble.isRunning(followers.get(0))).isTrue();
        }
    }

    @Test
    void without_a_launcher_says_not_fenced_while_a_removed_server_still_serves(TestEnsemble ensemble) {
        var options =
                Scaling.QUICK.toBuilder().stepDeadline(Duration.ofSeconds(2)).build();
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(3);
            var scaler = scaling.scalerWithoutLauncher();

            var result = scaler.run(scaler.plan(ScalingRequest.change().remove(leaving)), options);

            assertThat(result).isStopped(StopReason.RETIRED_MEANS_SILENT).sent(1);
            assertThat(result.report().outcome()).contains("not fenced: " + leaving);
            assertThat(ensemble.isRunning(leaving)).isTrue();
        }
    }

    @Test
    void plans_the_rest_again_when_another_server_leads_than_when_it_was_planned(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler();
            var oldLeader = scaling.leader();
            var plan = scaler.plan(ScalingRequest.change().remove(scaling.leaderAnd(1)));
            var newLeader = restartWhileAnotherLeads(ensemble, oldLeader);

            var result = scaler.run(plan, Scaling.QUICK);

            int handOffs = plan.target().contains(newLeader) ? 0 : 1;
            assertThat(result).isCompleted().movedLeadership(handOffs).sent(2);
            assertThat(scaling.events)
                    .filteredOn(RunEvent.Replanned.class::isInstance)
                    .map(event -> ((RunEvent.Replanned) event).leader())
                    .containsExactly(Optional.of(newLeader));
            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
        }
    }

    private static ServerId restartWhileAnotherLeads(TestEnsemble ensemble, ServerId oldLeader) {
        ensemble.stop(oldLeader);
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (ensemble.leader().isEmpty()) {
            assertThat(System.nanoTime()).as("nobody leads %s", ensemble).isLessThan(deadline);
            Thread.onSpinWait();
        }
        ensemble.restart(oldLeader);
        ensemble.awaitSettled();
        var leader = ensemble.leader().orElseThrow();
        assertThat(leader).isNotEqualTo(oldLeader);
        return leader;
    }
}
