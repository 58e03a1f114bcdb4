package io.ensembler.validation;

import static io.ensembler.validation.Ensembles.grouped;
import static io.ensembler.validation.Ensembles.majority;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the rules say of quorums, beside trying all sets of up to seven servers. Whether one set is a quorum is compared
 * with the server's own answer elsewhere.
 */
class QuorumBruteForceTest {

    private static final long SEED = 20_240_401;
    private static final int SERVERS = 7;
    private static final int EVERYBODY = (1 << SERVERS) - 1;
    private static final int RANDOM_PAIRS = 20_000;

    /** By the bits of its servers. */
    private static final List<Set<ServerId>> SETS = IntStream.rangeClosed(0, EVERYBODY)
            .mapToObj(bits -> IntStream.rangeClosed(1, SERVERS)
                    .filter(id -> (bits >> (id - 1) & 1) == 1)
                    .mapToObj(ServerId::of)
                    .collect(Collectors.<ServerId, Set<ServerId>>toCollection(TreeSet::new)))
            .toList();

    /** An ensemble with all sets of servers that are quorums of it, each server a bit. */
    private record Tried(Ensemble ensemble, BitSet quorums) {

        static Tried of(Ensemble ensemble) {
            var quorums = new BitSet();
            IntStream.rangeClosed(0, EVERYBODY)
                    .filter(set -> ensemble.containsQuorum(ids(set)))
                    .forEach(quorums::set);
            return new Tried(ensemble, quorums);
        }

        /** Of all sets that share no server with another, all the rest is the one that is a quorum if any is. */
        boolean everyQuorumMeets(Tried other) {
            return quorums.stream().noneMatch(set -> other.quorums.get(EVERYBODY & ~set));
        }

        /** The fewest live ones whose loss leaves no quorum among the rest of them, less one. */
        int tolerance(int live) {
            return IntStream.rangeClosed(0, live)
                            .filter(lost -> (lost & ~live) == 0 && !quorums.get(live & ~lost))
                            .map(Integer::bitCount)
                            .min()
                            .orElseThrow()
                    - 1;
        }
    }

    @Test
    void all_majorities_of_up_to_seven_servers_meet_where_trying_all_sets_says_so() {
        var majorities = IntStream.rangeClosed(0, EVERYBODY)
                .mapToObj(set -> Tried.of(
                        majority(ids(set).stream().mapToLong(ServerId::value).toArray())))
                .toList();
        assertAllPairs(majorities);
    }

    @Test
    void all_groupings_of_up_to_three_servers_meet_where_trying_all_sets_says_so() {
        assertAllPairs(Ensembles.all(3, 2).stream().map(Tried::of).toList());
    }

    @Test
    void all_groupings_of_up_to_four_servers_with_and_without_weight_meet_where_trying_all_sets_says_so() {
        assertAllPairs(Ensembles.all(4, 1).stream().map(Tried::of).toList());
    }

    @Test
    void random_ensembles_of_up_to_seven_servers_meet_where_trying_all_sets_says_so() {
        var answers = new ArrayList<Boolean>();
        forRandomPairs(SEED, (one, other) -> {
            assertMeetsAsTried(one, other);
            answers.add(one.everyQuorumMeets(other));
        });
        assertThat(answers.stream().filter(meets -> meets).count())
                .as("pairs of seed %d that meet, of %d", SEED, answers.size())
                .isBetween(RANDOM_PAIRS * 3L / 10, RANDOM_PAIRS * 7L / 10);
    }

    @Test
    void tolerance_is_one_less_than_the_fewest_losses_that_trying_all_sets_finds() {
        Ensembles.all(4, 2).forEach(QuorumBruteForceTest::assertToleratesAsTried);
        var random = new Random(SEED + 1);
        for (int i = 0; i < 1_000; i++) {
            assertToleratesAsTried(Ensembles.random(random, SERVERS));
        }
    }

    @Test
    void every_unit_change_is_a_single_change_and_leaves_all_quorums_meeting() {
        var random = new Random(SEED + 2);
        int changes = 0;
        for (int i = 0; i < 500; i++) {
            var before = Tried.of(Ensembles.random(random, SERVERS));
            for (var changed : Ensembles.oneChangeFrom(before.ensemble, SERVERS)) {
                changes++;
                var after = Tried.of(changed);
                assertThat(TransitionRules.isSingleChange(before.ensemble, changed))
                        .as("%s to %s is a single change", before.ensemble, changed)
                        .isTrue();
                assertMeetsAsTried(before, after);
                assertThat(before.everyQuorumMeets(after))
                        .as("every quorum of %s meets every one of %s", before.ensemble, changed)
                        .isTrue();
            }
        }
        assertThat(changes).as("unit changes").isGreaterThan(20_000);
    }

    @Test
    void nothing_but_unit_changes_is_a_single_change() {
        var all = Ensembles.all(3, 2);
        for (var before : all) {
            var single = Ensembles.oneChangeFrom(before, 3).stream()
                    .map(after -> Draft.of(after).arithmetic())
                    .collect(Collectors.toCollection(TreeSet::new));
            single.add(Draft.of(before).arithmetic());
            for (var after : all) {
                assertThat(TransitionRules.isSingleChange(before, after))
                        .as("%s to %s is a single change", before, after)
                        .isEqualTo(single.contains(Draft.of(after).arithmetic()));
            }
        }
    }

    @Test
    void what_is_a_single_change_leaves_all_quorums_meeting() {
        var single = new ArrayList<Ensemble>();
        forRandomPairs(SEED + 3, (before, after) -> {
            if (TransitionRules.isSingleChange(before.ensemble, after.ensemble)) {
                single.add(after.ensemble);
                assertThat(before.everyQuorumMeets(after))
                        .as("every quorum of %s meets every one of %s", before.ensemble, after.ensemble)
                        .isTrue();
            }
        });
        assertThat(single).hasSizeGreaterThan(RANDOM_PAIRS / 20);
    }

    @Test
    void three_to_five_in_one_call_and_a_swap_at_an_odd_size_do_not_meet() {
        var three = majority(1, 2, 3);
        for (var after : List.of(
                majority(1, 2, 3, 4, 5),
                grouped("1 2 3 4 5"),
                majority(2, 3, 4),
                grouped("2 3 4"),
                grouped("1 2 3*3"),
                grouped("1 / 2*0 3*0"))) {
            for (var before : List.of(three, grouped("1 2 3"))) {
                assertThat(TransitionRules.everyQuorumMeets(before, after))
                        .as("every quorum of %s meets every one of %s", before, after)
                        .isFalse();
                assertThat(TransitionRules.everyQuorumMeets(after, before))
                        .as("every quorum of %s meets every one of %s", after, before)
                        .isFalse();
            }
        }
    }

    @Test
    void a_swap_and_two_more_at_an_even_size_meet_and_are_no_single_changes() {
        var four = majority(1, 2, 3, 4);
        for (var after : List.of(majority(2, 3, 4, 5), majority(1, 2, 3, 4, 5, 6))) {
            assertThat(TransitionRules.everyQuorumMeets(four, after)).isTrue();
            assertThat(TransitionRules.isSingleChange(four, after)).isFalse();
        }
    }

    @Test
    @Timeout(30)
    void an_answer_comes_for_as_many_participants_as_there_are_ids() {
        var most = majority(LongStream.rangeClosed(1, 254).toArray());
        var oneFewer = majority(LongStream.rangeClosed(1, 253).toArray());
        var threeFewer = majority(LongStream.rangeClosed(1, 251).toArray());
        var together = Ensemble.of(most.servers(), QuorumRule.hierarchical(Map.of(1L, most.participants()), Map.of()));
        var apart = Ensemble.of(most.servers(), QuorumRule.hierarchical(groups(most, 254), Map.of()));
        var inTens = Ensemble.of(most.servers(), QuorumRule.hierarchical(groups(most, 25), Map.of()));

        assertThat(TransitionRules.everyQuorumMeets(most, oneFewer)).isTrue();
        assertThat(TransitionRules.everyQuorumMeets(most, threeFewer)).isFalse();
        for (var even : List.of(most, together, apart)) {
            for (var alike : List.of(most, together, apart)) {
                assertThat(TransitionRules.everyQuorumMeets(even, alike)).isTrue();
            }
            assertThat(TransitionRules.everyQuorumMeets(even, oneFewer)).isTrue();
            assertThat(TransitionRules.everyQuorumMeets(even, threeFewer)).isFalse();
            assertThat(TransitionRules.everyQuorumMeets(even, inTens)).isFalse();
        }
        assertThat(TransitionRules.everyQuorumMeets(inTens, inTens)).isTrue();
    }

    @Test
    @Timeout(60)
    void an_answer_comes_for_thirty_participants_whatever_their_groups_and_weights() {
        var random = new Random(SEED + 4);
        var ids = LongStream.rangeClosed(1, 30).mapToObj(ServerId::of).toList();
        for (int i = 0; i < 40; i++) {
            var weights = new TreeMap<ServerId, Long>();
            ids.forEach(id -> weights.put(id, random.nextLong(1L << 40)));
            var one = weighted(weights, 1 + i % 10, 0);
            var other = weighted(weights, 1 + random.nextInt(10), 0);

            assertThat(TransitionRules.everyQuorumMeets(one, one)).as("%s", one).isTrue();
            assertThat(TransitionRules.everyQuorumMeets(one, other))
                    .as("%s and %s", one, other)
                    .isEqualTo(TransitionRules.everyQuorumMeets(other, one));
        }
    }

    /** Where the answer turns, the most ways to share the servers out come close to it. */
    @Test
    @Timeout(60)
    void an_answer_comes_for_thirty_participants_where_it_turns() {
        var random = new Random(SEED + 5);
        var weights = new TreeMap<ServerId, Long>();
        var altered = new TreeMap<ServerId, Long>();
        for (long id = 1; id <= 30; id++) {
            long weight = 1_000_000L + random.nextInt(1_000_000);
            weights.put(ServerId.of(id), weight);
            altered.put(ServerId.of(id), weight + random.nextInt(200_000) - 100_000);
        }
        long apart = 0;
        long meeting = 30_000_000;
        while (meeting - apart > 1) {
            long between = (apart + meeting) / 2;
            var one = weighted(weights, 1, between);
            var other = weighted(altered, 1, between);
            if (TransitionRules.everyQuorumMeets(one, other)) {
                meeting = between;
            } else {
                apart = between;
            }
        }
        assertThat(meeting).as("the weight that has to be missing").isBetween(1L, 2_000_000L);
    }

    /** Participants in groups in turn, and an observer beside the first that weighs in its group. */
    private static Ensemble weighted(Map<ServerId, Long> weights, int groups, long observer) {
        var draft = new Draft();
        weights.forEach((id, weight) -> draft.participate(id.value(), 1 + id.value() % groups, weight));
        draft.observe(100);
        draft.place(ServerId.of(100), 1, observer);
        return draft.grouped();
    }

    private static Map<Long, List<ServerId>> groups(Ensemble ensemble, int groups) {
        return ensemble.participants().stream().collect(Collectors.groupingBy(id -> id.value() % groups));
    }

    /** Half of them have nothing in common, half are a few changes apart. */
    private static void forRandomPairs(long seed, BiConsumer<Tried, Tried> consumer) {
        var random = new Random(seed);
        for (int i = 0; i < RANDOM_PAIRS; i += 4) {
            var one = Tried.of(Ensembles.random(random, SERVERS));
            var other = Tried.of(Ensembles.random(random, SERVERS));
            consumer.accept(one, other);
            consumer.accept(other, one);
            consumer.accept(one, changed(one, random));
            consumer.accept(other, changed(other, random));
        }
    }

    private static Tried changed(Tried tried, Random random) {
        return Tried.of(changed(tried.ensemble, 1 + random.nextInt(4), random));
    }

    private static Ensemble changed(Ensemble ensemble, int times, Random random) {
        var changed = ensemble;
        for (int i = 0; i < times; i++) {
            changed = Ensembles.oneChangeFrom(changed, SERVERS, random);
        }
        return changed;
    }

    private static void assertAllPairs(List<Tried> all) {
        all.forEach(one -> all.forEach(other -> assertMeetsAsTried(one, other)));
    }

    private static void assertMeetsAsTried(Tried one, Tried other) {
        boolean meets = TransitionRules.everyQuorumMeets(one.ensemble, other.ensemble);
        if (meets != one.everyQuorumMeets(other)) {
            throw new AssertionError("that every quorum of " + one.ensemble + " meets every one of " + other.ensemble
                    + " is said to be " + meets + ", and trying all sets says otherwise");
        }
    }

    private static void assertToleratesAsTried(Ensemble ensemble) {
        var tried = Tried.of(ensemble);
        for (int live = 0; live <= EVERYBODY; live++) {
            assertThat(ensemble.tolerance(ids(live)))
                    .as("tolerance of %s with %s live", ensemble, ids(live))
                    .isEqualTo(tried.tolerance(live));
        }
    }

    private static Set<ServerId> ids(int set) {
        return SETS.get(set);
    }
}
