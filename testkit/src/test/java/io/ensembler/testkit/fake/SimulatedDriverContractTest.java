package io.ensembler.testkit.fake;

import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.contract.DriverUnderTest;
import io.ensembler.testkit.contract.EnsembleDriverContract;
import java.time.Duration;

/** The driver of simulated ensembles promises what that of real ones does. */
class SimulatedDriverContractTest extends EnsembleDriverContract {

    @Override
    protected DriverUnderTest start(int participants) {
        return new Simulated(
                SimulatedEnsemble.builder().participants(participants).start());
    }

    private static final class Simulated implements DriverUnderTest {

        private final SimulatedEnsemble ensemble;
        private final EnsembleDriver driver;

        Simulated(SimulatedEnsemble ensemble) {
            this.ensemble = ensemble;
            this.driver = ensemble.driver();
        }

        @Override
        public EnsembleDriver driver() {
            return driver;
        }

        @Override
        public TimeSource time() {
            return ensemble.clock();
        }

        @Override
        public SimulatedEnsemble ensemble() {
            return ensemble;
        }

        @Override
        public Duration slack() {
            return Duration.ZERO;
        }

        @Override
        public void close() {
            ensemble.faults().healAll();
        }
    }
}
