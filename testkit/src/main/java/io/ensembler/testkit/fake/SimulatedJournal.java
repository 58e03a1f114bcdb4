package io.ensembler.testkit.fake;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.PlanJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The journal of an ensemble, as one process reaches it. */
final class SimulatedJournal implements PlanJournal {

    private final Caller caller;
    private final Kept kept;

    /** How often it had been started over when this process looked last; -1 before that. */
    private int known = -1;

    SimulatedJournal(Caller caller, Kept kept) {
        this.caller = caller;
        this.kept = kept;
    }

    /** What outlives the processes that wrote it. */
    static final class Kept {

        private final List<String> lines = new ArrayList<>();
        private int startedOver;
        private final Armed failuresBefore = new Armed();
        private final Armed failuresAfter = new Armed();

        Armed failures(CallMoment moment) {
            return moment == CallMoment.BEFORE ? failuresBefore : failuresAfter;
        }

        private void startOver(String first) {
            keep(() -> {
                startedOver++;
                lines.clear();
                lines.add(first);
            });
        }

        private void add(String line) {
            keep(() -> lines.add(line));
        }

        private void keep(Runnable change) {
            if (failuresBefore.strikes()) {
                throw failure();
            }
            change.run();
            if (failuresAfter.strikes()) {
                throw failure();
            }
        }

        private static DriverException failure() {
            return new DriverException(
                    Kind.OUTCOME_UNKNOWN, "Cannot tell whether the line was kept: the disk does not answer.");
        }
    }

    @Override
    public void append(int number, String line, Duration timeLeft) {
        requireOneLine(line);
        uninterrupted("append", timeLeft, end -> {
            requireSame("Cannot add line " + number, number - 1);
            kept.add(line);
            known = kept.startedOver;
            return true;
        });
    }

    @Override
    public boolean startsOver() {
        return true;
    }

    @Override
    public void startOver(int lines, String first, Duration timeLeft) {
        requireOneLine(first);
        uninterrupted("startOver", timeLeft, end -> {
            requireSame("Cannot start over", lines);
            kept.startOver(first);
            known = kept.startedOver;
            return true;
        });
    }

    private void requireSame(String effect, int lines) {
        if (lines != kept.lines.size() || (known >= 0 && known != kept.startedOver)) {
            throw new DriverException(
                    Kind.CONFLICT,
                    effect + ": there are " + kept.lines.size() + " lines. Somebody else goes on with this journal.");
        }
    }

    private static void requireOneLine(String line) {
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a line of a journal has line breaks: " + line);
        }
    }

    @Override
    public List<String> lines(Duration timeLeft) {
        return uninterrupted("lines", timeLeft, end -> {
            known = kept.startedOver;
            return List.copyOf(kept.lines);
        });
    }

    /** A disk is quick: nobody waits for it, so that nobody need be interrupted. */
    private <T> T uninterrupted(String name, Duration timeLeft, Caller.Call<T> call) {
        boolean interrupted = Thread.interrupted();
        try {
            return caller.call(name, timeLeft, call);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody waits in " + name, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return "journal of a simulated ensemble";
    }
}
