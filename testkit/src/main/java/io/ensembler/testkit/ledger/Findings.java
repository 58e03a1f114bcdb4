package io.ensembler.testkit.ledger;

import io.ensembler.report.TrafficReport.Violation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a check found: how often each promise was broken, with some examples. For one thread. */
final class Findings {

    private static final int EXAMPLES = 5;

    private final Map<Violation, Long> counts = new EnumMap<>(Violation.class);
    private final List<String> examples = new ArrayList<>();

    void add(Violation violation, String example) {
        if (counts.merge(violation, 1L, Long::sum) <= EXAMPLES) {
            examples.add(example);
        }
    }

    Map<Violation, Long> counts() {
        return counts;
    }

    List<String> examples() {
        return examples;
    }
}
