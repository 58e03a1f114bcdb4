package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.Pace;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Requests that say what is to become of a whole real ensemble. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class ReachScaleTest {

    @Test
    void replaces_a_follower_by_another_server(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var newcomer = ensemble.newServers(1).get(0);

            var result = scaling.run(ScalingRequest.change().replace(leaving, newcomer));

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
            assertThat(ensemble.isRunning(leaving)).isFalse();
            assertThat(ensemble.awaitSettled().ids())
                    .hasSize(3)
                    .contains(newcomer.id())
                    .doesNotContain(leaving);
        }
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    void grows_to_five_of_the_servers_offered(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(ScalingRequest.change().resizeTo(5).offer(ensemble.newServers(3)));

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4, 5);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 5)
    void shrinks_to_three_and_keeps_the_leader(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var leader = scaling.leader();

            var result = scaling.run(ScalingRequest.change().resizeTo(3));

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
            assertThat(ensemble.awaitSettled().participants()).hasSize(3).contains(leader);
        }
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    void reaches_exactly_the_ensemble_given(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var servers = new ArrayList<>(ensemble.committed().minus(leaving).servers());
            var newcomers = ensemble.newServers(2);
            servers.add(newcomers.get(0));
            servers.add(newcomers.get(1).withRole(ServerRole.OBSERVER));
            var target = Ensemble.of(servers, QuorumRule.majority());

            assertThat(scaling.run(ScalingRequest.change().reach(target)))
                    .isCompleted()
                    .movedLeadership(0);

            assertThat(ensemble.awaitSettled()).isEqualTo(target);
        }
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    void migrates_to_other_servers_with_one_hand_off(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(ScalingRequest.change().migrateTo(ensemble.newServers(3)), ledger);

            assertThat(result).isCompleted().movedLeadership(1).sent(6);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(4, 5, 6);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 5)
    void drops_participants_that_are_down(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var dead = scaling.followers().subList(0, 2);
            dead.forEach(ensemble::stop);

            var result = scaling.run(ScalingRequest.change().removeDead());

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
            assertThat(ensemble.awaitSettled().participants()).hasSize(3).doesNotContainAnyElementsOf(dead);
        }
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    void starts_all_joiners_before_the_first_comes_in_if_asked_to(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(
                    ScalingRequest.change().add(ensemble.newServers(2)).pace(Pace.TOGETHER));

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
            assertThat(result.report().steps().subList(1, 3))
                    .map(step -> step.step().step().toString())
                    .containsExactly("start server 4, not voting yet", "start server 5, not voting yet");
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4, 5);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 1)
    void adopts_one_server_into_an_ensemble_of_three(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(ScalingRequest.change().resizeTo(3).offer(ensemble.newServers(2)));

            assertThat(result).isCompleted().movedLeadership(0).sent(1);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }
}
