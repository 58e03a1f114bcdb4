package io.ensembler.cli;

import io.ensembler.EnsembleScaler;
import io.ensembler.json.ObservationJson;
import io.ensembler.model.ConfigurationText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what stands. */
@Command(
        name = "status",
        description = "Shows which servers there are and how they are.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--format",
            paramLabel = "table|dynamic",
            description = "A table (the default), or the dynamic configuration sorted by id, the same byte for byte"
                    + " while nothing changes.")
    private Format format = Format.TABLE;

    enum Format {
        TABLE,
        DYNAMIC
    }

    StatusCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (json.isWanted() && format == Format.DYNAMIC) {
            throw new UsageException("Cannot print a dynamic configuration as JSON. Give --format or --json.");
        }
        try (var driver = connect.open()) {
            var seen = EnsembleScaler.builder(driver).build().observe();
            streams.out()
                    .print(
                            json.isWanted()
                                    ? ObservationJson.write(seen)
                                    : format == Format.DYNAMIC
                                            ? ConfigurationText.print(seen.ensemble())
                                            : StatusTable.of(seen));
            return ExitStatus.DONE;
        }
    }
}
