package io.ensembler.testkit.fake;

import java.util.List;
import java.util.function.LongFunction;

/** What is found wrong with the random case of a seed, in words that every class loader knows. */
final class FindingsOfCase implements LongFunction<List<String>> {

    @Override
    public List<String> apply(long seed) {
        return new SimulatedCase(seed)
                .run().findings().stream().map(SimulatedCase.Finding::what).toList();
    }
}
