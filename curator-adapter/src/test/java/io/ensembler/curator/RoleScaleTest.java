package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import org.junit.jupiter.api.Test;

/** Servers of a real ensemble that are to vote, or to vote no more. */
@UnderLoad
class RoleScaleTest {

    @Test
    @ZooKeeperEnsemble(participants = 4, observers = 1)
    void promotes_an_observer_directly_where_enough_others_vote(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(ScalingRequest.change().changeRole(ServerId.of(5), ServerRole.PARTICIPANT));

            assertThat(result).isCompleted().movedLeadership(0).sent(1);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4, 5).hasObservers();
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    /** A promoted observer reconnects: counted as lost for a moment it would take the tolerance that 3 servers have. */
    @Test
    @ZooKeeperEnsemble(participants = 3, observers = 1)
    void promotes_an_observer_by_a_detour_where_it_would_be_missed(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(ScalingRequest.change().changeRole(ServerId.of(4), ServerRole.PARTICIPANT));

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4).hasObservers();
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    /** It stays where it is until it is listed elsewhere. */
    @Test
    @ZooKeeperEnsemble(participants = 3, observers = 1)
    void promotes_an_observer_that_moves_at_once(TestEnsemble ensemble, Ledger ledger) {
        var observer = ensemble.server(ServerId.of(4));
        var voter = observer.withRole(ServerRole.PARTICIPANT).withEndpoints(ensemble.newEndpoints(observer.id()));
        try (var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(ScalingRequest.change()
                    .changeRole(observer.id(), ServerRole.PARTICIPANT)
                    .changeEndpoints(observer.id(), voter.endpoints()));

            assertThat(result).isCompleted().movedLeadership(0);
            assertThat(ensemble.awaitSettled().server(observer.id())).contains(voter);
        }
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 3, observers = 1)
    void without_a_launcher_asks_nobody_to_start_an_observer_that_runs(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scalerWithoutLauncher();
            var plan = scaler.plan(ScalingRequest.change().changeRole(ServerId.of(4), ServerRole.PARTICIPANT));

            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted();

            assertThat(scaling.events).noneMatch(event -> event.toString().contains("somebody"));
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    @Test
    @ZooKeeperEnsemble(participants = 4)
    void demotes_a_follower(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            assertDemotes(scaling, ledger, scaling.followers().get(0), 0);
        }
    }

    @Test
    @ZooKeeperEnsemble(participants = 4)
    void demotes_the_leader_which_hands_over(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            assertDemotes(scaling, ledger, scaling.leader(), 1);
        }
    }

    private static void assertDemotes(Scaling scaling, Ledger ledger, ServerId id, int handOffs) {
        var result = scaling.run(ScalingRequest.change().changeRole(id, ServerRole.OBSERVER));

        assertThat(result).isCompleted().movedLeadership(handOffs).sent(1);
        assertThat(scaling.ensemble.awaitSettled()).hasObservers(id.value());
        Scaling.assertLostNothing(ledger, scaling.ensemble.committed());
    }
}
