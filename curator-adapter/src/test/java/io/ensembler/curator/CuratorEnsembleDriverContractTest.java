package io.ensembler.curator;

import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.TestEnsembleBuilder;
import io.ensembler.testkit.contract.DriverUnderTest;
import io.ensembler.testkit.contract.EnsembleDriverContract;

/** The driver of real ensembles keeps what every driver promises, on real servers. */
class CuratorEnsembleDriverContractTest extends EnsembleDriverContract {

    @Override
    protected DriverUnderTest start(int participants) {
        return new Real(servers().participants(participants).start());
    }

    /** Returns what servers are like. */
    TestEnsembleBuilder servers() {
        return TestEnsemble.builder();
    }

    private static final class Real implements DriverUnderTest {

        private final TestEnsemble ensemble;
        private final CuratorEnsembleDriver driver;

        Real(TestEnsemble ensemble) {
            this.ensemble = ensemble;
            this.driver = CuratorEnsembleDriver.connect(ensemble.connectString())
                    .looks(10_000)
                    .open();
        }

        @Override
        public EnsembleDriver driver() {
            return driver;
        }

        @Override
        public TimeSource time() {
            return TimeSource.system();
        }

        @Override
        public TestEnsemble ensemble() {
            return ensemble;
        }

        @Override
        public void close() {
            driver.close();
            ensemble.close();
        }
    }
}
