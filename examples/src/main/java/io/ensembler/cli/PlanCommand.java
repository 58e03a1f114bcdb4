package io.ensembler.cli;

import io.ensembler.EnsembleScaler;
import io.ensembler.json.PlanJson;
import io.ensembler.render.PlanText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what would be done. */
@Command(
        name = "plan",
        description = "Shows the steps of a change, and changes nothing. Ends with 2 if there are any.",
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Mixin
    private ChangeOptions change = new ChangeOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(names = "--launcher", paramLabel = "FILE", description = "As for apply: who starts servers looks at them.")
    private Optional<Path> launcher = Optional.empty();

    @Option(names = "--out", paramLabel = "FILE", description = "Save the plan there, for apply --plan.")
    private Optional<Path> out = Optional.empty();

    PlanCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        var request = change.request();
        try (var driver = connect.open()) {
            var scaler = EnsembleScaler.builder(driver);
            launcher.map(LauncherFile::read).ifPresent(scaler::launcher);
            var plan = scaler.build().plan(request);
            out.ifPresent(file -> InputFiles.write("the plan", file, PlanJson.write(plan)));
            streams.out().print(json.isWanted() ? PlanJson.write(plan) : PlanText.of(plan));
            return plan.steps().isEmpty() ? ExitStatus.DONE : ExitStatus.CHANGES;
        }
    }
}
