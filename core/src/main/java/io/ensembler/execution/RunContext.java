package io.ensembler.execution;

import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.ServerLauncher.Capability;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a run works with throughout. */
record RunContext(
        RunOptions options,
        RunControl control,
        EnsembleDriver driver,
        Optional<ServerLauncher> launcher,
        TimeSource time,
        Guard guard,
        RunJournal journal,
        Events events,
        Patience patience,
        Deadline deadline) {

    static RunContext of(
            RunOptions options,
            RunControl control,
            EnsembleDriver driver,
            Optional<ServerLauncher> launcher,
            Guard guard,
            RunJournal journal,
            List<RunListener> listeners,
            TimeSource time) {
        var deadline = Deadline.in(options.deadline(), time);
        var events = new Events(listeners, time, deadline);
        return new RunContext(
                options,
                control,
                driver,
                launcher,
                time,
                guard,
                journal,
                events,
                new Patience(time, options.looks(time), events, control),
                deadline);
    }

    /** The launcher, if it can copy data. */
    Optional<ServerLauncher> launcherThatBacksUp() {
        return launcher.filter(able -> able.capabilities().contains(Capability.BACK_UP));
    }

    boolean canBackUpData() {
        return launcherThatBacksUp().isPresent() || driver.canBackUp();
    }

    /** The same for another run that begins now. */
    RunContext anew() {
        var another = Deadline.in(options.deadline(), time);
        events.until(another);
        return new RunContext(options, control, driver, launcher, time, guard, journal, events, patience, another);
    }

    /** The time for one step that begins now. */
    Deadline stepDeadline() {
        return deadline.atMost(options.stepDeadline());
    }

    /** The same for a step that waits for a server to fetch the data, which takes so long at most. */
    Deadline stepDeadline(Duration syncTime) {
        return deadline.atMost(options.stepDeadline().plus(syncTime));
    }
}
