package io.ensembler.testkit.fake;

import io.ensembler.spi.ExclusiveLock;
import io.ensembler.testkit.contract.ExclusiveLockContract;
import io.ensembler.testkit.contract.LockUnderTest;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The lock of simulated ensembles promises what any does. */
class SimulatedLockContractTest extends ExclusiveLockContract {

    @Override
    protected LockUnderTest start() {
        return new Simulated(SimulatedEnsemble.builder().start());
    }

    private static final class Simulated implements LockUnderTest {

        private final SimulatedEnsemble ensemble;
        private final ExclusiveLock lock;

        Simulated(SimulatedEnsemble ensemble) {
            this.ensemble = ensemble;
            this.lock = ensemble.process().lock();
        }

        @Override
        public ExclusiveLock lock() {
            return lock;
        }

        @Override
        public ExclusiveLock beside() {
            return ensemble.process().lock();
        }

        @Override
        public void takeAway() {
            ensemble.faults().loseLock();
        }

        @Override
        public boolean awaitFor(BooleanSupplier condition) {
            return ensemble.awaitFor(Duration.ofMinutes(1), condition);
        }

        @Override
        public void close() {
            ensemble.faults().healAll();
        }
    }
}
