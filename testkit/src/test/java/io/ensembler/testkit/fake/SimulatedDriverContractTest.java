package io.ensembler.testkit.fake;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
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
        public Server newServerOfUnknownName() {
            ensemble.faults().loseNamesHere();
            var server = ensemble.newServers(1).get(0);
            return server.withEndpoints(Endpoints.of(
                    new QuorumAddress("no-such-host.invalid", 2888, 3888), new Address("no-such-host.invalid", 2181)));
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
