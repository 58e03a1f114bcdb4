package io.ensembler.curator;

import io.ensembler.curator.Outcome.Repeat;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.KeeperException;

/** What failures of reads, probes and writes to our own znodes mean. */
final class Failures {

    private Failures() {}

    /** Returns whether the same may succeed when tried again, on another session if need be. */
    static boolean isRepeatable(Throwable failure) {
        if (failure instanceof KeeperException keeper) {
            return repeat(keeper) == Repeat.YES;
        }
        if (failure instanceof DriverException driver) {
            return driver.kind() == Kind.RETRYABLE;
        }
        return failure instanceof TimeoutException;
    }

    /** A code that nobody knows yet is not tried again. */
    private static Repeat repeat(KeeperException failure) {
        return Outcome.of(failure.code()).repeat().orElse(Repeat.NO);
    }

    /** Returns the exception that says {@code what} cannot be done because of {@code failure}. */
    static DriverException toDriverException(String what, Exception failure) {
        if (failure instanceof DriverException driver) {
            return driver;
        }
        if (failure instanceof TimeoutException) {
            return new DriverException(
                    Kind.RETRYABLE,
                    what + ": no answer came in time. See whether a quorum of the ensemble is up, then try again.",
                    failure);
        }
        if (failure instanceof KeeperException keeper) {
            return switch (repeat(keeper)) {
                case NO_RIGHT ->
                    new DriverException(
                            Kind.REFUSED,
                            what + ": the identity given lacks the right to do so" + at(keeper) + " (" + keeper.code()
                                    + "). Give credentials that have it with authorization(scheme, secret), or another path.",
                            failure);
                case YES, NO ->
                    new DriverException(
                            repeat(keeper) == Repeat.YES ? Kind.RETRYABLE : Kind.REFUSED,
                            what + ": ZooKeeper answered " + keeper.code() + at(keeper) + ".",
                            failure);
            };
        }
        return new DriverException(
                Kind.REFUSED, what + ": it failed in a way that was not foreseen (" + failure + ").", failure);
    }

    private static String at(KeeperException failure) {
        return failure.getPath() == null ? "" : " at " + failure.getPath();
    }
}
