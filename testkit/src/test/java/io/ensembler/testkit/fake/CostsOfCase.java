package io.ensembler.testkit.fake;

import io.ensembler.execution.RunResult;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * What the plan for the random case of a seed promises by what the planner prefers, and what is seen of a run of it
 * without faults; each under the change that was planned, so that others can be held against it. What does not complete
 * is not told.
 */
final class CostsOfCase implements LongFunction<Map<String, List<List<Integer>>>> {

    @Override
    public Map<String, List<List<Integer>>> apply(long seed) {
        var drawn = RandomCase.withOneDown(seed);
        var ensemble = drawn.ensemble();
        var scaler = Change.scaler(ensemble, ensemble.process());
        var plan = drawn.plan(scaler);
        var result = scaler.run(plan, SimulatedCase.OPTIONS);
        if (!(result instanceof RunResult.Completed)) {
            return Map.of();
        }
        var change = plan.origin() + " -> " + plan.target() + ", rebuilt " + plan.rebuilt() + ", floor " + plan.floor()
                + ", leader " + plan.leader();
        return Map.of(
                change, List.of(Cost.promised(ensemble, plan, drawn.down()), Cost.seen(ensemble, plan, drawn.down())));
    }
}
