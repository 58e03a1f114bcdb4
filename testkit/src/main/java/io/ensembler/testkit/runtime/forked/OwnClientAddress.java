package io.ensembler.testkit.runtime.forked;

import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.testkit.runtime.ServerDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a server serves clients now, by its own files: it rewrites them as it moves. Thread-safe. */
final class OwnClientAddress {

    private final Server server;
    private final ServerDirectory directory;
    private Address last;

    OwnClientAddress(Server server, ServerDirectory directory) {
        this.server = server;
        this.directory = directory;
        this.last = server.endpoints()
                .reachableClient()
                .orElseThrow(() -> new EnsembleException("Cannot run server " + server.id()
                        + " in a process of its own: without a client port nobody can tell how it fares."));
    }

    /** Returns where it was last known to serve, if its files tell nothing: those of a joiner soon lack itself. */
    synchronized Address find() {
        try {
            var listed = ConfigurationText.parse(Files.readString(dynamicFile()))
                    .ensemble()
                    .server(server.id());
            last = listed.flatMap(found -> found.endpoints().reachableClient()).orElse(last);
        } catch (IOException | EnsembleException e) {
            return last;
        }
        return last;
    }

    private Path dynamicFile() throws IOException {
        Optional<String> named = Files.readAllLines(directory.configurationFile()).stream()
                .filter(line -> line.startsWith("dynamicConfigFile="))
                .map(line -> line.substring("dynamicConfigFile=".length()).strip())
                .findFirst();
        return Path.of(named.orElseThrow(() -> new IOException("no dynamic file is named")));
    }
}
