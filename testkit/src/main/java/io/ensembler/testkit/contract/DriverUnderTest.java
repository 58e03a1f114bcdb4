package io.ensembler.testkit.contract;

import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.EnsembleVerbs;
import java.time.Duration;
import org.apiguardian.api.API;

/**
 * A driver that is tested, with the ensemble that it reaches and what a test does to that. Used by one thread.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface DriverUnderTest extends AutoCloseable {

    /** Returns the driver, the same at each call. */
    EnsembleDriver driver();

    /** Returns the clock by which the driver reckons. */
    TimeSource time();

    /** Returns the ensemble that the driver reaches. */
    EnsembleVerbs ensemble();

    /**
     * Returns how much longer than its time a call may take: what the machine needs that runs the test.
     *
     * @return three seconds unless it is overridden
     */
    default Duration slack() {
        return Duration.ofSeconds(3);
    }

    /** Ends the driver and the ensemble. */
    @Override
    void close();
}
