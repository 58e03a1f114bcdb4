package io.ensembler.spi;

import java.time.Duration;
import org.apiguardian.api.API;

/**
 * Lets one runner at a time change an ensemble, among all processes that use the same lock. Implementations are
 * thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface ExclusiveLock {

    /**
     * Waits until nobody else holds the lock and takes it.
     *
     * @param timeLeft how long to wait; zero for not at all
     * @throws DriverException of kind {@code CONFLICT} if somebody else holds it, with who that is as far as it is
     *     known; of another kind if that cannot be told
     */
    Held acquire(Duration timeLeft) throws InterruptedException;

    /** A lock that is held, until it is lost or given back. Implementations are thread-safe. */
    interface Held extends AutoCloseable {

        /** Returns the number of this holding: greater than that of every holding before it, by whomever. */
        long epoch();

        /**
         * Returns whether it is held still, as far as this process can know without asking anybody: false from the
         * moment in which somebody else may hold it; once false, always false.
         */
        boolean isHeld();

        /** Gives it back. Nothing is thrown if that fails: it is then lost by itself. May be repeated. */
        @Override
        void close();
    }
}
