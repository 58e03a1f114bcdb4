package io.ensembler.cli;

import io.ensembler.EnsembleScaler;
import io.ensembler.json.ReportJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Puts the ensemble to work. */
@Command(
        name = "verify",
        description = "Puts the ensemble to work through each server, and ends with 6 if something speaks against it.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    VerifyCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        try (var driver = connect.open()) {
            var found = EnsembleScaler.builder(driver).build().verify();
            streams.out().print(json.isWanted() ? ReportJson.write(found) : found + "\n");
            return found.isInOrder() ? ExitStatus.DONE : ExitStatus.FOUND;
        }
    }
}
