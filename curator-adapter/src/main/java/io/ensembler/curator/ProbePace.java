package io.ensembler.curator;

import io.ensembler.model.Address;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps looks at each server to a number within any ten seconds, whoever asks for them. Half of it may come at once, since a
 * run looks several times right behind what it did, and to wait then would delay the change and spare the server
 * nothing; the others are spaced. A look may ask a server several things. Thread-safe.
 */
final class ProbePace {

    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final TimeSource time;
    private final int most;

    /** When each server was looked at or is about to be, within the last ten seconds, in order. */
    private final Map<Address, Deque<Long>> looks = new HashMap<>();

    /**
     * Creates one by which no server has been looked at.
     *
     * @param most how many looks at a server there may be within any ten seconds
     */
    ProbePace(TimeSource time, int most) {
        this.time = time;
        this.most = most;
    }

    /**
     * Returns once each of these servers may be looked at.
     *
     * @param what cannot be done otherwise, as the beginning of a sentence: "Cannot look at ..."
     * @throws DriverException of kind {@code RETRYABLE}, at once, if that is not before the deadline
     */
    void await(String what, Collection<Address> servers, Deadline deadline) throws InterruptedException {
        time.sleep(take(what, servers, deadline));
    }

    private synchronized Duration take(String what, Collection<Address> servers, Deadline deadline) {
        long now = time.nanoTime();
        looks.values().forEach(times -> times.removeIf(when -> now - when >= WINDOW.toNanos()));
        looks.values().removeIf(Deque::isEmpty);
        long wait = 0;
        for (var server : servers) {
            wait = Math.max(wait, wait(looks.getOrDefault(server, new ArrayDeque<>()), now));
        }
        var pause = Duration.ofNanos(wait);
        if (pause.compareTo(deadline.left()) > 0) {
            throw new DriverException(
                    Kind.RETRYABLE,
                    what + ": there are " + most + " looks at a server within ten seconds, and the next is "
                            + pause.toMillis() + " ms away. Give the call more time, or call less often.");
        }
        for (var server : servers) {
            looks.computeIfAbsent(server, it -> new ArrayDeque<>()).addLast(now + wait);
        }
        return pause;
    }

    private long wait(Deque<Long> times, long now) {
        if (times.isEmpty()) {
            return 0;
        }
        long last = times.getLast() - now;
        if (times.size() < most / 2) {
            return Math.max(0, last);
        }
        long spaced = last + WINDOW.toNanos() / most;
        long full = times.size() < most ? 0 : nth(times, times.size() - most) + WINDOW.toNanos() - now;
        return Math.max(0, Math.max(spaced, full));
    }

    private static long nth(Deque<Long> times, int n) {
        return times.stream().skip(n).findFirst().orElseThrow();
    }
}
