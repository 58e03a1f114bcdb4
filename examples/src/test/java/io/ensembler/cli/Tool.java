package io.ensembler.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tool at work on one ensemble.
 *
 * @param directory where what it prints is kept
 * @param ensemble the ensemble
 */
record Tool(Path directory, CommandedEnsemble ensemble) {

    Invocation run(String command, String... options) throws IOException, InterruptedException {
        return Invocation.of(directory, arguments(command, options));
    }

    Invocation.Running begin(String command, String... options) throws IOException {
        return Invocation.begin(directory, arguments(command, options));
    }

    private List<String> arguments(String command, String... options) {
        var arguments = new ArrayList<String>();
        arguments.add(command);
        arguments.addAll(ensemble.access());
        arguments.addAll(List.of(options));
        return arguments;
    }

    /** Returns these options and those with which servers are started and stopped, and nobody is asked. */
    String[] launched(String... options) {
        return Stream.concat(Stream.of("--yes"), Stream.of(resuming(options))).toArray(String[]::new);
    }

    /** Returns these options and those with which servers are started and stopped. */
    String[] resuming(String... options) {
        var launcher = ensemble.launcherFile().toString();
        return Stream.concat(
                        Stream.of("--launcher", launcher, "--stabilize", "0s", "--timeout", "60s"), Stream.of(options))
                .toArray(String[]::new);
    }

    /** Returns the dynamic configuration of these servers. */
    String lines(long... ids) {
        var lines = new StringBuilder();
        for (long id : ids) {
            lines.append(ensemble.server(id)).append('\n');
        }
        return lines.toString();
    }
}
