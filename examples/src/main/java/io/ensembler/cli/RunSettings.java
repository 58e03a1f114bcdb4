package io.ensembler.cli;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.CuratorEnsembleDriver;
import io.ensembler.execution.ConsoleProgress;
import io.ensembler.execution.FailurePolicy;
import io.ensembler.execution.MaintenanceWindow;
import io.ensembler.execution.RunOptions;
import io.ensembler.journal.FileJournal;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.PlanJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a plan is run. */
final class RunSettings {

    private static final String IN_THE_ENSEMBLE = "zk";

    @Option(
            names = "--journal",
            paramLabel = "FILE|zk",
            defaultValue = IN_THE_ENSEMBLE,
            description = "Where the run is written down: a file, or the ensemble itself (zk, the default).")
    private String journal = IN_THE_ENSEMBLE;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the report there, as JSON.")
    private Optional<Path> report = Optional.empty();

    @Option(
            names = "--stabilize",
            paramLabel = "TIME",
            description = "How long a joiner stays in sync before it votes, and a leader in office (5s).")
    private Optional<Duration> stabilization = Optional.empty();

    @Option(names = "--timeout", paramLabel = "TIME", description = "How long one step may take (10m).")
    private Optional<Duration> timeout = Optional.empty();

    @Option(
            names = "--on-failure",
            paramLabel = "stop|rollback",
            description = "Where it cannot go on, stop (the default), or go back to where it began.")
    private Optional<OnFailure> onFailure = Optional.empty();

    @Option(
            names = "--window",
            paramLabel = "WINDOW",
            description = "Begin steps only then, such as '22:00-04:00 Europe/Berlin'; may be given several times.")
    private List<MaintenanceWindow> windows = new ArrayList<>();

    @Option(
            names = "--launcher",
            paramLabel = "FILE",
            description = "The commands that start and stop servers. Without, you are told which to start or stop.")
    private Optional<Path> launcher = Optional.empty();

    /** What may be done about a failure, as it is typed. */
    enum OnFailure {
        STOP(FailurePolicy.STOP),
        ROLLBACK(FailurePolicy.ROLL_BACK);

        private final FailurePolicy policy;

        OnFailure(FailurePolicy policy) {
            this.policy = policy;
        }
    }

    RunOptions options() {
        var options = RunOptions.builder().windows(windows);
        try {
            stabilization.ifPresent(options::stabilization);
            timeout.ifPresent(options::stepDeadline);
        } catch (IllegalArgumentException e) {
            throw new UsageException("Cannot run with these times: " + e.getMessage() + ". Give longer ones.");
        }
        onFailure.ifPresent(what -> options.failurePolicy(what.policy));
        return options.build();
    }

    /** Returns the scaler of these settings, which shows on standard error how a run goes on. */
    EnsembleScaler scaler(CuratorEnsembleDriver driver, PlanJournal where, Streams streams) {
        var scaler = EnsembleScaler.builder(driver)
                .journal(where)
                .lock(driver.lock())
                .listener(ConsoleProgress.detect(streams.err()));
        launcher.map(LauncherFile::read).ifPresent(scaler::launcher);
        return scaler.build();
    }

    boolean isJournalInEnsemble() {
        return journal.equals(IN_THE_ENSEMBLE);
    }

    /** Opens the journal, which is closed with what this returns. */
    OpenJournal openJournal(CuratorEnsembleDriver driver) {
        if (isJournalInEnsemble()) {
            return new OpenJournal(driver.journal(), () -> {});
        }
        try {
            var file = FileJournal.open(Path.of(journal));
            return new OpenJournal(file, file::close);
        } catch (DriverException e) {
            if (e.kind() == DriverException.Kind.REFUSED) {
                throw new UsageException(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /**
     * A journal in use.
     *
     * @param journal the journal
     * @param closing what gives it back
     */
    record OpenJournal(PlanJournal journal, Runnable closing) implements AutoCloseable {
        @Override
        public void close() {
            closing.run();
        }
    }

    Optional<Path> report() {
        return report;
    }

    /** Returns those of these options that whoever resumes needs, as somebody would type them. */
    String typed() {
        return (isJournalInEnsemble() ? "" : " --journal " + journal)
                + launcher.map(file -> " --launcher " + file).orElse("");
    }
}
