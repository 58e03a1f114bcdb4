package io.ensembler.validation;

import static io.ensembler.validation.Ensembles.grouped;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TransitionRulesTest {

    @Test
    void a_single_change_is_one_participant_in_or_out() {
        assertThat(isSingleChange(participants(1, 2, 3), participants(1, 2, 3, 4)))
                .isTrue();
        assertThat(isSingleChange(participants(1, 2, 3), participants(1, 3))).isTrue();
        assertThat(isSingleChange(participants(1, 2, 3), participants(1, 2, 3, 4, 5)))
                .isFalse();
        assertThat(isSingleChange(participants(1, 2, 3), participants(1, 2, 4))).isFalse();
    }

    @Test
    void a_single_change_is_one_participant_in_another_role_or_at_another_address() {
        assertThat(isSingleChange(participants(1, 2, 3), observing(participants(1, 2), 3)))
                .isTrue();
        assertThat(isSingleChange(observing(participants(1, 2), 3), participants(1, 2, 3)))
                .isTrue();
        assertThat(isSingleChange(participants(1, 2, 3), moved(participants(1, 2, 3), 3)))
                .isTrue();
        assertThat(isSingleChange(participants(1, 2, 3), moved(moved(participants(1, 2, 3), 3), 2)))
                .isFalse();
    }

    @Test
    void a_single_change_is_any_number_of_observers_and_nobody_else() {
        assertThat(isSingleChange(observing(participants(1, 2), 3), observing(participants(1, 2), 4, 5)))
                .isTrue();
        assertThat(isSingleChange(participants(1, 2), observing(participants(1, 2, 3), 4)))
                .isFalse();
    }

    @Test
    void with_groups_a_single_change_is_the_weight_of_one_server_by_one() {
        var six = grouped("1 2 3 / 4 5 6");
        assertThat(isSingleChange(six, grouped("1 2 3*2 / 4 5 6"))).isTrue();
        assertThat(isSingleChange(six, grouped("1 2 3*0 / 4 5 6"))).isTrue();
        assertThat(isSingleChange(grouped("1 2 3*7 / 4 5 6"), grouped("1 2 3*8 / 4 5 6")))
                .isTrue();
        assertThat(isSingleChange(six, grouped("1 2 3*3 / 4 5 6"))).isFalse();
        assertThat(isSingleChange(six, grouped("1 2 3*2 / 4 5 6*2"))).isFalse();
        assertThat(isSingleChange(six, moved(grouped("1 2 3*2 / 4 5 6"), 3))).isTrue();
        assertThat(isSingleChange(six, moved(grouped("1 2 3*2 / 4 5 6"), 2))).isFalse();
    }

    @Test
    void with_groups_a_server_enters_and_leaves_at_weight_one_or_zero() {
        var three = grouped("1 2 3");
        for (var joined : List.of("1 2 3 4", "1 2 3 4*0", "1 2 3 / 4", "1 2 3 / 4*0")) {
            assertThat(isSingleChange(three, grouped(joined)))
                    .as("%s joined", joined)
                    .isTrue();
            assertThat(isSingleChange(grouped(joined), three))
                    .as("%s left", joined)
                    .isTrue();
        }
        for (var joined : List.of("1 2 3 4*2", "1 2 3 / 4*2", "1 2 3 4 5", "1 2 3 4*0 5*0")) {
            assertThat(isSingleChange(three, grouped(joined)))
                    .as("%s joined", joined)
                    .isFalse();
            assertThat(isSingleChange(grouped(joined), three))
                    .as("%s left", joined)
                    .isFalse();
        }
    }

    @Test
    void with_groups_a_server_goes_to_another_group_while_it_weighs_nothing() {
        assertThat(isSingleChange(grouped("1 2 3*0 / 4 5"), grouped("1 2 / 3*0 4 5")))
                .isTrue();
        assertThat(isSingleChange(grouped("1 2 3*0 / 4 5"), grouped("1 2 / 3 4 5")))
                .isTrue();
        assertThat(isSingleChange(grouped("1 2 3 / 4 5"), grouped("1 2 / 3*0 4 5")))
                .isTrue();
        assertThat(isSingleChange(grouped("1 2 3 / 4 5"), grouped("1 2 / 3 4 5")))
                .isFalse();
        assertThat(isSingleChange(grouped("1 2 3*0 / 4 5"), grouped("1 2 / 3*2 4 5")))
                .isFalse();
        assertThat(isSingleChange(grouped("1*0 2 3*0 / 4 5"), grouped("2 / 1*0 3*0 4 5")))
                .isFalse();
    }

    @Test
    void with_groups_any_number_of_observers_changes_while_they_weigh_nothing() {
        var three = grouped("1 2 3");
        assertThat(isSingleChange(observing(three, 4), observing(three, 5, 6))).isTrue();
        assertThat(isSingleChange(observing(three, 4), grouped("1 2 3*2"))).isFalse();
        assertThat(isSingleChange(three, observing(grouped("1 2 3*2"), 4))).isFalse();
    }

    @Test
    void a_majority_is_one_group_in_which_everybody_weighs_one() {
        var majority = participants(1, 2, 3);
        for (var other : List.of("1 2 3", "1 2 3*2", "1 2 3 4", "1 2", "1 2 3 / 4", "1 2 3*0", "1 2 / 3*0")) {
            assertThat(isSingleChange(majority, grouped(other)))
                    .as("%s after", other)
                    .isTrue();
            assertThat(isSingleChange(grouped(other), majority))
                    .as("%s before", other)
                    .isTrue();
        }
        assertThat(isSingleChange(majority, moved(grouped("1 2 3"), 3))).isTrue();
        assertThat(isSingleChange(majority, grouped("1 2 / 3"))).isFalse();
        assertThat(isSingleChange(majority, grouped("1 2*2 3*2"))).isFalse();
        assertThat(isSingleChange(majority, moved(moved(grouped("1 2 3"), 3), 2)))
                .isFalse();
    }

    @Test
    void the_numbers_of_groups_mean_nothing() {
        assertThat(isSingleChange(grouped("1 2 3 / 4 5 6"), grouped("4 5 6 / 1 2 3")))
                .isTrue();
        assertThat(isSingleChange(grouped("1 2 3 / 4 5 6"), grouped("4 5 6 / 1 2 3*2")))
                .isTrue();
    }

    @Test
    void the_first_growth_is_of_one_or_two_participants_with_the_leader_staying() {
        assertThat(isFirstGrowth(participants(1), participants(1, 2, 3), 1)).isTrue();
        assertThat(isFirstGrowth(participants(1, 2), participants(1, 2, 3, 4), 2))
                .isTrue();
        assertThat(isFirstGrowth(observing(participants(1), 7), observing(participants(1, 2, 3), 7), 1))
                .isTrue();
    }

    @Test
    void the_first_growth_is_none_if_nobody_is_known_to_lead() {
        assertThat(TransitionRules.isFirstGrowth(
                        new Transition(participants(1), participants(1, 2, 3), Optional.empty())))
                .isFalse();
        assertThat(isFirstGrowth(participants(1), participants(1, 2, 3), 2)).isFalse();
    }

    @Test
    void the_first_growth_is_none_from_three_participants() {
        assertThat(isFirstGrowth(participants(1, 2, 3), participants(1, 2, 3, 4, 5), 1))
                .isFalse();
    }

    @Test
    void the_first_growth_is_none_if_anything_else_changes() {
        assertThat(isFirstGrowth(participants(1), moved(participants(1, 2, 3), 1), 1))
                .isFalse();
        assertThat(isFirstGrowth(participants(1, 2), participants(1, 3, 4), 1)).isFalse();
        assertThat(isFirstGrowth(participants(1), observing(participants(1, 2, 3), 4), 1))
                .isFalse();
        assertThat(isFirstGrowth(observing(participants(1), 4), participants(1, 2, 3), 1))
                .isFalse();
        assertThat(isFirstGrowth(observing(participants(1), 2), participants(1, 2, 3), 1))
                .isFalse();
    }

    @Test
    void the_first_growth_is_by_majority_before_and_after() {
        assertThat(isFirstGrowth(participants(1), grouped("1 2 3"), 1)).isFalse();
        assertThat(isFirstGrowth(grouped("1"), participants(1, 2, 3), 1)).isFalse();
        assertThat(isFirstGrowth(grouped("1"), grouped("1 2 3"), 1)).isFalse();
    }

    @Test
    void names_who_changes_in_weight_or_group() {
        assertThat(check(grouped("1 2 3 / 4 5 6"), grouped("1 2 3*3 / 4 5*2 6"), 0, all(6)))
                .startsWith("Cannot go from 1,2,3,4,5,6 groups (1,2,3) (4,5,6) to 1,2,3,4,5,6 groups (1,2,3*3)"
                        + " (4,5*2,6) in one reconfiguration: servers 3,5 change at once");
        assertThat(check(grouped("1 2 3 / 4 5 6"), grouped("1 2 / 3 4 5 6"), 0, all(6)))
                .contains(": servers 3 change at once");
    }

    @Test
    void refuses_to_add_two_to_three_at_once() {
        assertThat(check(participants(1, 2, 3), participants(1, 2, 3, 4, 5), 1, all(5)))
                .isEqualTo("Cannot go from 1,2,3 to 1,2,3,4,5 in one reconfiguration: servers 4,5 change at once, "
                        + "so that a quorum of either need not share a server with one of the other. Change one "
                        + "participant at a time, and observers in a call of their own. [quorums-meet]");
    }

    @Test
    void refuses_what_is_no_single_change_though_quorums_meet() {
        assertThat(check(participants(1, 2, 3), observing(participants(1, 2, 3, 4), 5), 1, all(5)))
                .isEqualTo("Cannot go from 1,2,3 to 1,2,3,4 observers 5 in one reconfiguration: servers 4,5 change "
                        + "at once. Change one participant at a time, and observers in a call of their own. "
                        + "[quorums-meet]");
    }

    @Test
    void refuses_to_take_tolerance_below_the_floor() {
        assertThat(check(participants(1, 2, 3), participants(1, 2), 1, all(3)))
                .isEqualTo("Cannot go from 1,2,3 to 1,2: of participants 1,2 all are proved in sync, which "
                        + "gives tolerance 0 where 1 is needed. Wait until more of them are in sync, or bring them "
                        + "up. [tolerance-floor]");
    }

    @Test
    void refuses_to_remove_the_live_one_of_two_that_hold_a_quorum() {
        assertThat(check(participants(1, 2, 3), participants(1, 3), 0, ids(1, 2)))
                .isEqualTo("Cannot go from 1,2,3 to 1,3: of participants 1,3 only 1 is proved in sync, which gives "
                        + "tolerance -1 where 0 is needed. Wait until more of them are in sync, or bring them up. "
                        + "[tolerance-floor]");
    }

    @Test
    void refuses_to_promote_a_dead_one() {
        assertThat(check(participants(1), participants(1, 2), 0, ids(1)))
                .isEqualTo("Cannot go from 1 to 1,2: of participants 1,2 only 1 is proved in sync, which gives "
                        + "tolerance -1 where 0 is needed. Wait until more of them are in sync, or bring them up. "
                        + "[tolerance-floor]");
    }

    @Test
    void refuses_everything_without_a_live_quorum_before_it() {
        assertThat(check(participants(1, 2, 3, 4), participants(1, 2, 3), 0, ids(1, 2)))
                .isEqualTo("Cannot go from 1,2,3,4 to 1,2,3: of participants 1,2,3,4 only 1,2 are proved in sync, "
                        + "which is no quorum. Wait until more of them are in sync, or bring them up. "
                        + "[tolerance-floor]");
    }

    @Test
    void refuses_everything_if_nobody_is_live() {
        assertThat(check(participants(1, 2, 3), participants(1, 2), 0, ids()))
                .isEqualTo("Cannot go from 1,2,3 to 1,2: of participants 1,2,3 none is proved in sync, which is no "
                        + "quorum. Wait until more of them are in sync, or bring them up. [tolerance-floor]");
    }

    @Test
    void admits_less_than_the_floor_if_tolerance_is_lower_already() {
        assertThat(check(participants(1, 2, 3, 4), participants(1, 2, 3), 1, ids(1, 2, 4)))
                .isEqualTo("");
        assertThat(check(participants(1, 2, 3, 4), participants(1, 2, 3), 1, ids(1, 2, 3)))
                .isEqualTo("");
    }

    @Test
    void admits_the_first_growth() {
        assertThat(check(participants(1), participants(1, 2, 3), 0, all(3))).isEqualTo("");
    }

    private static String check(Ensemble before, Ensemble after, int floor, Set<ServerId> live) {
        return TransitionRules.check(new Transition(before, after, Optional.of(ServerId.of(1))), live, floor)
                .toString();
    }

    private static boolean isSingleChange(Ensemble before, Ensemble after) {
        return TransitionRules.isSingleChange(before, after);
    }

    private static boolean isFirstGrowth(Ensemble before, Ensemble after, long leader) {
        return TransitionRules.isFirstGrowth(new Transition(before, after, Optional.of(ServerId.of(leader))));
    }

    private static Set<ServerId> all(int highest) {
        var ids = new TreeSet<ServerId>();
        for (int id = 1; id <= highest; id++) {
            ids.add(ServerId.of(id));
        }
        return ids;
    }

    private static Set<ServerId> ids(long... ids) {
        var set = new TreeSet<ServerId>();
        for (long id : ids) {
            set.add(ServerId.of(id));
        }
        return set;
    }

    private static Ensemble participants(long... ids) {
        return Ensembles.majority(ids);
    }

    private static Ensemble observing(Ensemble ensemble, long... ids) {
        var more = ensemble;
        for (long id : ids) {
            more = more.plus(Ensembles.server(id).withRole(ServerRole.OBSERVER));
        }
        return more;
    }

    private static Ensemble moved(Ensemble ensemble, long id) {
        var elsewhere = Ensembles.moved(id);
        return Ensemble.of(
                ensemble.servers().stream()
                        .map(server -> server.id().equals(elsewhere.id()) ? elsewhere : server)
                        .toList(),
                ensemble.quorumRule());
    }
}
