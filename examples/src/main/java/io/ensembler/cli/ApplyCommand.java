package io.ensembler.cli;

import io.ensembler.json.PlanFormatException;
import io.ensembler.json.PlanJson;
import io.ensembler.plan.ScalingPlan;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Does what was planned. */
@Command(
        name = "apply",
        description = "Carries out a change, or a plan that was saved. Shows the plan and asks first.",
        mixinStandardHelpOptions = true)
final class ApplyCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Mixin
    private ChangeOptions change = new ChangeOptions();

    @Mixin
    private RunSettings settings = new RunSettings();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(names = "--plan", paramLabel = "FILE", description = "A plan that plan --out saved, in place of a change.")
    private Optional<Path> saved = Optional.empty();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean accepted;

    ApplyCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (saved.isPresent() && change.areGiven()) {
            throw new UsageException("Cannot apply a saved plan and a change at once. Give --plan, or the change.");
        }
        var conductor = new Conductor(streams, settings, connect, json.isWanted());
        try (var driver = connect.open();
                var open = settings.openJournal(driver)) {
            var scaler = settings.scaler(driver, open.journal(), streams);
            var plan = saved.isPresent() ? read(saved.get()) : scaler.plan(change.request());
            return conductor.carryOut(plan, scaler, accepted);
        }
    }

    private static ScalingPlan read(Path file) {
        try {
            return PlanJson.read(InputFiles.read("the plan in", file));
        } catch (PlanFormatException e) {
            throw new UsageException("Cannot read the plan in " + file + ": " + e.getMessage());
        }
    }
}
