package io.ensembler.curator;

import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.TimeSource;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.KeeperException;

/**
 * Bounds remote calls in time and repeats those that are safe to repeat: reads, probes and writes to znodes of our own.
 * What sends a reconfiguration never comes here.
 */
final class Guard {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration SHORTEST_LIMIT = Duration.ofMillis(1);

    private Guard() {}

    /** An attempt at something that is safe to repeat. */
    interface Attempt<T> {
        T make() throws KeeperException, TimeoutException, InterruptedException;
    }

    /**
     * Waits for an answer.
     *
     * @throws TimeoutException if none came in time; the answer is then ignored
     */
    static <T> T await(CompletableFuture<T> answer, Deadline deadline)
            throws KeeperException, TimeoutException, InterruptedException {
        var left = deadline.left();
        var config = TimeLimiterConfig.custom()
                .timeoutDuration(left.compareTo(SHORTEST_LIMIT) < 0 ? SHORTEST_LIMIT : left)
                .build();
        try {
            return TimeLimiter.of(config).executeFutureSupplier(() -> answer);
        } catch (KeeperException | TimeoutException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("An answer of ZooKeeper failed in a way that it cannot", e);
        }
    }

    /** Waits for what a session to a server shows, and returns it as a fact: unknown, with the reason, if it fails. */
    static <T> Fact<T> fact(CompletableFuture<T> answer, Source source, Deadline deadline, TimeSource time)
            throws InterruptedException {
        try {
            return Fact.known(await(answer, deadline), source, time.now());
        } catch (TimeoutException e) {
            return Fact.unknown("a session to it brought no answer in time");
        } catch (KeeperException e) {
            return Fact.unknown("a session to it failed with " + e.code());
        } catch (DriverException e) {
            return Fact.unknown(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // One server that answers oddly must not hide what the others say.
            return Fact.unknown("what a session to it shows cannot be read: " + e.getMessage());
        }
    }

    /**
     * Makes attempts until one succeeds or fails for good, or the time is over.
     *
     * @param what cannot be done if it fails, as the beginning of a sentence: "Cannot read ..."
     * @throws DriverException as {@link Failures} has it
     */
    static <T> T repeat(String what, Deadline deadline, Attempt<T> attempt) throws InterruptedException {
        var config = RetryConfig.custom()
                .maxAttempts(Integer.MAX_VALUE)
                .intervalFunction(IntervalFunction.ofExponentialBackoff(FIRST_PAUSE, 2, LONGEST_PAUSE))
                .retryOnException(failure -> Failures.isRepeatable(failure) && !deadline.isOver())
                .build();
        try {
            return Retry.of("read", config).executeCallable(attempt::make);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // Interrupted between two attempts, the last failure comes out with the flag set.
            if (Thread.interrupted()) {
                var interruption = new InterruptedException("interrupted while waiting to try again");
                interruption.addSuppressed(e);
                throw interruption;
            }
            throw Failures.toDriverException(what, e);
        }
    }
}
