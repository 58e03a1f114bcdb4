package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumRuleTest {

    @ParameterizedTest(name = "{0} participants, {1} live")
    @CsvSource({
        "0, 0, -1",
        "1, 1, 0",
        "1, 0, -1",
        "2, 2, 0",
        "2, 1, -1",
        "3, 3, 1",
        "3, 2, 0",
        "3, 1, -1",
        "4, 4, 1",
        "5, 5, 2",
        "5, 4, 1",
        "5, 3, 0",
        "5, 2, -1",
        "6, 6, 2",
        "7, 7, 3"
    })
    void by_majority_tolerates_what_leaves_more_than_half(int participants, int live, int tolerance) {
        var rule = QuorumRule.majority();

        assertThat(rule.tolerance(upTo(participants), upTo(live))).isEqualTo(tolerance);
        assertThat(rule.containsQuorum(upTo(participants), upTo(live))).isEqualTo(tolerance >= 0);
    }

    @Test
    void counts_participants_only() {
        assertThat(QuorumRule.majority().containsQuorum(upTo(3), ids(3, 4, 5))).isFalse();
        assertThat(QuorumRule.majority().tolerance(upTo(3), upTo(9))).isEqualTo(1);
    }

    @Test
    void hierarchical_needs_more_than_half_of_the_weight_in_more_than_half_of_the_groups() {
        var rule = QuorumRule.hierarchical(groups(ids(1, 2, 3), ids(4, 5, 6), ids(7, 8, 9)), Map.of());

        assertThat(rule.containsQuorum(upTo(9), ids(1, 2, 4, 5))).isTrue();
        assertThat(rule.containsQuorum(upTo(9), ids(1, 2, 3, 4, 7))).isFalse();
        assertThat(rule.tolerance(upTo(9), upTo(9))).isEqualTo(3);
        assertThat(rule.tolerance(upTo(9), ids(1, 2, 3, 4, 5, 6))).isEqualTo(1);
        assertThat(rule.tolerance(upTo(9), ids(1, 2, 3, 4, 7))).isEqualTo(-1);
    }

    @Test
    void a_group_of_weight_zero_does_not_count_as_a_group() {
        var rule = QuorumRule.hierarchical(groups(ids(1, 2, 3), ids(4, 5)), weights("4=0 5=0"));

        assertThat(rule.containsQuorum(upTo(5), ids(1, 2))).isTrue();
        assertThat(rule.containsQuorum(upTo(5), ids(1, 4, 5))).isFalse();
        assertThat(rule.tolerance(upTo(5), upTo(5))).isEqualTo(1);
    }

    @Test
    void where_all_weights_are_zero_nobody_is_a_quorum() {
        var rule = QuorumRule.hierarchical(groups(ids(1, 2)), weights("1=0 2=0"));

        assertThat(rule.containsQuorum(upTo(2), upTo(2))).isFalse();
        assertThat(rule.tolerance(upTo(2), upTo(2))).isEqualTo(-1);
    }

    @Test
    void the_heaviest_losses_come_first() {
        var rule = QuorumRule.hierarchical(groups(ids(1, 2, 3)), weights("3=3"));

        assertThat(rule.containsQuorum(upTo(3), ids(3))).isTrue();
        assertThat(rule.containsQuorum(upTo(3), ids(1, 2))).isFalse();
        assertThat(rule.tolerance(upTo(3), upTo(3))).isZero();
    }

    @Test
    void the_weight_of_an_observer_in_a_group_counts_against_it_as_it_does_in_the_server() {
        var rule = QuorumRule.hierarchical(groups(ids(1, 2, 3)), weights("3=2"));

        assertThat(rule.containsQuorum(ids(1, 2), upTo(3))).isFalse();
    }

    @Test
    void names_its_groups_with_the_weights_that_are_not_one() {
        assertThat(QuorumRule.majority()).hasToString("majority");
        assertThat(QuorumRule.hierarchical(groups(ids(2, 1), ids(3)), weights("3=0 1=1")))
                .hasToString("groups (1,2) (3*0)");
    }

    @Test
    void an_omitted_weight_equals_a_weight_of_one() {
        assertThat(QuorumRule.hierarchical(groups(ids(1, 2)), Map.of()))
                .isEqualTo(QuorumRule.hierarchical(groups(ids(2, 1)), weights("2=1 1=1")))
                .hasSameHashCodeAs(QuorumRule.hierarchical(groups(ids(1, 2)), weights("1=1")))
                .isNotEqualTo(QuorumRule.hierarchical(groups(ids(1, 2)), weights("1=2")))
                .isNotEqualTo(QuorumRule.majority());
    }

    @Test
    void keeps_nothing_of_the_caller_that_can_change() {
        var groups = new HashMap<Long, SortedSet<ServerId>>();
        groups.put(1L, new TreeSet<>(ids(1, 2)));
        var rule = QuorumRule.hierarchical(groups, Map.of());
        groups.get(1L).add(ServerId.of(3));
        groups.put(2L, ids(4));

        assertThat(rule.groups()).isEqualTo(Map.of(1L, ids(1, 2))).isUnmodifiable();
        assertThat(rule.weights()).isUnmodifiable();
    }

    @Test
    void refuses_groups_and_weights_that_make_no_sense() {
        assertRefused(Map.of(), "", "a hierarchical quorum needs a group");
        assertRefused(Map.of(1L, ids()), "", "group 1 is empty");
        assertRefused(groups(ids(1, 2), ids(2)), "", "server 2 is named twice in the groups");
        assertRefused(Map.of(1L, List.of(ServerId.of(1), ServerId.of(1))), "", "server 1 is named twice in the groups");
        assertRefused(groups(ids(1)), "1=-1", "the weight of server 1 is negative: -1");
        assertRefused(groups(ids(1)), "2=1", "server 2 has a weight but is in no group");
        assertRefused(
                groups(ids(1, 2)),
                "1=" + Long.MAX_VALUE,
                "the weights of group 1 add up to more than a server can count");
    }

    private static void assertRefused(
            Map<Long, ? extends Collection<ServerId>> groups, String weights, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuorumRule.hierarchical(groups, weights(weights)))
                .withMessage(message);
    }

    @SafeVarargs
    private static Map<Long, SortedSet<ServerId>> groups(SortedSet<ServerId>... groups) {
        var byNumber = new HashMap<Long, SortedSet<ServerId>>();
        for (var group : groups) {
            byNumber.put(byNumber.size() + 1L, group);
        }
        return byNumber;
    }

    private static Map<ServerId, Long> weights(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(weight -> !weight.isEmpty())
                .map(weight -> weight.split("=", -1))
                .collect(Collectors.toMap(
                        weight -> ServerId.of(Long.parseLong(weight[0])), weight -> Long.valueOf(weight[1])));
    }

    private static SortedSet<ServerId> ids(long... ids) {
        return Arrays.stream(ids).mapToObj(ServerId::of).collect(Collectors.toCollection(TreeSet::new));
    }

    private static SortedSet<ServerId> upTo(int highest) {
        var ids = new TreeSet<ServerId>();
        for (int id = 1; id <= highest; id++) {
            ids.add(ServerId.of(id));
        }
        return ids;
    }
}
