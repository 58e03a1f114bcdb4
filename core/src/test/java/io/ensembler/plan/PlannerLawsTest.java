package io.ensembler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Calls;
import io.ensembler.validation.Rule;
import io.ensembler.validation.Transition;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What holds of every plan, over random ensembles of 1 to 7 participants and 0 to 3 observers with at most one dead
 * participant, and random additions and removals. A failure names the seed of its case: put it into {@link #SEEDS}
 * alone to see it again. Quorums and tolerance are computed a second time here, by trying all sets of servers.
 */
class PlannerLawsTest {

    private static final int CASES = 2_000;
    private static final List<Long> SEEDS =
            new Random(20_260_102).longs(CASES).boxed().toList();

    private static final Planner PLANNER = new Planner();
    private static final List<Drawn> DRAWN = SEEDS.stream().map(Drawn::new).toList();

    @Test
    void planning_twice_gives_one_plan_and_one_text() {
        forEachPlan(drawn -> {
            var again = PLANNER.plan(drawn.observation, drawn.request);
            assertThat(again).isEqualTo(drawn.plan);
            assertThat(again).hasToString(drawn.plan.toString());
        });
    }

    @Test
    void the_reconfigurations_lead_from_origin_to_target_without_a_gap() {
        forEachPlan(drawn -> {
            var at = drawn.plan.origin();
            for (var change : drawn.changes()) {
                assertThat(change.before()).isEqualTo(at);
                at = change.after();
            }
            assertThat(at).isEqualTo(drawn.target());
            assertThat(drawn.plan.target()).isEqualTo(drawn.target());
        });
    }

    @Test
    void every_reconfiguration_is_a_single_change_or_the_first_growth() {
        forEachPlan(drawn -> drawn.changes().forEach(change -> {
            var before = change.before();
            var after = change.after();
            if (Calls.isSingleChange(before, after)) {
                assertThat(everyQuorumMeets(before, after))
                        .as("quorums of %s and %s meet", before, after)
                        .isTrue();
                assertThat(Calls.everyQuorumMeets(before, after)).isTrue();
            } else {
                assertThat(Calls.isFirstGrowth(new Transition(before, after, drawn.plan.leader())))
                        .as("%s to %s is the first growth", before, after)
                        .isTrue();
            }
        }));
    }

    @Test
    void no_reconfiguration_takes_tolerance_below_the_floor() {
        forEachPlan(drawn -> {
            var live = new TreeSet<>(drawn.observation.live());
            for (var planned : drawn.plan.steps()) {
                if (planned.step() instanceof Step.Reconfigure change) {
                    change.joining().forEach(joiner -> live.add(joiner.id()));
                    int now = tolerance(change.before(), live);
                    int then = tolerance(change.after(), live);
                    assertThat(Math.min(now, then))
                            .as("tolerance of %s with %s live", change, live)
                            .isGreaterThanOrEqualTo(Math.min(drawn.plan.floor(), now))
                            .isEqualTo(planned.tolerance());
                } else {
                    assertThat(planned.tolerance())
                            .as("tolerance printed by %s", planned)
                            .isEqualTo(tolerance(planned.leadsTo(), live));
                }
            }
        });
    }

    @Test
    void the_floor_is_the_lower_tolerance_of_start_and_target() {
        forEachPlan(drawn -> assertThat(drawn.plan.floor())
                .isEqualTo(Math.min(
                        tolerance(drawn.plan.origin(), drawn.observation.live()),
                        tolerance(drawn.target(), drawn.liveAtTarget()))));
    }

    @Test
    void the_leader_leaves_in_the_last_reconfiguration_and_leadership_moves_once_at_most() {
        forEachPlan(drawn -> {
            var changes = drawn.changes();
            drawn.plan
                    .leader()
                    .filter(leader -> !drawn.target().contains(leader))
                    .ifPresentOrElse(
                            leader -> {
                                assertThat(drawn.plan.handOffs()).isEqualTo(1);
                                assertThat(changes.get(changes.size() - 1).leaving())
                                        .extracting(Server::id)
                                        .containsExactly(leader);
                            },
                            () -> assertThat(drawn.plan.handOffs()).isZero());
        });
    }

    /** Where nobody is known to lead, one that cannot be told to be down may do so, and whoever leads leaves last. */
    @Test
    void dead_participants_that_leave_do_so_before_live_ones_and_before_any_joins() {
        forEachPlan(drawn -> {
            if (drawn.plan.leader().isEmpty()) {
                return;
            }
            boolean othersMoved = false;
            for (var change : drawn.changes()) {
                boolean dead = change.leaving().stream()
                        .anyMatch(server -> server.isParticipant()
                                && !drawn.observation.live().contains(server.id()));
                assertThat(dead && othersMoved)
                        .as("%s comes after a live participant moved", change)
                        .isFalse();
                othersMoved |= !dead
                        && !change.before().participants().equals(change.after().participants());
            }
        });
    }

    @Test
    void what_is_left_after_any_reconfiguration_is_the_rest_of_the_plan() {
        forEachPlan(drawn -> {
            var changes = drawn.changes();
            for (int done = 0; done < changes.size(); done++) {
                var sight = Sight.of(changes.get(done).after()).leader(drawn.plan.leader());
                drawn.dead().forEach(id -> sight.down(id.value()));
                var rest = PLANNER.remaining(drawn.plan, sight.see());
                assertThat(PlanWalk.reconfigurations(rest))
                        .as("what is left after %s of %s", done + 1, changes)
                        .isEqualTo(changes.subList(done + 1, changes.size()));
            }
        });
    }

    @Test
    void a_request_is_refused_only_if_too_few_would_remain_or_no_live_quorum() {
        int refused = 0;
        for (var drawn : DRAWN) {
            var expected = new ArrayList<Rule>();
            if (tolerance(drawn.observation.ensemble(), drawn.observation.live()) < 0) {
                expected.add(Rule.TOLERANCE_FLOOR);
            }
            if (drawn.target().participants().isEmpty()) {
                expected.add(Rule.LAST_PARTICIPANT);
            } else if (drawn.shrinksBelowThree()) {
                expected.add(Rule.TOO_FEW_PARTICIPANTS);
            } else if (expected.isEmpty() && tolerance(drawn.target(), drawn.liveAtTarget()) < 0) {
                expected.add(Rule.TOLERANCE_FLOOR);
            }
            assertThat(drawn.refusal).as("%s", drawn).isEqualTo(expected);
            refused += expected.isEmpty() ? 0 : 1;
        }
        assertThat(refused).as("refused of %s cases", CASES).isBetween(CASES / 50, CASES / 2);
    }

    private static void forEachPlan(Consumer<Drawn> law) {
        for (var drawn : DRAWN) {
            if (drawn.refusal.isEmpty()) {
                try {
                    law.accept(drawn);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("does not hold for " + drawn + "\n" + drawn.plan, e);
                }
            }
        }
    }

    /** One random case. */
    private static final class Drawn {

        private final long seed;
        private final Observation observation;
        private final ScalingRequest request;
        private final List<Rule> refusal = new ArrayList<>();
        private final @Nullable ScalingPlan plan;

        Drawn(long seed) {
            this.seed = seed;
            var random = new Random(seed);
            var ids = new ArrayList<Long>();
            for (long id = 1; id <= 20; id++) {
                ids.add(id);
            }
            Collections.shuffle(ids, random);
            int participants = 1 + random.nextInt(7);
            int observers = random.nextInt(4);
            var chosen = ids.subList(0, participants);
            var sight = Sight.of(Ensemble.empty());
            chosen.forEach(id -> sight.with(Sight.participant(id)));
            ids.subList(participants, participants + observers).forEach(sight::observers);
            int dead = random.nextInt(2);
            if (dead == 1) {
                sight.down(chosen.get(0));
            }
            if (participants > dead && random.nextInt(10) > 0) {
                sight.leader(chosen.get(dead + random.nextInt(participants - dead)));
            }
            var wish = ScalingRequest.change();
            for (long id : ids.subList(0, participants + observers)) {
                wish = random.nextInt(3) == 0 ? wish.remove(ServerId.of(id)) : wish;
            }
            int joiners = random.nextInt(5);
            for (long id : ids.subList(participants + observers, participants + observers + joiners)) {
                wish = wish.add(random.nextInt(4) == 0 ? Sight.observer(id) : Sight.participant(id));
            }
            this.observation = sight.see();
            this.request = wish;
            this.plan = planned();
        }

        private @Nullable ScalingPlan planned() {
            try {
                return PLANNER.plan(observation, request);
            } catch (ValidationException e) {
                e.report().errors().stream().map(Violation::rule).forEach(refusal::add);
                return null;
            }
        }

        Ensemble target() {
            var target = observation.ensemble();
            for (var id : request.removals()) {
                target = target.minus(id);
            }
            for (var server : request.additions()) {
                target = target.plus(server);
            }
            return target;
        }

        Set<ServerId> liveAtTarget() {
            var live = new TreeSet<>(observation.live());
            request.additions().forEach(server -> live.add(server.id()));
            return live;
        }

        boolean shrinksBelowThree() {
            return observation.ensemble().participants().size() - dead().size() >= 3
                    && target().participants().size() < 3;
        }

        Set<ServerId> dead() {
            var dead = new TreeSet<>(observation.ensemble().participants());
            dead.removeAll(observation.live());
            return dead;
        }

        List<Step.Reconfigure> changes() {
            return PlanWalk.reconfigurations(plan.steps());
        }

        @Override
        public String toString() {
            return "seed " + seed + "L: " + request + " of " + observation;
        }
    }

    /** Whether no set of the one's participants that is a quorum leaves a quorum of the other's to the rest. */
    private static boolean everyQuorumMeets(Ensemble one, Ensemble other) {
        int ones = bits(one.participants());
        int others = bits(other.participants());
        for (int set = ones; set > 0; set = (set - 1) & ones) {
            if (isMajority(set, ones) && isMajority(others & ~set, others)) {
                return false;
            }
        }
        return true;
    }

    /** The fewest live participants without which the rest is no majority, less one. */
    private static int tolerance(Ensemble ensemble, Set<ServerId> live) {
        int all = bits(ensemble.participants());
        int counted = all & bits(live);
        int fewest = isMajority(counted, all) ? Integer.bitCount(counted) : 0;
        for (int lost = counted; lost > 0; lost = (lost - 1) & counted) {
            if (!isMajority(counted & ~lost, all)) {
                fewest = Math.min(fewest, Integer.bitCount(lost));
            }
        }
        return fewest - 1;
    }

    private static boolean isMajority(int set, int all) {
        return 2 * Integer.bitCount(set) > Integer.bitCount(all);
    }

    private static int bits(Collection<ServerId> ids) {
        return ids.stream().mapToInt(id -> 1 << (id.value() - 1)).sum();
    }
}
