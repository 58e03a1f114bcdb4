package io.ensembler.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Goes on with what was begun. */
@Command(
        name = "resume",
        description = "Goes on with the last run that the journal tells of, from wherever it ended.",
        mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Mixin
    private RunSettings settings = new RunSettings();

    @Mixin
    private JsonOption json = new JsonOption();

    ResumeCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        var conductor = new Conductor(streams, settings, connect, json.isWanted());
        try (var driver = connect.open();
                var open = settings.openJournal(driver)) {
            var scaler = settings.scaler(driver, open.journal(), streams);
            return conductor.goOn(open.journal(), scaler);
        }
    }
}
