package io.ensembler.curator;

import io.ensembler.spi.PlanJournal;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.contract.JournalUnderTest;
import io.ensembler.testkit.contract.PlanJournalContract;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The journal in an ensemble promises what any does. */
class ZooKeeperJournalContractTest extends PlanJournalContract {

    private static TestEnsemble ensemble;
    private static int paths;

    @BeforeAll
    static void startServers() {
        ensemble = TestEnsemble.start(3);
    }

    @AfterAll
    static void stopServers() {
        ensemble.close();
    }

    @Override
    protected JournalUnderTest start() {
        return new InZooKeeper("/journals/" + ++paths);
    }

    /** A reply that is lost is asked for again. */
    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(Capability.TWO_AT_A_TIME);
    }

    private static final class InZooKeeper implements JournalUnderTest {

        private final String path;
        private final List<CuratorEnsembleDriver> drivers = new ArrayList<>();
        private final PlanJournal journal;

        InZooKeeper(String path) {
            this.path = path;
            this.journal = beside();
        }

        @Override
        public PlanJournal journal() {
            return journal;
        }

        @Override
        public PlanJournal restarted() {
            close();
            return beside();
        }

        @Override
        public PlanJournal beside() {
            var driver = CuratorEnsembleDriver.connect(ensemble.connectString())
                    .path(path)
                    .open();
            drivers.add(driver);
            return driver.journal();
        }

        @Override
        public void close() {
            drivers.forEach(CuratorEnsembleDriver::close);
            drivers.clear();
        }
    }
}
