package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.testkit.TestEnsemble;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Groups and weights of a real ensemble. */
class GroupsScaleTest {

    private static final QuorumRule ONE_GROUP = rule(Map.of(1L, ids(1, 2, 3, 4, 5)), Map.of());

    @Test
    void changes_weights_by_one_at_a_time() {
        try (var ensemble = five(ONE_GROUP);
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            var followers = scaling.followers();
            var heavier = rule(Map.of(1L, ids(1, 2, 3, 4, 5)), Map.of(followers.get(0), 3L, followers.get(1), 0L));

            var result = scaling.run(ScalingRequest.change().changeQuorumRule(heavier));

            assertThat(result).isCompleted().movedLeadership(0);
            // One may be sent again where an election that is not ours comes between.
            assertThat(result.report().reconfigurationsSent())
                    .isBetween(3, 3 + result.report().elections());
            assertThat(ensemble.awaitSettled().quorumRule()).isEqualTo(heavier);
            Scaling.assertLostNothing(ledger, ensemble.committed());
        }
    }

    @Test
    void moves_a_server_to_another_group_by_way_of_weight_zero() {
        var before = rule(Map.of(1L, ids(1, 2, 3, 4, 5), 2L, ids(6)), Map.of(ServerId.of(6), 0L));
        var after = rule(Map.of(1L, ids(1, 2, 3, 4, 6), 2L, ids(5)), Map.of(ServerId.of(5), 0L));
        try (var ensemble = TestEnsemble.builder()
                        .participants(6)
                        .quorumRule(before)
                        .start();
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            var result = scaling.run(ScalingRequest.change().changeQuorumRule(after));

            assertThat(result).isCompleted().movedLeadership(0);
            assertThat(ensemble.awaitSettled().quorumRule()).isEqualTo(after);
            Scaling.assertLostNothing(ledger, ensemble.committed());
        }
    }

    @Test
    void goes_from_majority_to_groups_and_back() {
        var groups = rule(Map.of(1L, ids(1, 2, 3)), Map.of());
        try (var ensemble = TestEnsemble.start(3);
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            assertThat(scaling.run(ScalingRequest.change().changeQuorumRule(groups)))
                    .isCompleted()
                    .movedLeadership(0)
                    .sent(1);
            assertThat(ensemble.awaitSettled().quorumRule()).isEqualTo(groups);

            assertThat(scaling.run(ScalingRequest.change().changeQuorumRule(QuorumRule.majority())))
                    .isCompleted()
                    .movedLeadership(0)
                    .sent(1);
            assertThat(ensemble.awaitSettled().quorumRule()).isEqualTo(QuorumRule.majority());
            Scaling.assertLostNothing(ledger, ensemble.committed());
        }
    }

    @Test
    void adds_and_removes_a_participant_of_a_group() {
        var before = rule(Map.of(1L, ids(1, 2, 3), 2L, ids(4), 3L, ids(5)), Map.of());
        try (var ensemble = five(before);
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            var joiner = ensemble.newServers(1).get(0);
            var grown = rule(Map.of(1L, ids(1, 2, 3), 2L, ids(4, 6), 3L, ids(5)), Map.of());
            assertThat(scaling.run(ScalingRequest.change().add(joiner).changeQuorumRule(grown)))
                    .isCompleted()
                    .movedLeadership(0)
                    .sent(1);
            assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4, 5, 6);

            assertThat(scaling.run(ScalingRequest.change().remove(joiner.id())))
                    .isCompleted()
                    .movedLeadership(0)
                    .sent(1);
            assertThat(ensemble.awaitSettled().quorumRule()).isEqualTo(before);
            assertThat(ensemble.isRunning(joiner.id())).isFalse();
            Scaling.assertLostNothing(ledger, ensemble.committed());
        }
    }

    @Test
    void removes_the_leader_of_an_ensemble_with_weights() {
        try (var ensemble = five(ONE_GROUP);
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            var leader = scaling.leader();

            var result = scaling.run(ScalingRequest.change().remove(leader));

            assertThat(result).isCompleted().movedLeadership(1).sent(1);
            assertThat(ensemble.awaitSettled().participants()).hasSize(4).doesNotContain(leader);
            assertThat(ensemble.committed().quorumRule().isMajority()).isFalse();
            Scaling.assertLostNothing(ledger, ensemble.committed());
        }
    }

    private static TestEnsemble five(QuorumRule rule) {
        return TestEnsemble.builder().participants(5).quorumRule(rule).start();
    }

    private static QuorumRule rule(Map<Long, List<ServerId>> groups, Map<ServerId, Long> weights) {
        return QuorumRule.hierarchical(groups, weights);
    }

    private static List<ServerId> ids(long... ids) {
        return Arrays.stream(ids).mapToObj(ServerId::of).toList();
    }
}
