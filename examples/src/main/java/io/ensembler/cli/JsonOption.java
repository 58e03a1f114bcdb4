package io.ensembler.cli;

import picocli.CommandLine.Option;

/** Whether a command answers with one JSON document on standard output. */
final class JsonOption {

    @Option(names = "--json", description = "Print one JSON document on standard output, all else on standard error.")
    private boolean wanted;

    boolean isWanted() {
        return wanted;
    }
}
