package io.ensembler.cli;

import io.ensembler.EnsembleScaler;
import io.ensembler.joiner.Incarnation;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.joiner.ZooCfgTemplate;
import io.ensembler.model.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the files of a server that is to join. */
@Command(
        name = "joiner",
        description = "Writes the files with which a new server is started: it attaches with them, and cannot elect.",
        mixinStandardHelpOptions = true)
final class JoinerCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Option(names = "--server", required = true, paramLabel = "LINE", description = "The server, as for apply --add.")
    private Optional<Server> server = Optional.empty();

    @Option(names = "--into", required = true, paramLabel = "DIRECTORY", description = "Where to write the files.")
    private Path directory = Path.of("");

    @Option(
            names = "--data-directory",
            required = true,
            paramLabel = "PATH",
            description = "Where the server will keep its data, on its own machine.")
    private Path data = Path.of("");

    @Option(
            names = "--configuration-directory",
            required = true,
            paramLabel = "PATH",
            description = "Where its zoo.cfg will be, on its own machine.")
    private Path configuration = Path.of("");

    @Option(names = "--zoo-cfg", paramLabel = "FILE", description = "Lines for its zoo.cfg.")
    private Optional<Path> template = Optional.empty();

    @Mixin
    private JsonOption json = new JsonOption();

    JoinerCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        var zooCfg = template.map(JoinerCommand::template).orElse(ZooCfgTemplate.of(Map.of()));
        var joiner = server.orElseThrow();
        try (var driver = connect.open()) {
            var seen = EnsembleScaler.builder(driver).build().observe();
            if (seen.ensemble().contains(joiner.id())) {
                throw new UsageException("Cannot make files for server " + joiner.id()
                        + " to join with: the ensemble lists it. Remove it first, or give another id.");
            }
            var incarnation = new Incarnation(seen.version(), seen.committed().identity());
            var committed = seen.committed().configuration();
            var seed = JoinerFiles.seed(committed, joiner, incarnation);
            JoinerFiles.check(committed, List.of(seed)).orThrow();
            var texts = JoinerFiles.texts(seed, data, configuration, zooCfg);
            write(texts);
            say(texts);
            return ExitStatus.DONE;
        }
    }

    private static ZooCfgTemplate template(Path file) {
        try {
            return ZooCfgTemplate.of(InputFiles.read("the template", file));
        } catch (IllegalArgumentException e) {
            throw new UsageException("Cannot read the template " + file + ": " + e.getMessage());
        }
    }

    /** Never over others: they may be those of a server. */
    private void write(Map<String, String> texts) {
        try {
            Files.createDirectories(directory);
            for (var name : texts.keySet()) {
                if (Files.exists(directory.resolve(name))) {
                    throw new UsageException("Cannot write the files into " + directory + ": there is a " + name
                            + " already. Name an empty directory.");
                }
            }
            for (var text : texts.entrySet()) {
                Files.writeString(
                        directory.resolve(text.getKey()),
                        text.getValue(),
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE_NEW);
            }
        } catch (IOException e) {
            throw new UsageException(
                    "Cannot write the files into " + directory + ": " + e + ". Name another directory.");
        }
    }

    private void say(Map<String, String> texts) {
        if (json.isWanted()) {
            streams.out().print(Json.document(document -> {
                document.writeStringField("directory", directory.toString());
                document.writeArrayFieldStart("files");
                for (var name : texts.keySet()) {
                    document.writeString(name);
                }
                document.writeEndArray();
            }));
            return;
        }
        streams.out().println("Wrote " + String.join(", ", texts.keySet()) + " into " + directory + ".");
        streams.out()
                .println("Bring zoo.cfg and zoo.cfg.dynamic to " + configuration + ", myid and ensembler.joiner to "
                        + data + ", and start the server there on an empty data directory.");
    }
}
