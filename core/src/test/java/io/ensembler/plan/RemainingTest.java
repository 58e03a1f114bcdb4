package io.ensembler.plan;

import static io.ensembler.plan.Sight.observer;
import static io.ensembler.plan.Sight.participant;
import static io.ensembler.plan.Sight.participants;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ensembler.model.Observation;
import io.ensembler.model.ServerId;
import io.ensembler.validation.ValidationException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is left of a plan once a part of it is done. */
class RemainingTest {

    private final Planner planner = new Planner();

    @Test
    void is_the_rest_of_the_plan_after_any_of_its_reconfigurations_while_the_leader_stays() {
        var plan = planner.plan(
                participants(1, 2, 3).observers(9).see(),
                removing(1, 2, 3, 9).add(participant(4), participant(5), participant(6), observer(7)));
        var changes = PlanWalk.reconfigurations(plan.steps());
        assertThat(changes).hasSize(7);
        for (int done = 0; done <= changes.size(); done++) {
            var now = done == 0 ? plan.origin() : changes.get(done - 1).after();
            var rest =
                    planner.remaining(plan, Sight.of(now).leader(plan.leader()).see());
            assertThat(PlanWalk.reconfigurations(rest))
                    .as("after %s of %s", done, changes)
                    .isEqualTo(changes.subList(done, changes.size()));
        }
    }

    @Test
    void is_the_whole_plan_at_its_beginning() {
        var before = participants(1, 2, 3, 4, 5).see();
        var plan = planner.plan(before, removing(1, 2).add(observer(6)));
        assertThat(planner.remaining(plan, before)).isEqualTo(plan.steps());
    }

    @Test
    void lets_a_new_leader_go_last() {
        var plan = planner.plan(
                participants(1, 2, 3).see(), removing(1, 2, 3).add(participant(4), participant(5), participant(6)));
        assertThat(rest(plan, participants(1, 2, 3, 4).leader(2).see()))
                .isEqualTo(
                        """
                        1/19 reconfigure: remove participant 1 -> 2,3,4, tolerance 1
                        2/19 confirm that the servers act on it -> 2,3,4, tolerance 1
                        3/19 stop server 1 -> 2,3,4, tolerance 1
                        4/19 start server 5, not voting yet -> 2,3,4, tolerance 1
                        5/19 wait until server 5 has synced -> 2,3,4, tolerance 1
                        6/19 reconfigure: add participant 5 -> 2,3,4,5, tolerance 1
                        7/19 confirm that the servers act on it -> 2,3,4,5, tolerance 1
                        8/19 reconfigure: remove participant 3 -> 2,4,5, tolerance 1
                        9/19 confirm that the servers act on it -> 2,4,5, tolerance 1
                        10/19 stop server 3 -> 2,4,5, tolerance 1
                        11/19 start server 6, not voting yet -> 2,4,5, tolerance 1
                        12/19 wait until server 6 has synced -> 2,4,5, tolerance 1
                        13/19 reconfigure: add participant 6 -> 2,4,5,6, tolerance 1
                        14/19 confirm that the servers act on it -> 2,4,5,6, tolerance 1
                        15/19 reconfigure: remove participant 2, the leader: leadership moves -> 4,5,6, tolerance 1
                        16/19 confirm that the servers act on it -> 4,5,6, tolerance 1
                        17/19 see that the leader stays in office -> 4,5,6, tolerance 1
                        18/19 verify through each server -> 4,5,6, tolerance 1
                        19/19 stop server 2 -> 4,5,6, tolerance 1
                        """);
    }

    @Test
    void moves_no_leadership_if_the_new_leader_stays() {
        var plan = planner.plan(participants(1, 2, 3, 4, 5).see(), removing(1, 2));
        assertThat(rest(plan, participants(1, 3, 4, 5).leader(3).see()))
                .isEqualTo(
                        """
                        1/7 confirm that the servers act on it -> 1,3,4,5, tolerance 1
                        2/7 stop server 2 -> 1,3,4,5, tolerance 1
                        3/7 reconfigure: remove participant 1 -> 3,4,5, tolerance 1
                        4/7 confirm that the servers act on it -> 3,4,5, tolerance 1
                        5/7 see that the leader stays in office -> 3,4,5, tolerance 1
                        6/7 verify through each server -> 3,4,5, tolerance 1
                        7/7 stop server 1 -> 3,4,5, tolerance 1
                        """);
    }

    @Test
    void of_a_finished_plan_is_to_confirm_and_to_stop_whoever_left() {
        var plan = planner.plan(participants(1, 2, 3, 4, 5).observers(6).see(), removing(1, 2, 6));
        assertThat(rest(plan, participants(3, 4, 5).see()))
                .isEqualTo(
                        """
                        1/8 confirm that the servers act on it -> 3,4,5, tolerance 1
                        2/8 see that the leader stays in office -> 3,4,5, tolerance 1
                        3/8 verify through each server -> 3,4,5, tolerance 1
                        4/8 stop server 1 -> 3,4,5, tolerance 1
                        5/8 confirm that the servers act on it -> 3,4,5, tolerance 1
                        6/8 stop server 2 -> 3,4,5, tolerance 1
                        7/8 confirm that the servers act on it -> 3,4,5, tolerance 1
                        8/8 stop server 6 -> 3,4,5, tolerance 1
                        """);
    }

    @Test
    void of_a_finished_plan_confirms_as_if_each_who_left_had_left_last() {
        var plan = planner.plan(participants(1, 2, 3, 4, 5).see(), removing(1, 2));
        var target = plan.target();
        var steps = planner.remaining(plan, Sight.of(target).see()).stream()
                .map(PlannedStep::step)
                .toList();
        assertThat(steps)
                .containsExactly(
                        new Step.ConfirmActive(target.plus(participant(1)), target),
                        new Step.Stabilize(),
                        new Step.Verify(),
                        new Step.StopServer(participant(1)),
                        new Step.ConfirmActive(target.plus(participant(2)), target),
                        new Step.StopServer(participant(2)));
    }

    @Test
    void of_a_finished_plan_is_to_stop_the_helper_that_left_and_none_that_never_came_in() {
        assertThat(rest(rebuildingBesideOneOfTwoHelpers(), participants(1, 2, 3).see()))
                .isEqualTo(
                        """
                        1/5 back up the configuration -> 1,2,3, tolerance 1
                        2/5 confirm that the servers act on it -> 1,2,3, tolerance 1
                        3/5 see that the leader stays in office -> 1,2,3, tolerance 1
                        4/5 verify through each server -> 1,2,3, tolerance 1
                        5/5 stop server 8 -> 1,2,3, tolerance 1
                        """);
    }

    @Test
    void stops_no_helper_that_is_still_to_come_in() {
        var plan = rebuildingBesideOneOfTwoHelpers();
        assertThat(planner.remaining(plan, participants(1, 2, 3).see(), Set.of()))
                .isEqualTo(plan.steps());
    }

    private ScalingPlan rebuildingBesideOneOfTwoHelpers() {
        return planner.plan(
                participants(1, 2, 3).see(),
                ScalingRequest.change().rebuild(ServerId.of(3)).helper(participant(8), participant(9)));
    }

    @Test
    void of_a_finished_growth_is_its_last_barrier_and_proof() {
        var plan = planner.plan(
                participants(1, 2, 3).see(), ScalingRequest.change().add(participant(4), participant(5)));
        var steps = planner.remaining(plan, Sight.of(plan.target()).leader(1).see());
        assertThat(steps.stream().map(PlannedStep::step))
                .containsExactly(
                        new Step.ConfirmActive(plan.target().minus(ServerId.of(5)), plan.target()),
                        new Step.Stabilize(),
                        new Step.Verify());
        assertThat(text(steps))
                .isEqualTo(
                        """
                        1/3 confirm that the servers act on it -> 1,2,3,4,5, tolerance 2
                        2/3 see that the leader stays in office -> 1,2,3,4,5, tolerance 2
                        3/3 verify through each server -> 1,2,3,4,5, tolerance 2
                        """);
    }

    @Test
    void of_a_plan_without_steps_is_nothing() {
        var before = participants(1, 2, 3).see();
        var plan = planner.plan(before, ScalingRequest.change());
        assertThat(planner.remaining(plan, before)).isEmpty();
    }

    @Test
    void is_refused_if_too_few_are_in_sync_to_go_on() {
        var plan = planner.plan(participants(1, 2, 3, 4, 5).see(), removing(1, 2));
        var refused = catchThrowableOfType(
                ValidationException.class,
                () -> planner.remaining(
                        plan, participants(1, 3, 4, 5).down(4, 5).see()));
        assertThat(refused.getMessage())
                .isEqualTo("Cannot reach 3,4,5: of participants 1,3,4,5 only 1,3 are proved in sync, "
                        + "which is no quorum. Wait until more of them are in sync, or bring them up. "
                        + "[tolerance-floor]");
    }

    @Test
    void goes_on_with_less_tolerance_than_planned_if_that_was_lost_for_other_reasons() {
        var plan = planner.plan(participants(1, 2, 3, 4, 5).see(), removing(1, 2));
        assertThat(plan.floor()).isEqualTo(1);
        assertThat(rest(plan, participants(1, 3, 4, 5).down(5).see()))
                .isEqualTo(
                        """
                        1/7 confirm that the servers act on it -> 1,3,4,5, tolerance 0
                        2/7 stop server 2 -> 1,3,4,5, tolerance 0
                        3/7 reconfigure: remove participant 1, the leader: leadership moves -> 3,4,5, tolerance 0
                        4/7 confirm that the servers act on it -> 3,4,5, tolerance 0
                        5/7 see that the leader stays in office -> 3,4,5, tolerance 0
                        6/7 verify through each server -> 3,4,5, tolerance 0
                        7/7 stop server 1 -> 3,4,5, tolerance 0
                        """);
    }

    private String rest(ScalingPlan plan, Observation now) {
        return text(planner.remaining(plan, now));
    }

    private static String text(List<PlannedStep> steps) {
        return steps.stream().map(step -> step + "\n").collect(Collectors.joining());
    }

    private static ScalingRequest removing(long... ids) {
        var request = ScalingRequest.change();
        for (long id : ids) {
            request = request.remove(ServerId.of(id));
        }
        return request;
    }
}
