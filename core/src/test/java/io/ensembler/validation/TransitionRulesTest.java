package io.ensembler.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TransitionRulesTest {

    @Test
    void finds_out_whether_all_quorums_meet_as_trying_all_of_them_does() {
        for (int one = 0; one < 64; one++) {
            for (int other = 0; other < 64; other++) {
                assertThat(TransitionRules.everyQuorumMeets(ofBits(one), ofBits(other)))
                        .as("every quorum of %s meets every one of %s", ofBits(one), ofBits(other))
                        .isEqualTo(allMeet(one, other));
            }
        }
    }

    @Test
    void judges_majorities_only() {
        var groups = new TreeMap<Long, SortedSet<ServerId>>();
        groups.put(1L, new TreeSet<>(List.of(ServerId.of(1))));
        var grouped = Ensemble.of(List.of(server(1)), QuorumRule.hierarchical(groups, new TreeMap<>()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransitionRules.everyQuorumMeets(grouped, participants(1)))
                .withMessage("quorums by majority are expected: 1 groups (1) and 1");
    }

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
        var servers = new ArrayList<Server>();
        for (long id : ids) {
            servers.add(server(id));
        }
        return Ensemble.of(servers, QuorumRule.majority());
    }

    private static Ensemble observing(Ensemble ensemble, long... ids) {
        var more = ensemble;
        for (long id : ids) {
            more = more.plus(server(id).withRole(ServerRole.OBSERVER));
        }
        return more;
    }

    private static Ensemble moved(Ensemble ensemble, long id) {
        return ensemble.minus(ServerId.of(id))
                .plus(Server.parse("server." + id + "=10.9.9." + id + ":2888:3888;10.9.9." + id + ":2181"));
    }

    private static Server server(long id) {
        return Server.parse("server." + id + "=10.0.0." + id + ":2888:3888;10.0.0." + id + ":2181");
    }

    /** The participants whose bits are set. */
    private static Ensemble ofBits(int bits) {
        var servers = new ArrayList<Server>();
        for (int id = 1; id <= 6; id++) {
            if ((bits >> (id - 1) & 1) == 1) {
                servers.add(server(id));
            }
        }
        return Ensemble.of(servers, QuorumRule.majority());
    }

    private static boolean allMeet(int one, int other) {
        for (int quorum = 0; quorum < 64; quorum++) {
            for (int opposed = 0; opposed < 64; opposed++) {
                if (isQuorum(quorum, one) && isQuorum(opposed, other) && (quorum & opposed) == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isQuorum(int set, int participants) {
        return (set & ~participants) == 0 && 2 * Integer.bitCount(set) > Integer.bitCount(participants);
    }
}
