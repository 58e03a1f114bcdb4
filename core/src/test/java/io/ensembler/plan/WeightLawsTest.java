package io.ensembler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Whatever weights are asked for, there is a plan with a call for each unit, or a refusal that says why. */
class WeightLawsTest {

    private static final long MOST_STEPS = 200;

    /** The weights of three servers in one group, before and after. */
    record Weights(List<Long> before, List<Long> after) {

        long steps() {
            long steps = 0;
            for (int i = 0; i < before.size(); i++) {
                steps += Math.min(MOST_STEPS + 1, Math.abs(after.get(i) - before.get(i)));
            }
            return steps;
        }

        @Override
        public String toString() {
            return rule(before) + " -> " + rule(after);
        }
    }

    @Provide
    Arbitrary<Weights> weights() {
        return Arbitraries.longs().map(WeightLawsTest::draw);
    }

    @Property(tries = 300, seed = "20260102", shrinking = ShrinkingMode.OFF)
    void weights_lead_to_a_plan_or_to_a_refusal_with_a_reason(@ForAll("weights") Weights drawn) {
        var sight = Sight.participants(1, 2, 3).groups(rule(drawn.before()));
        var request =
                ScalingRequest.change().changeQuorumRule(rule(drawn.after())).consentToTolerance(0);
        try {
            var calls = PlanWalk.reconfigurations(
                    new Planner().plan(sight.see(), request).steps());
            assertThat(calls).hasSize((int) drawn.steps());
        } catch (ValidationException e) {
            assertThat(e.report().errors()).extracting(Violation::rule).containsExactly(Rule.TOO_COMPLEX);
            assertThat(drawn.steps()).isGreaterThan(MOST_STEPS);
        }
    }

    @Example
    void servers_of_weight_one_that_come_and_go_change_no_weight() {
        var ids = LongStream.rangeClosed(1, 101).toArray();
        var request = ScalingRequest.change();
        for (long id : ids) {
            request = request.replace(ServerId.of(id), Sight.participant(101 + id));
        }
        var plan = new Planner().plan(Sight.participants(ids).see(), request);
        assertThat(PlanWalk.reconfigurations(plan.steps())).hasSize(202);
    }

    /** One server changes by anything, the others by little. */
    private static Weights draw(long seed) {
        var random = new Random(seed);
        var before = List.of(1L + random.nextInt(4), 1L + random.nextInt(4), weight(random));
        var after = List.of(1L + random.nextInt(4), 1L + random.nextInt(4), weight(random));
        return new Weights(before, after);
    }

    private static long weight(Random random) {
        return 1L + random.nextInt(4) + (random.nextLong() >>> (2 + random.nextInt(62)));
    }

    private static QuorumRule rule(List<Long> weights) {
        var ids = new ArrayList<ServerId>();
        var byId = new TreeMap<ServerId, Long>();
        for (int i = 0; i < weights.size(); i++) {
            ids.add(ServerId.of(i + 1));
            byId.put(ServerId.of(i + 1), weights.get(i));
        }
        return QuorumRule.hierarchical(Map.of(1L, ids), byId);
    }
}
