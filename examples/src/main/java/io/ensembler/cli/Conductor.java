package io.ensembler.cli;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.ConsoleProgress;
import io.ensembler.execution.RunControl;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.execution.RunResultVisitor;
import io.ensembler.json.ReportJson;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.render.PlanText;
import io.ensembler.spi.PlanJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/** Has a plan accepted, runs it so that Ctrl-C ends it in good order, and says what became of it. */
final class Conductor {

    /** As long as the session of a lock lives without its process, and then some. */
    private static final Duration LOCK_OF_THE_DEAD = Duration.ofSeconds(60);

    private static final String REPORT = "the report";

    private final Streams streams;
    private final RunSettings settings;
    private final ConnectOptions connect;
    private final boolean json;
    private final RunOptions options;

    /** Reads how to run at once, so that what cannot be read is refused before anything is done. */
    Conductor(Streams streams, RunSettings settings, ConnectOptions connect, boolean json) {
        this.streams = streams;
        this.settings = settings;
        this.options = settings.options();
        settings.report().ifPresent(file -> InputFiles.requireWritable(REPORT, file));
        this.connect = connect;
        this.json = json;
    }

    /** Runs a plan once somebody has accepted it, and returns what the process ends with. */
    int carryOut(ScalingPlan plan, EnsembleScaler scaler, boolean accepted) {
        scaler.check(plan).orThrow();
        streams.err().print(PlanText.of(plan));
        if (!plan.steps().isEmpty() && !accepted && !isAccepted()) {
            streams.err().println("Nothing was done.");
            return ExitStatus.REFUSED;
        }
        return conduct(control -> scaler.run(plan, options, control));
    }

    private boolean isAccepted() {
        var console = ConsoleProgress.isOnTerminal() ? System.console() : null;
        if (console == null) {
            throw new UsageException(
                    "Cannot ask whether to do this: there is no terminal. Look at the plan, and give --yes.");
        }
        return "yes".equals(console.readLine("Do this? Only yes is one: "));
    }

    /** Goes on with the last run that a journal tells of, and returns what the process ends with. */
    int goOn(PlanJournal journal, EnsembleScaler scaler) {
        streams.err()
                .println("Going on with the last run; if its process was killed, its lock lasts for up to "
                        + LOCK_OF_THE_DEAD.toSeconds() + " s.");
        var patient = options.toBuilder().lockWait(LOCK_OF_THE_DEAD).build();
        return conduct(control -> scaler.resume(journal, patient, control));
    }

    private int conduct(Function<RunControl, RunResult> run) {
        var control = RunControl.create();
        Interruption.onFirst(() -> {
            control.cancel();
            streams.err()
                    .println("\nStopping where nothing is left half done; Ctrl-C again ends at once. " + howToResume());
        });
        var result = run.apply(control);
        settings.report().ifPresent(file -> keep(result, file));
        streams.out()
                .print(
                        json
                                ? ReportJson.write(result.report())
                                : result.report().toString());
        return result.accept(new Ending());
    }

    /** That it cannot be kept changes nothing of what was done. */
    private void keep(RunResult result, Path file) {
        try {
            InputFiles.write(REPORT, file, ReportJson.write(result.report()));
        } catch (UsageException e) {
            streams.err().println(e.getMessage());
        }
    }

    private String howToResume() {
        return "Resume with: ensembler resume " + connect.typed() + settings.typed();
    }

    /** What the process ends with. */
    private final class Ending implements RunResultVisitor<Integer> {

        @Override
        public Integer visitCompleted(RunResult.Completed result) {
            return ExitStatus.DONE;
        }

        @Override
        public Integer visitStopped(RunResult.Stopped result) {
            streams.err().println(result.message());
            streams.err().println(howToResume());
            return ExitStatus.STOPPED;
        }

        @Override
        public Integer visitFailed(RunResult.Failed result) {
            streams.err().println(result.message());
            return ExitStatus.FAILED;
        }

        @Override
        public Integer visitCancelled(RunResult.Cancelled result) {
            streams.err().println(howToResume());
            return ExitStatus.STOPPED;
        }
    }
}
