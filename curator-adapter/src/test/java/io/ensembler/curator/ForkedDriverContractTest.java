package io.ensembler.curator;

import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.TestEnsembleBuilder;
import org.junit.jupiter.api.Tag;

/** What the driver promises on servers of this JVM it keeps on servers with processes of their own. */
@Tag("chaos")
class ForkedDriverContractTest extends CuratorEnsembleDriverContractTest {

    @Override
    TestEnsembleBuilder servers() {
        return TestEnsemble.builder().runtime(ServerRuntime.forked().withoutRelays());
    }
}
