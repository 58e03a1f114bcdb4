package io.ensembler.curator;

import io.ensembler.spi.PlanJournal;
import io.ensembler.testkit.ClientRequest;
import io.ensembler.testkit.Fault;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.TestEnsembleBuilder;
import io.ensembler.testkit.Timeline;
import io.ensembler.testkit.contract.JournalUnderTest;
import io.ensembler.testkit.contract.PlanJournalContract;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The journal in an ensemble promises what any does. */
@TestInstance(Lifecycle.PER_CLASS)
class ZooKeeperJournalContractTest extends PlanJournalContract {

    private TestEnsemble ensemble;
    private int paths;

    /** Returns what servers are like. */
    TestEnsembleBuilder servers() {
        return TestEnsemble.builder();
    }

    @BeforeAll
    void startServers() {
        ensemble = servers().relayClients(true).start();
    }

    @AfterAll
    void stopServers() {
        ensemble.close();
    }

    @Override
    protected JournalUnderTest start() {
        return new InZooKeeper("/journals/" + ++paths);
    }

    private final class InZooKeeper implements JournalUnderTest {

        private final String path;
        private final List<CuratorEnsembleDriver> drivers = new ArrayList<>();
        private final PlanJournal journal;
        private @Nullable Fault cut;

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
        public void loseNextReply() {
            cut = ensemble.faults().cutBeforeReply(ClientRequest.WRITE);
        }

        @Override
        public boolean hasLostReply() {
            return ensemble.timeline()
                    .last(Timeline.Kind.MARK, cut + " has struck")
                    .isPresent();
        }

        @Override
        public void close() {
            if (cut != null) {
                cut.heal();
            }
            drivers.forEach(CuratorEnsembleDriver::close);
            drivers.clear();
        }
    }
}
