package io.ensembler.plan;

import static io.ensembler.plan.Sight.participant;
import static io.ensembler.plan.Sight.participants;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is foretold of leadership, and of how long servers take to catch up. */
class ForecastTest {

    @Test
    void a_second_hand_off_is_but_possible_where_one_who_stays_may_have_come_to_lead() {
        var plan = plan(
                participants(1, 2, 3),
                ScalingRequest.change().rebuild(ServerId.of(1)).helper(participant(9)));
        assertThat(handOffs(plan))
                .containsExactly(
                        "add participant 9: NONE []",
                        "remove participant 1: CERTAIN [2, 3, 9]",
                        "add participant 1: NONE []",
                        "remove participant 9: POSSIBLE [1, 2, 3]");
    }

    @Test
    void a_second_hand_off_is_certain_where_whoever_may_have_come_to_lead_hands_over_too() {
        var moved = Endpoints.of(new QuorumAddress("10.0.0.1", 2889, 3888), new Address("10.0.0.1", 2181));
        var plan = plan(
                participants(1),
                ScalingRequest.change().changeEndpoints(ServerId.of(1), moved).helper(participant(8), participant(9)));
        assertThat(handOffs(plan))
                .containsExactly(
                        "add participants 8,9: NONE []",
                        "move participant 1 to 10.0.0.1:2889:3888:participant;10.0.0.1:2181: CERTAIN [8, 9]",
                        "remove participant 9: NONE []",
                        "remove participant 8: CERTAIN [1]");
    }

    @Test
    void where_nobody_is_known_to_lead_whoever_goes_may_hand_over() {
        var plan = plan(
                participants(1, 2, 3, 4).leaderUnknown(),
                ScalingRequest.change().remove(ServerId.of(4)));
        assertThat(handOffs(plan)).containsExactly("remove participant 4: POSSIBLE [1, 2, 3]");
    }

    @Test
    void an_observer_that_is_promoted_by_a_detour_keeps_its_data() {
        var plan = plan(
                participants(1, 2, 3).observers(4),
                ScalingRequest.change().changeRole(ServerId.of(4), ServerRole.PARTICIPANT));
        assertThat(catchingUp(plan)).containsExactly("1 to 30 s (assumed: it has the data)");
    }

    @Test
    void a_server_that_is_rebuilt_fetches_all_data_again() {
        var plan = plan(participants(1, 2, 3, 4), ScalingRequest.change().rebuild(ServerId.of(3)));
        assertThat(catchingUp(plan)).containsExactly("2 min to 2 h (assumed: the data size is unknown)");
    }

    private static ScalingPlan plan(Sight sight, ScalingRequest request) {
        return new Planner().plan(sight.see(), request);
    }

    private static List<String> handOffs(ScalingPlan plan) {
        return plan.steps().stream()
                .filter(planned -> planned.step() instanceof Step.Reconfigure)
                .map(planned -> planned.step().toString().replaceAll("^reconfigure: |, the leader: .*", "") + ": "
                        + forecast(plan, planned).handOff() + " "
                        + forecast(plan, planned).nextLeaders())
                .toList();
    }

    private static List<String> catchingUp(ScalingPlan plan) {
        return plan.steps().stream()
                .filter(planned -> planned.step() instanceof Step.AwaitSynced)
                .map(planned -> forecast(plan, planned).duration().toString())
                .toList();
    }

    private static StepForecast forecast(ScalingPlan plan, PlannedStep planned) {
        return plan.forecast().steps().get(planned.number() - 1);
    }
}
