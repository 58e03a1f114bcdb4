package io.ensembler.cli;

import io.ensembler.plan.ScalingRequest;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Goes back. */
@Command(
        name = "rollback",
        description =
                "Leads back to where the last run began that the journal tells of. Shows the plan and asks first.",
        mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Mixin
    private RunSettings settings = new RunSettings();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "Lead back to the dynamic configuration in a file instead; no journal is read.")
    private Optional<Path> saved = Optional.empty();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean accepted;

    RollbackCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        var target = saved.map(TargetFile::read);
        var conductor = new Conductor(streams, settings, connect, json.isWanted());
        try (var driver = connect.open();
                var open = settings.openJournal(driver)) {
            var scaler = settings.scaler(driver, open.journal(), streams);
            var plan = target.isPresent()
                    ? scaler.plan(ScalingRequest.change()
                            .reach(target.get())
                            .because("back to the configuration in "
                                    + saved.get().getFileName()))
                    : scaler.planRollback(open.journal());
            return conductor.carryOut(plan, scaler, accepted);
        }
    }
}
