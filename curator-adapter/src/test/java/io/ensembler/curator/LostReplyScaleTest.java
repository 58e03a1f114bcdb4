package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.curator.LosingReplies.Loss;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Outcomes that nobody tells us are settled: done once, whatever happened to the answer. */
@ZooKeeperEnsemble(participants = 3)
class LostReplyScaleTest {

    /**
     * A follower drops its clients when the leader leaves, so that most such answers are lost: 8 of 12 in the
     * measurements behind this library.
     */
    @Test
    void settles_the_removal_of_the_leader_sent_over_a_follower(TestEnsemble ensemble) {
        var leader = ensemble.leader().orElseThrow();
        SenderRoute overFollowers = (servers, preferred) -> {
            var order = new LinkedHashSet<>(servers.ids());
            order.remove(leader);
            return List.copyOf(order);
        };
        try (var scaling = Scaling.routed(ensemble, overFollowers)) {
            var result = scaling.run(ScalingRequest.change().remove(leader));

            assertThat(result).isCompleted().movedLeadership(1).sent(1);
            assertThat(result.report().after().version().value()).isEqualTo(scaling.version());
        }
        assertThat(ensemble.awaitSettled().ids()).doesNotContain(leader).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Loss.class,
            names = {"AFTER_COMMIT", "AFTER_COMMIT_WITH_SESSION"})
    void does_not_send_again_what_was_committed(Loss loss, TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new LosingReplies(scaling.driver, loss);
            var scaler = scaling.scaler(driver, ensemble.launcher());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isCompleted();
            assertThat(driver.sends()).isEqualTo(1);
            assertThat(result.report().after().version().value()).isEqualTo(scaling.version());
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    @ParameterizedTest
    @EnumSource(
            value = Loss.class,
            names = {"BEFORE_SENDING", "BEFORE_SENDING_WITH_SESSION"})
    void sends_again_what_was_lost_for_good(Loss loss, TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new LosingReplies(scaling.driver, loss);
            var scaler = scaling.scaler(driver, ensemble.launcher());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isCompleted();
            assertThat(driver.sends()).isEqualTo(2);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    @Test
    void interrupted_while_it_sends_settles_first_and_keeps_the_flag(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new LosingReplies(scaling.driver, Loss.INTERRUPTED);
            var scaler = scaling.scaler(driver, ensemble.launcher());
            var plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(1)));

            var result = scaler.run(plan, Scaling.QUICK);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(result).isCancelled().sent(1);
            assertThat(result.report().after().version().value()).isEqualTo(scaling.version());
        }
    }
}
