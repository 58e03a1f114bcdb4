package io.ensembler.cli;

import io.ensembler.curator.CuratorEnsembleDriver;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which ensemble a command is about, and as whom. */
final class ConnectOptions {

    @Option(
            names = "--connect",
            required = true,
            paramLabel = "HOST:PORT,...",
            description = "Where clients connect to the ensemble.")
    private String connectString = "";

    @Option(
            names = "--auth-file",
            paramLabel = "FILE",
            description =
                    "Identities to take on, one a line: a scheme, a blank, and the secret (digest user:password).")
    private Optional<Path> identities = Optional.empty();

    CuratorEnsembleDriver open() {
        var driver = CuratorEnsembleDriver.connect(connectString);
        identities.ifPresent(file -> addIdentities(file, driver));
        return driver.open();
    }

    /** What is wrong with a line is told by its number: what it says is a secret. */
    private static void addIdentities(Path file, CuratorEnsembleDriver.Builder driver) {
        int number = 0;
        for (var line : InputFiles.read("the identities in", file).split("\\R", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int blank = line.indexOf(' ');
            if (blank < 1) {
                throw new UsageException("Cannot read line " + number + " of " + file
                        + ": there is no blank after a scheme. Write a scheme, a blank, and the secret.");
            }
            try {
                driver.authorization(line.substring(0, blank), line.substring(blank + 1));
            } catch (IllegalArgumentException e) {
                throw new UsageException("Cannot use line " + number + " of " + file + ": " + e.getMessage());
            }
        }
    }

    /** Returns these options as somebody would type them. */
    String typed() {
        return "--connect " + connectString
                + identities.map(file -> " --auth-file " + file).orElse("");
    }
}
