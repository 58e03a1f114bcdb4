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

    SimulatedJournal(Caller caller, Kept kept) {
        this.caller = caller;
        this.kept = kept;
    }

    /** What outlives the processes that wrote it. */
    static final class Kept {

        private final List<String> lines = new ArrayList<>();
        private final Armed failuresBefore = new Armed();
        private final Armed failuresAfter = new Armed();

        Armed failures(CallMoment moment) {
            return moment == CallMoment.BEFORE ? failuresBefore : failuresAfter;
        }

        private void add(int number, String line) {
            if (number != lines.size() + 1) {
                throw new DriverException(
                        Kind.CONFLICT,
                        "Cannot add line " + number + ": there are " + lines.size()
                                + " lines. Somebody else goes on with this journal.");
            }
            if (failuresBefore.strikes()) {
                throw failure();
            }
            lines.add(line);
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
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a line of a journal has line breaks: " + line);
        }
        uninterrupted("append", timeLeft, end -> {
            kept.add(number, line);
            return true;
        });
    }

    @Override
    public List<String> lines(Duration timeLeft) {
        return uninterrupted("lines", timeLeft, end -> List.copyOf(kept.lines));
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
