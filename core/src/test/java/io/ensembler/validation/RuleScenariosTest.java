package io.ensembler.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.scenario.ScenarioFolder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What each rule says, in files that read as a specification. */
class RuleScenariosTest {

    private static final ScenarioFolder SCENARIOS = ScenarioFolder.at("io/ensembler/validation");

    @TestFactory
    Stream<DynamicNode> the_rules_say_what_the_files_say() {
        return SCENARIOS.tests();
    }

    @Test
    void every_rule_has_a_scenario() {
        var scenarios = SCENARIOS.scenarios();

        assertThat(Arrays.stream(Rule.values()).filter(rule -> scenarios.stream()
                        .noneMatch(scenario -> scenario.expected().contains("[" + rule.code() + "]"))))
                .as("rules without a scenario")
                .isEmpty();
    }
}
