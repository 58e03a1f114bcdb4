package io.ensembler.plan;

import static io.ensembler.plan.Sight.observer;
import static io.ensembler.plan.Sight.participant;
import static io.ensembler.plan.Sight.participants;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {

    @Test
    void grows_three_to_five_one_participant_at_a_time_each_once_it_has_synced() {
        assertThat(plan(participants(1, 2, 3).leader(2), add(participant(4), participant(5))))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 1,2,3,4,5
                        from version 100000000, leader 2; tolerance at least 1 throughout; leader hand-offs: 0
                          1/11 back up the configuration -> 1,2,3, tolerance 1
                          2/11 start server 4, not voting yet -> 1,2,3, tolerance 1
                          3/11 wait until server 4 has synced -> 1,2,3, tolerance 1
                          4/11 reconfigure: add participant 4 -> 1,2,3,4, tolerance 1
                          5/11 confirm that the servers act on it -> 1,2,3,4, tolerance 1
                          6/11 start server 5, not voting yet -> 1,2,3,4, tolerance 1
                          7/11 wait until server 5 has synced -> 1,2,3,4, tolerance 1
                          8/11 reconfigure: add participant 5 -> 1,2,3,4,5, tolerance 1
                          9/11 confirm that the servers act on it -> 1,2,3,4,5, tolerance 2
                          10/11 see that the leader stays in office -> 1,2,3,4,5, tolerance 2
                          11/11 verify through each server -> 1,2,3,4,5, tolerance 2
                        ! Mind servers 4,5: nobody reports how much data there is, free disk and heap, so that they may run out of room. See that each has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        """);
    }

    @Test
    void shrinks_five_to_three_without_moving_leadership_if_the_leader_stays() {
        assertThat(plan(participants(1, 2, 3, 4, 5).leader(2), remove(5, 4)))
                .isEqualTo(
                        """
                        Plan: 1,2,3,4,5 -> 1,2,3
                        from version 100000000, leader 2; tolerance at least 1 throughout; leader hand-offs: 0
                          1/9 back up the configuration -> 1,2,3,4,5, tolerance 2
                          2/9 reconfigure: remove participant 4 -> 1,2,3,5, tolerance 1
                          3/9 confirm that the servers act on it -> 1,2,3,5, tolerance 1
                          4/9 stop server 4 -> 1,2,3,5, tolerance 1
                          5/9 reconfigure: remove participant 5 -> 1,2,3, tolerance 1
                          6/9 confirm that the servers act on it -> 1,2,3, tolerance 1
                          7/9 see that the leader stays in office -> 1,2,3, tolerance 1
                          8/9 verify through each server -> 1,2,3, tolerance 1
                          9/9 stop server 5 -> 1,2,3, tolerance 1
                        ~ Expect 3 participants: 4,5 of 1,2,3,4,5 vote no more, and nobody comes in their place. Nothing need be done if that is meant. [many-leave]
                        """);
    }

    @Test
    void shrinks_five_to_three_with_the_leader_leaving_last() {
        assertThat(plan(participants(1, 2, 3, 4, 5).leader(1), remove(1, 2).because("rack 1 is given up")))
                .isEqualTo(
                        """
                        Plan: 1,2,3,4,5 -> 3,4,5, because rack 1 is given up
                        from version 100000000, leader 1; tolerance at least 1 throughout; leader hand-offs: 1
                          1/9 back up the configuration -> 1,2,3,4,5, tolerance 2
                          2/9 reconfigure: remove participant 2 -> 1,3,4,5, tolerance 1
                          3/9 confirm that the servers act on it -> 1,3,4,5, tolerance 1
                          4/9 stop server 2 -> 1,3,4,5, tolerance 1
                          5/9 reconfigure: remove participant 1, the leader: leadership moves to one of 3,4,5 -> 3,4,5, tolerance 1
                          6/9 confirm that the servers act on it -> 3,4,5, tolerance 1
                          7/9 see that the leader stays in office -> 3,4,5, tolerance 1
                          8/9 verify through each server -> 3,4,5, tolerance 1
                          9/9 stop server 1 -> 3,4,5, tolerance 1
                        ~ Expect leadership to move: server 1 leads and is to leave, which is done last wherever it can be. Nothing need be done: clients reconnect within about two seconds. [leader-leaves]
                        ~ Expect 3 participants: 1,2 of 1,2,3,4,5 vote no more, and nobody comes in their place. Nothing need be done if that is meant. [many-leave]
                        """);
    }

    @Test
    void grows_one_to_three_in_one_call() {
        assertThat(plan(participants(1), add(participant(2), participant(3))))
                .isEqualTo(
                        """
                        Plan: 1 -> 1,2,3
                        from version 100000000, leader 1; tolerance at least 0 throughout; leader hand-offs: 0
                          1/9 back up the configuration -> 1, tolerance 0
                          2/9 start server 2, not voting yet -> 1, tolerance 0
                          3/9 wait until server 2 has synced -> 1, tolerance 0
                          4/9 start server 3, not voting yet -> 1, tolerance 0
                          5/9 wait until server 3 has synced -> 1, tolerance 0
                          6/9 reconfigure: add participants 2,3 -> 1,2,3, tolerance 0
                          7/9 confirm that the servers act on it -> 1,2,3, tolerance 1
                          8/9 see that the leader stays in office -> 1,2,3, tolerance 1
                          9/9 verify through each server -> 1,2,3, tolerance 1
                        ! Mind servers 2,3: nobody reports how much data there is, free disk and heap, so that they may run out of room. See that each has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        """);
    }

    @Test
    void grows_one_to_four_in_one_call() {
        assertThat(changes(participants(1), add(participant(2), participant(3), participant(4))))
                .isEqualTo(
                        """
                        reconfigure: add participants 2,3,4 -> 1,2,3,4, tolerance 0
                        """);
    }

    @Test
    void grows_one_to_three_one_at_a_time_if_nobody_is_known_to_lead() {
        assertThat(changes(participants(1).leaderUnknown(), add(participant(2), participant(3))))
                .isEqualTo(
                        """
                        reconfigure: add participant 2 -> 1,2, tolerance 0
                        reconfigure: add participant 3 -> 1,2,3, tolerance 0
                        """);
    }

    @Test
    void grows_one_at_a_time_where_quorums_are_to_be_by_groups() {
        var grouped = Ensemble.of(List.of(participant(1), observer(2), participant(3)), oneGroup(1, 3));
        var request =
                ScalingRequest.change().reach(grouped).helper(participant(4)).consentToTolerance(0);
        assertThat(changes(participants(1).observers(2), request))
                .isEqualTo(
                        """
                        reconfigure: add participant 3 -> 1,3 observers 2 groups (1,3), tolerance 0
                        """);
    }

    @Test
    void grows_one_at_a_time_from_groups_until_quorums_are_by_majority() {
        var grouped = oneGroup(1);
        var target =
                Ensemble.of(LongStream.of(upTo(4)).mapToObj(Sight::participant).toList(), QuorumRule.majority());
        assertThat(changes(
                        participants(1).groups(grouped), ScalingRequest.change().reach(target)))
                .isEqualTo(
                        """
                        reconfigure: add participant 2 -> 1,2, tolerance 0
                        reconfigure: add participants 3,4 -> 1,2,3,4, tolerance 0
                        """);
    }

    @Test
    void grows_in_one_call_once_observers_have_come_in_and_quorums_are_by_majority() {
        var grouped = oneGroup(1);
        var target = Ensemble.of(
                List.of(participant(1), participant(2), participant(3), observer(4)), QuorumRule.majority());
        assertThat(changes(
                        participants(1).groups(grouped), ScalingRequest.change().reach(target)))
                .isEqualTo(
                        """
                        reconfigure: add observer 4 -> 1 observers 4, tolerance 0
                        reconfigure: add participants 2,3 -> 1,2,3 observers 4, tolerance 0
                        """);
    }

    @Test
    void grows_in_one_call_once_weights_are_those_of_a_majority() {
        var both = List.of(ServerId.of(1), ServerId.of(2));
        var heavy = QuorumRule.hierarchical(Map.of(1L, both), Map.of(ServerId.of(2), 2L));
        var target =
                Ensemble.of(LongStream.of(upTo(4)).mapToObj(Sight::participant).toList(), QuorumRule.majority());
        assertThat(changes(
                        participants(1, 2).groups(heavy),
                        ScalingRequest.change().reach(target)))
                .isEqualTo(
                        """
                        reconfigure: let participant 2 weigh 1 instead of 2 -> 1,2, tolerance 0
                        reconfigure: add participants 3,4 -> 1,2,3,4, tolerance 0
                        """);
    }

    /** The rules are asked of each call while planning, and a call that they forbid refuses the plan. */
    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void grows_whether_quorums_are_written_as_majority_or_as_one_group(boolean groupedNow, boolean groupedThen) {
        for (long now = 1; now <= 2; now++) {
            for (long then = now + 1; then <= 5; then++) {
                var sight = participants(upTo(now)).observers(11);
                var observation = groupedNow ? sight.groups(oneGroup(upTo(now))) : sight;
                var servers = new ArrayList<>(List.of(observer(11)));
                LongStream.of(upTo(then)).forEach(id -> servers.add(participant(id)));
                var target = Ensemble.of(servers, groupedThen ? oneGroup(upTo(then)) : QuorumRule.majority());
                var request = ScalingRequest.change().reach(target).consentToTolerance(0);
                var helped = request.helper(participant(21), participant(22));
                assertThat(new Planner().plan(observation.see(), request).target())
                        .isEqualTo(target);
                assertThat(new Planner().plan(observation.see(), helped).target())
                        .isEqualTo(target);
            }
        }
    }

    @Test
    void grows_one_to_two() {
        assertThat(plan(participants(1), add(participant(2))))
                .isEqualTo(
                        """
                        Plan: 1 -> 1,2
                        from version 100000000, leader 1; tolerance at least 0 throughout; leader hand-offs: 0
                          1/7 back up the configuration -> 1, tolerance 0
                          2/7 start server 2, not voting yet -> 1, tolerance 0
                          3/7 wait until server 2 has synced -> 1, tolerance 0
                          4/7 reconfigure: add participant 2 -> 1,2, tolerance 0
                          5/7 confirm that the servers act on it -> 1,2, tolerance 0
                          6/7 see that the leader stays in office -> 1,2, tolerance 0
                          7/7 verify through each server -> 1,2, tolerance 0
                        ! Mind server 2: nobody reports how much data there is, free disk and heap, so that it may run out of room. See that it has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        ! Mind the number of participants: where one of servers 1,2 fails, writes stop. Add participants until there are 3. [few-participants]
                        ! Mind the number of participants: of 2 participants 0 may fail, as many as of 1. Add a participant or remove one. [even-participants]
                        """);
    }

    @Test
    void grows_two_to_three() {
        assertThat(plan(participants(1, 2), add(participant(3))))
                .isEqualTo(
                        """
                        Plan: 1,2 -> 1,2,3
                        from version 100000000, leader 1; tolerance at least 0 throughout; leader hand-offs: 0
                          1/7 back up the configuration -> 1,2, tolerance 0
                          2/7 start server 3, not voting yet -> 1,2, tolerance 0
                          3/7 wait until server 3 has synced -> 1,2, tolerance 0
                          4/7 reconfigure: add participant 3 -> 1,2,3, tolerance 0
                          5/7 confirm that the servers act on it -> 1,2,3, tolerance 1
                          6/7 see that the leader stays in office -> 1,2,3, tolerance 1
                          7/7 verify through each server -> 1,2,3, tolerance 1
                        ! Mind server 3: nobody reports how much data there is, free disk and heap, so that it may run out of room. See that it has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        """);
    }

    @Test
    void grows_two_to_four_in_one_call() {
        assertThat(changes(participants(1, 2), add(participant(3), participant(4))))
                .isEqualTo(
                        """
                        reconfigure: add participants 3,4 -> 1,2,3,4, tolerance 0
                        """);
    }

    @Test
    void replaces_a_lone_participant() {
        assertThat(changes(participants(1), add(participant(2)).remove(ServerId.of(1))))
                .isEqualTo(
                        """
                        reconfigure: add participant 2 -> 1,2, tolerance 0
                        reconfigure: remove participant 1, the leader: leadership moves -> 2, tolerance 0
                        """);
    }

    @Test
    void replaces_three_by_three_keeping_tolerance_with_the_leader_last() {
        assertThat(plan(participants(1, 2, 3), remove(1, 2, 3).add(participant(4), participant(5), participant(6))))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 4,5,6
                        from version 100000000, leader 1; tolerance at least 1 throughout; leader hand-offs: 1
                          1/24 back up the configuration -> 1,2,3, tolerance 1
                          2/24 start server 4, not voting yet -> 1,2,3, tolerance 1
                          3/24 wait until server 4 has synced -> 1,2,3, tolerance 1
                          4/24 reconfigure: add participant 4 -> 1,2,3,4, tolerance 1
                          5/24 confirm that the servers act on it -> 1,2,3,4, tolerance 1
                          6/24 reconfigure: remove participant 2 -> 1,3,4, tolerance 1
                          7/24 confirm that the servers act on it -> 1,3,4, tolerance 1
                          8/24 stop server 2 -> 1,3,4, tolerance 1
                          9/24 start server 5, not voting yet -> 1,3,4, tolerance 1
                          10/24 wait until server 5 has synced -> 1,3,4, tolerance 1
                          11/24 reconfigure: add participant 5 -> 1,3,4,5, tolerance 1
                          12/24 confirm that the servers act on it -> 1,3,4,5, tolerance 1
                          13/24 reconfigure: remove participant 3 -> 1,4,5, tolerance 1
                          14/24 confirm that the servers act on it -> 1,4,5, tolerance 1
                          15/24 stop server 3 -> 1,4,5, tolerance 1
                          16/24 start server 6, not voting yet -> 1,4,5, tolerance 1
                          17/24 wait until server 6 has synced -> 1,4,5, tolerance 1
                          18/24 reconfigure: add participant 6 -> 1,4,5,6, tolerance 1
                          19/24 confirm that the servers act on it -> 1,4,5,6, tolerance 1
                          20/24 reconfigure: remove participant 1, the leader: leadership moves to one of 4,5,6 -> 4,5,6, tolerance 1
                          21/24 confirm that the servers act on it -> 4,5,6, tolerance 1
                          22/24 see that the leader stays in office -> 4,5,6, tolerance 1
                          23/24 verify through each server -> 4,5,6, tolerance 1
                          24/24 stop server 1 -> 4,5,6, tolerance 1
                        ! Mind servers 4,5,6: nobody reports how much data there is, free disk and heap, so that they may run out of room. See that each has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        ~ Expect leadership to move: server 1 leads and is to leave, which is done last wherever it can be. Nothing need be done: clients reconnect within about two seconds. [leader-leaves]
                        """);
    }

    @Test
    void lets_a_dead_participant_leave_before_live_ones() {
        assertThat(changes(participants(1, 2, 3, 4, 5).down(4), remove(2, 4)))
                .isEqualTo(
                        """
                        reconfigure: remove participant 4 -> 1,2,3,5, tolerance 1
                        reconfigure: remove participant 2 -> 1,3,5, tolerance 1
                        """);
    }

    @Test
    void lets_the_dead_third_of_three_leave() {
        assertThat(plan(participants(1, 2, 3).down(3), remove(3)))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 1,2
                        from version 100000000, leader 1; tolerance at least 0 throughout; leader hand-offs: 0
                          1/6 back up the configuration -> 1,2,3, tolerance 0
                          2/6 reconfigure: remove participant 3 -> 1,2, tolerance 0
                          3/6 confirm that the servers act on it -> 1,2, tolerance 0
                          4/6 see that the leader stays in office -> 1,2, tolerance 0
                          5/6 verify through each server -> 1,2, tolerance 0
                          6/6 stop server 3 -> 1,2, tolerance 0
                        ! Mind the number of participants: where one of servers 1,2 fails, writes stop. Add participants until there are 3. [few-participants]
                        ! Mind the number of participants: of 2 participants 0 may fail, as many as of 1. Add a participant or remove one. [even-participants]
                        """);
    }

    @Test
    void replaces_a_dead_participant_by_letting_it_leave_first() {
        assertThat(plan(participants(1, 2, 3).down(3), remove(3).add(participant(4))))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 1,2,4
                        from version 100000000, leader 1; tolerance at least 0 throughout; leader hand-offs: 0
                          1/10 back up the configuration -> 1,2,3, tolerance 0
                          2/10 reconfigure: remove participant 3 -> 1,2, tolerance 0
                          3/10 confirm that the servers act on it -> 1,2, tolerance 0
                          4/10 stop server 3 -> 1,2, tolerance 0
                          5/10 start server 4, not voting yet -> 1,2, tolerance 0
                          6/10 wait until server 4 has synced -> 1,2, tolerance 0
                          7/10 reconfigure: add participant 4 -> 1,2,4, tolerance 0
                          8/10 confirm that the servers act on it -> 1,2,4, tolerance 1
                          9/10 see that the leader stays in office -> 1,2,4, tolerance 1
                          10/10 verify through each server -> 1,2,4, tolerance 1
                        ! Mind server 4: nobody reports how much data there is, free disk and heap, so that it may run out of room. See that it has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        """);
    }

    @Test
    void grows_beside_a_dead_participant() {
        assertThat(plan(participants(1, 2, 3).down(3), add(participant(4))))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 1,2,3,4
                        from version 100000000, leader 1; tolerance at least 0 throughout; leader hand-offs: 0
                          1/7 back up the configuration -> 1,2,3, tolerance 0
                          2/7 start server 4, not voting yet -> 1,2,3, tolerance 0
                          3/7 wait until server 4 has synced -> 1,2,3, tolerance 0
                          4/7 reconfigure: add participant 4 -> 1,2,3,4, tolerance 0
                          5/7 confirm that the servers act on it -> 1,2,3,4, tolerance 0
                          6/7 see that the leader stays in office -> 1,2,3,4, tolerance 0
                          7/7 verify through each server -> 1,2,3,4, tolerance 0
                        ! Mind server 4: nobody reports how much data there is, free disk and heap, so that it may run out of room. See that it has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        ! Mind the number of participants: of 4 participants 1 may fail, as many as of 3. Add a participant or remove one. [even-participants]
                        """);
    }

    @Test
    void removes_a_live_participant_beside_a_dead_one_that_stays() {
        assertThat(plan(participants(1, 2, 3, 4, 5).leader(1).down(5), remove(4)))
                .isEqualTo(
                        """
                        Plan: 1,2,3,4,5 -> 1,2,3,5
                        from version 100000000, leader 1; tolerance at least 0 throughout; leader hand-offs: 0
                          1/6 back up the configuration -> 1,2,3,4,5, tolerance 1
                          2/6 reconfigure: remove participant 4 -> 1,2,3,5, tolerance 0
                          3/6 confirm that the servers act on it -> 1,2,3,5, tolerance 0
                          4/6 see that the leader stays in office -> 1,2,3,5, tolerance 0
                          5/6 verify through each server -> 1,2,3,5, tolerance 0
                          6/6 stop server 4 -> 1,2,3,5, tolerance 0
                        ! Mind the number of participants: of 4 participants 1 may fail, as many as of 3. Add a participant or remove one. [even-participants]
                        """);
    }

    @Test
    void adds_observers_all_in_one_call() {
        assertThat(plan(participants(1, 2, 3), add(observer(5), observer(4))))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 1,2,3 observers 4,5
                        from version 100000000, leader 1; tolerance at least 1 throughout; leader hand-offs: 0
                          1/9 back up the configuration -> 1,2,3, tolerance 1
                          2/9 start server 4, not voting yet -> 1,2,3, tolerance 1
                          3/9 wait until server 4 has synced -> 1,2,3, tolerance 1
                          4/9 start server 5, not voting yet -> 1,2,3, tolerance 1
                          5/9 wait until server 5 has synced -> 1,2,3, tolerance 1
                          6/9 reconfigure: add observers 4,5 -> 1,2,3 observers 4,5, tolerance 1
                          7/9 confirm that the servers act on it -> 1,2,3 observers 4,5, tolerance 1
                          8/9 see that the leader stays in office -> 1,2,3 observers 4,5, tolerance 1
                          9/9 verify through each server -> 1,2,3 observers 4,5, tolerance 1
                        ! Mind servers 4,5: nobody reports how much data there is, free disk and heap, so that they may run out of room. See that each has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        """);
    }

    @Test
    void removes_observers_all_in_one_call() {
        assertThat(plan(participants(1, 2, 3).observers(4, 5).down(5), remove(4, 5)))
                .isEqualTo(
                        """
                        Plan: 1,2,3 observers 4,5 -> 1,2,3
                        from version 100000000, leader 1; tolerance at least 1 throughout; leader hand-offs: 0
                          1/7 back up the configuration -> 1,2,3 observers 4,5, tolerance 1
                          2/7 reconfigure: remove observers 4,5 -> 1,2,3, tolerance 1
                          3/7 confirm that the servers act on it -> 1,2,3, tolerance 1
                          4/7 see that the leader stays in office -> 1,2,3, tolerance 1
                          5/7 verify through each server -> 1,2,3, tolerance 1
                          6/7 stop server 4 -> 1,2,3, tolerance 1
                          7/7 stop server 5 -> 1,2,3, tolerance 1
                        """);
    }

    @Test
    void changes_observers_and_participants_in_calls_of_their_own() {
        assertThat(changes(
                        participants(1, 2, 3).observers(8), remove(1, 8).add(participant(4), observer(6), observer(7))))
                .isEqualTo(
                        """
                        reconfigure: add observers 6,7, remove observer 8 -> 1,2,3 observers 6,7, tolerance 1
                        reconfigure: add participant 4 -> 1,2,3,4 observers 6,7, tolerance 1
                        reconfigure: remove participant 1, the leader: leadership moves -> 2,3,4 observers 6,7, tolerance 1
                        """);
    }

    @Test
    void tells_how_often_leadership_may_move_if_nobody_is_known_to_lead() {
        assertThat(plan(participants(1, 2, 3, 4).leaderUnknown(), remove(4)))
                .isEqualTo(
                        """
                        Plan: 1,2,3,4 -> 1,2,3
                        from version 100000000, leader unknown; tolerance at least 1 throughout; leader hand-offs: 0 certain, 1 possible
                          1/6 back up the configuration -> 1,2,3,4, tolerance 1
                          2/6 reconfigure: remove participant 4 -> 1,2,3, tolerance 1
                          3/6 confirm that the servers act on it -> 1,2,3, tolerance 1
                          4/6 see that the leader stays in office -> 1,2,3, tolerance 1
                          5/6 verify through each server -> 1,2,3, tolerance 1
                          6/6 stop server 4 -> 1,2,3, tolerance 1
                        ~ Expect that leadership may move: nobody is known to lead, and server 4 hands over if it does. Nothing need be done: clients reconnect within about two seconds. [leader-leaves]
                        """);
    }

    @Test
    void moves_no_leadership_by_adding_even_if_nobody_is_known_to_lead() {
        assertThat(plan(participants(1, 2, 3).leaderUnknown(), add(observer(4))))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 1,2,3 observers 4
                        from version 100000000, leader unknown; tolerance at least 1 throughout; leader hand-offs: 0
                          1/7 back up the configuration -> 1,2,3, tolerance 1
                          2/7 start server 4, not voting yet -> 1,2,3, tolerance 1
                          3/7 wait until server 4 has synced -> 1,2,3, tolerance 1
                          4/7 reconfigure: add observer 4 -> 1,2,3 observers 4, tolerance 1
                          5/7 confirm that the servers act on it -> 1,2,3 observers 4, tolerance 1
                          6/7 see that the leader stays in office -> 1,2,3 observers 4, tolerance 1
                          7/7 verify through each server -> 1,2,3 observers 4, tolerance 1
                        ! Mind server 4: nobody reports how much data there is, free disk and heap, so that it may run out of room. See that it has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        """);
    }

    @Test
    void has_nothing_to_do_for_a_server_that_is_listed_just_so() {
        assertThat(plan(participants(1, 2, 3), add(participant(3))))
                .isEqualTo(
                        """
                        Plan: 1,2,3 is as asked for, nothing to do
                        """);
    }

    @Test
    void has_nothing_to_do_for_an_empty_request() {
        assertThat(plan(participants(1, 2, 3).observers(4), ScalingRequest.change()))
                .isEqualTo(
                        """
                        Plan: 1,2,3 observers 4 is as asked for, nothing to do
                        """);
    }

    @Test
    void adds_a_server_once_that_is_named_twice_alike() {
        assertThat(changes(participants(1, 2, 3), add(participant(4), participant(4))))
                .isEqualTo(
                        """
                        reconfigure: add participant 4 -> 1,2,3,4, tolerance 1
                        """);
    }

    @Test
    void warns_of_names_in_the_addresses_of_joiners() {
        var named = Server.parse("server.4=zk4:2888:3888:observer;2181");
        assertThat(plan(participants(1, 2, 3), add(named)))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 1,2,3 observers 4
                        from version 100000000, leader 1; tolerance at least 1 throughout; leader hand-offs: 0
                          1/7 back up the configuration -> 1,2,3, tolerance 1
                          2/7 start server 4, not voting yet -> 1,2,3, tolerance 1
                          3/7 wait until server 4 has synced -> 1,2,3, tolerance 1
                          4/7 reconfigure: add observer 4 -> 1,2,3 observers 4, tolerance 1
                          5/7 confirm that the servers act on it -> 1,2,3 observers 4, tolerance 1
                          6/7 see that the leader stays in office -> 1,2,3 observers 4, tolerance 1
                          7/7 verify through each server -> 1,2,3 observers 4, tolerance 1
                        ! Mind server 4: its quorum address is a host name; where electionPortBindRetry is not 0 (its default is 3), a name service that fails for some seconds during a reconfiguration ends every server at once. Set electionPortBindRetry=0 in each server's zoo.cfg, or use addresses. [names-resolve]
                        ! Mind server 4: nobody reports how much data there is, free disk and heap, so that it may run out of room. See that it has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        """);
    }

    @Test
    void warns_if_it_is_unknown_whether_reconfiguring_is_allowed() {
        assertThat(plan(participants(1, 2, 3).accessUnknown("the probe was not answered in time"), add(observer(4))))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 1,2,3 observers 4
                        from version 100000000, leader 1; tolerance at least 1 throughout; leader hand-offs: 0
                          1/7 back up the configuration -> 1,2,3, tolerance 1
                          2/7 start server 4, not voting yet -> 1,2,3, tolerance 1
                          3/7 wait until server 4 has synced -> 1,2,3, tolerance 1
                          4/7 reconfigure: add observer 4 -> 1,2,3 observers 4, tolerance 1
                          5/7 confirm that the servers act on it -> 1,2,3 observers 4, tolerance 1
                          6/7 see that the leader stays in office -> 1,2,3 observers 4, tolerance 1
                          7/7 verify through each server -> 1,2,3 observers 4, tolerance 1
                        ! Mind the first reconfiguration: whether it is allowed is unknown (the probe was not answered in time). Observe again before running a plan. [access-unknown]
                        ! Mind server 4: nobody reports how much data there is, free disk and heap, so that it may run out of room. See that it has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        """);
    }

    @Test
    void removes_an_observed_server_with_an_id_out_of_range() {
        assertThat(plan(participants(1, 2, 3).with(outOfRange()), remove(300)))
                .isEqualTo(
                        """
                        Plan: 1,2,3 observers 300 -> 1,2,3
                        from version 100000000, leader 1; tolerance at least 1 throughout; leader hand-offs: 0
                          1/6 back up the configuration -> 1,2,3 observers 300, tolerance 1
                          2/6 reconfigure: remove observer 300 -> 1,2,3, tolerance 1
                          3/6 confirm that the servers act on it -> 1,2,3, tolerance 1
                          4/6 see that the leader stays in office -> 1,2,3, tolerance 1
                          5/6 verify through each server -> 1,2,3, tolerance 1
                          6/6 stop server 300 -> 1,2,3, tolerance 1
                        ! Mind server 300: its id is not within 1 to 254, beyond which servers confuse sessions or refuse to start. Replace it by a server with another id. [observed-id-out-of-range]
                        """);
    }

    @Test
    void removes_an_observed_server_without_client_address() {
        var blind = Server.parse("server.4=10.0.0.4:2888:3888:participant");
        assertThat(plan(participants(1, 2, 3).with(blind).down(4), remove(4)))
                .isEqualTo(
                        """
                        Plan: 1,2,3,4 -> 1,2,3
                        from version 100000000, leader 1; tolerance at least 0 throughout; leader hand-offs: 0
                          1/6 back up the configuration -> 1,2,3,4, tolerance 0
                          2/6 reconfigure: remove participant 4 -> 1,2,3, tolerance 0
                          3/6 confirm that the servers act on it -> 1,2,3, tolerance 1
                          4/6 see that the leader stays in office -> 1,2,3, tolerance 1
                          5/6 verify through each server -> 1,2,3, tolerance 1
                          6/6 stop server 4 -> 1,2,3, tolerance 1
                        ! Mind server 4: its line names no client address, so that it cannot be seen and counts as down. Replace it by a server whose line names one. [observed-client-address-missing]
                        """);
    }

    @Test
    void carries_what_the_request_asked_for() {
        var observation = participants(1, 2, 3, 4).see();
        var plan = new Planner().plan(observation, remove(3).because("it is old"));
        assertThat(plan.origin()).isEqualTo(observation.ensemble());
        assertThat(plan.target()).isEqualTo(observation.ensemble().minus(ServerId.of(3)));
        assertThat(plan.baseVersion()).isEqualTo(observation.version());
        assertThat(plan.leader()).contains(ServerId.of(1));
        assertThat(plan.floor()).isEqualTo(1);
        assertThat(plan.reason()).isEqualTo("it is old");
        assertThat(plan.handOffs()).isZero();
        assertThat(plan.warnings().violations()).isEmpty();
    }

    /** Quorums by majority, written as a group. */
    private static QuorumRule oneGroup(long... ids) {
        var weights = new TreeMap<ServerId, Long>();
        for (long id : ids) {
            weights.put(ServerId.of(id), 1L);
        }
        return QuorumRule.hierarchical(Map.of(1L, weights.keySet()), weights);
    }

    private static long[] upTo(long last) {
        return LongStream.rangeClosed(1, last).toArray();
    }

    private static Server outOfRange() {
        return Server.parse("server.300=10.0.1.44:2888:3888:observer;10.0.1.44:2181");
    }

    private static ScalingRequest add(Server... servers) {
        return ScalingRequest.change().add(servers);
    }

    private static ScalingRequest remove(long... ids) {
        var request = ScalingRequest.change();
        for (long id : ids) {
            request = request.remove(ServerId.of(id));
        }
        return request;
    }

    private static String plan(Sight sight, ScalingRequest request) {
        return new Planner().plan(sight.see(), request).toString();
    }

    /** The reconfigurations alone, for what is about their order. */
    private static String changes(Sight sight, ScalingRequest request) {
        var text = new StringBuilder();
        for (var planned : new Planner().plan(sight.see(), request).steps()) {
            if (planned.step() instanceof Step.Reconfigure step) {
                text.append(step).append(" -> ").append(planned.leadsTo());
                text.append(", tolerance ").append(planned.tolerance()).append('\n');
            }
        }
        return text.toString();
    }
}
