package io.ensembler.curator;

import io.ensembler.spi.ExclusiveLock;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.TestEnsembleBuilder;
import io.ensembler.testkit.contract.ExclusiveLockContract;
import io.ensembler.testkit.contract.LockUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The lock in an ensemble promises what any does. */
@TestInstance(Lifecycle.PER_CLASS)
class ZooKeeperLockContractTest extends ExclusiveLockContract {

    private TestEnsemble ensemble;
    private int paths;

    /** Returns what servers are like. */
    TestEnsembleBuilder servers() {
        return TestEnsemble.builder();
    }

    @BeforeAll
    void startServers() {
        ensemble = servers().start();
    }

    @AfterAll
    void stopServers() {
        ensemble.close();
    }

    @Override
    protected LockUnderTest start() {
        return new InZooKeeper("/locks/" + ++paths);
    }

    private final class InZooKeeper implements LockUnderTest {

        private final String path;
        private final List<CuratorEnsembleDriver> drivers = new ArrayList<>();
        private final CuratorEnsembleDriver first;

        InZooKeeper(String path) {
            this.path = path;
            this.first = open();
        }

        private CuratorEnsembleDriver open() {
            var driver = CuratorEnsembleDriver.connect(ensemble.connectString())
                    .path(path)
                    .open();
            drivers.add(driver);
            return driver;
        }

        @Override
        public ExclusiveLock lock() {
            return first.lock();
        }

        @Override
        public ExclusiveLock beside() {
            return open().lock();
        }

        @Override
        public void takeAway() {
            SessionEnd.ofLock(first);
        }

        @Override
        public boolean awaitFor(BooleanSupplier condition) throws InterruptedException {
            long end = System.nanoTime() + 20_000_000_000L;
            while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
                Thread.sleep(10);
            }
            return condition.getAsBoolean();
        }

        @Override
        public void close() {
            drivers.forEach(CuratorEnsembleDriver::close);
        }
    }
}
