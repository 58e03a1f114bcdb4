package io.ensembler.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apiguardian.api.API;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Grows, shrinks, repairs and moves ZooKeeper ensembles from a shell. The commands are told in {@code docs/cli.md}. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Command(
        name = "ensembler",
        description =
                "Grows, shrinks, repairs and moves ZooKeeper ensembles while their clients keep reading and writing.",
        mixinStandardHelpOptions = true,
        versionProvider = EnsemblerCli.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class EnsemblerCli implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private EnsemblerCli() {}

    /** Carries out the command of the arguments, and ends the process with its status. */
    public static void main(String... arguments) {
        // Before anything logs: what goes wrong is said once, by the command.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "cli-logback.xml");
        }
        System.exit(run(new Streams(utf8(System.out), utf8(System.err)), arguments));
    }

    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    static int run(Streams streams, String... arguments) {
        var line = new CommandLine(new EnsemblerCli())
                .addSubcommand(new StatusCommand(streams))
                .addSubcommand(new PlanCommand(streams))
                .addSubcommand(new ApplyCommand(streams))
                .addSubcommand(new ResumeCommand(streams))
                .addSubcommand(new RollbackCommand(streams))
                .addSubcommand(new VerifyCommand(streams))
                .addSubcommand(new WatchCommand(streams))
                .addSubcommand(new LintCommand(streams))
                .addSubcommand(new JoinerCommand(streams));
        Values.register(line);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((e, typed) -> {
            streams.err().println(e.getMessage());
            streams.err().println("See ensembler " + e.getCommandLine().getCommandName() + " --help.");
            return ExitStatus.USAGE;
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            var failure = Failure.of(e);
            if (isJsonWanted(parsed)) {
                streams.out().print(failure.document());
            }
            streams.err().println(failure.message());
            return failure.status();
        });
        return line.execute(arguments);
    }

    private static boolean isJsonWanted(CommandLine.ParseResult parsed) {
        return parsed.asCommandLineList().stream()
                .anyMatch(command -> command.getParseResult().hasMatchedOption("--json"));
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Cannot do anything without a command.");
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = EnsemblerCli.class.getPackage().getImplementationVersion();
            return new String[] {"ensembler " + (version == null ? "(unreleased)" : version)};
        }
    }
}
