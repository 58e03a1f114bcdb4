package io.ensembler.execution;

import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.TimeSource;
import java.util.Optional;

/** What a run works with throughout. */
record RunContext(
        RunOptions options,
        EnsembleDriver driver,
        Optional<ServerLauncher> launcher,
        TimeSource time,
        Events events,
        Patience patience,
        Deadline deadline) {

    static RunContext of(
            RunOptions options,
            EnsembleDriver driver,
            Optional<ServerLauncher> launcher,
            Events events,
            TimeSource time) {
        return new RunContext(
                options,
                driver,
                launcher,
                time,
                events,
                new Patience(time, options.poll(), events),
                Deadline.in(options.deadline(), time));
    }

    /** The time for one step that begins now. */
    Deadline stepDeadline() {
        return deadline.atMost(options.stepDeadline());
    }
}
