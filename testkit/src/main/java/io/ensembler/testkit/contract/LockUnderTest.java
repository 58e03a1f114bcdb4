package io.ensembler.testkit.contract;

import io.ensembler.spi.ExclusiveLock;
import java.util.function.BooleanSupplier;
import org.apiguardian.api.API;

/**
 * A lock that is tested, with what a test does to it. Used by one thread but for the locks themselves.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface LockUnderTest extends AutoCloseable {

    /** Returns the lock as the first process has it, the same at each call. */
    ExclusiveLock lock();

    /** Returns the same lock as another process has it. */
    ExclusiveLock beside();

    /** Takes the lock from the first process without its doing, as when its session ends. */
    void takeAway();

    /**
     * Waits until something is so, by the clock of the lock.
     *
     * @return whether it came to be so within a time that is long for such a lock
     */
    boolean awaitFor(BooleanSupplier condition) throws InterruptedException;

    /** Ends whoever has the lock. */
    @Override
    void close();
}
