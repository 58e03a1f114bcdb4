package io.ensembler.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.scenario.ScenarioFolder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What each rule says, in files that read as a specification. */
class RuleScenariosTest {

    private static final ScenarioFolder SCENARIOS = ScenarioFolder.at("io/ensembler/validation");
    private static final ScenarioFolder LARGE = ScenarioFolder.at("io/ensembler/validation/large");

    @TestFactory
    Stream<DynamicNode> the_rules_say_what_the_files_say() {
        return SCENARIOS.tests();
    }

    @Tag("chaos")
    @TestFactory
    Stream<DynamicNode> the_rules_say_what_the_files_of_large_ensembles_say() {
        return LARGE.tests();
    }

    @Test
    void every_rule_has_a_scenario() {
        var scenarios = Stream.of(SCENARIOS, LARGE)
                .flatMap(folder -> folder.scenarios().stream())
                .toList();

        assertThat(Arrays.stream(Rule.values()).filter(rule -> scenarios.stream()
                        .noneMatch(scenario -> scenario.expected().contains("[" + rule.code() + "]"))))
                .as("rules without a scenario")
                .isEmpty();
    }
}
