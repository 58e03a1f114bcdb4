package io.ensembler.plan;

import io.ensembler.scenario.ScenarioFolder;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** What is planned for each kind of request, in files that read as a specification. */
class PlannerScenariosTest {

    @TestFactory
    Stream<DynamicNode> plans_are_as_the_files_say() {
        return ScenarioFolder.at("io/ensembler/plan").tests();
    }
}
