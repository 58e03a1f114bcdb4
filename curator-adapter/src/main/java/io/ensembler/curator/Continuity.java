package io.ensembler.curator;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/** Sees to it that a driver looks at one ensemble only, and that this goes forward: versions never go back. Thread-safe. */
final class Continuity {

    private final TimeSource time;
    private @Nullable CommittedConfiguration last;
    private long lastNanos;

    Continuity(TimeSource time) {
        this.time = time;
    }

    /**
     * Returns what was seen, unless it is of another ensemble than before, or of one that has lost what it had.
     *
     * @param begunNanos when the look began: another one may have ended since that has seen something newer
     * @throws DriverException of kind {@code REFUSED} if it is, since no other look will be better
     */
    synchronized CommittedConfiguration accept(CommittedConfiguration seen, long begunNanos) {
        var before = last;
        if (before == null) {
            return remember(seen);
        }
        if (before.identity().filter(identity -> !seen.mayBeOf(identity)).isPresent()) {
            throw new DriverException(
                    Kind.REFUSED,
                    "Cannot go on with this driver: it has looked at the ensemble "
                            + before.identity().orElseThrow() + ", and what answers now is the ensemble "
                            + seen.identity().orElseThrow() + ", which is " + seen.ensemble() + " at version "
                            + seen.version()
                            + ". Find out what became of the first; for this one, open another driver.");
        }
        // A server with reconfiguration off shows none, whatever the others have: whoever looks goes on to one of
        // those.
        if (begunNanos - lastNanos < 0 || seen.version().equals(ConfigurationVersion.NONE)) {
            return seen;
        }
        if (seen.version().compareTo(before.version()) < 0) {
            throw new DriverException(
                    Kind.REFUSED,
                    "Cannot go on with this driver: the ensemble stood at version " + before.version()
                            + ", and is back at "
                            + seen.version() + ": it has lost what it had acknowledged. Change nothing before you know"
                            + " what each server holds; then open another driver.");
        }
        return remember(seen);
    }

    private CommittedConfiguration remember(CommittedConfiguration seen) {
        last = seen;
        lastNanos = time.nanoTime();
        return seen;
    }
}
