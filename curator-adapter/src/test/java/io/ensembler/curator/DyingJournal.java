package io.ensembler.curator;

import io.ensembler.spi.PlanJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A journal in memory, of a process that dies at one of its lines. What was kept outlives it. */
final class DyingJournal implements PlanJournal {

    private final List<String> lines = new ArrayList<>();
    private final Predicate<String> last;
    private final boolean keepsLast;
    private boolean dead;

    private DyingJournal(Predicate<String> last, boolean keepsLast) {
        this.last = last;
        this.keepsLast = keepsLast;
    }

    /** The process dies when it is about to write a line like this. */
    static DyingJournal before(Predicate<String> line) {
        return new DyingJournal(line, false);
    }

    /** The process dies when it has just written a line like this. */
    static DyingJournal after(Predicate<String> line) {
        return new DyingJournal(line, true);
    }

    /** Ends a run at once: nothing of this library catches it. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public synchronized void append(int number, String line, Duration timeLeft) {
        if (dead) {
            throw new Death();
        }
        dead = last.test(line);
        if (!dead || keepsLast) {
            lines.add(line);
        }
        if (dead) {
            throw new Death();
        }
    }

    @Override
    public synchronized List<String> lines(Duration timeLeft) {
        return List.copyOf(lines);
    }

    /** The journal as the next process finds it. */
    synchronized DyingJournal left() {
        var next = before(line -> false);
        next.lines.addAll(lines);
        return next;
    }
}
