package io.ensembler.testkit.ledger;

import java.time.Duration;
import java.util.Arrays;

/** When the writes of one writer were acknowledged, by the nanosecond clock of this JVM. Not thread-safe. */
final class Acknowledgements {

    private long[] times = new long[1024];
    private int count;

    void add(long time) {
        if (count == times.length) {
            times = Arrays.copyOf(times, count * 2);
        }
        times[count++] = time;
    }

    int count() {
        return count;
    }

    /**
     * Returns the longest time without acknowledgement that overlaps the span from {@code from} to {@code to}, each counted
     * in full. The time from the last acknowledgement to {@code end} counts as well; that before the first does not.
     */
    Duration longestGap(long from, long to, long end) {
        long longest = 0;
        for (int i = 0; i < count; i++) {
            long begin = times[i];
            long until = i + 1 < count ? times[i + 1] : Math.max(begin, end);
            if (begin - to < 0 && until - from > 0) {
                longest = Math.max(longest, until - begin);
            }
        }
        return Duration.ofNanos(longest);
    }
}
