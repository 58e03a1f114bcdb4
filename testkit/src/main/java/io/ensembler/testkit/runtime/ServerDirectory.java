package io.ensembler.testkit.runtime;

import io.ensembler.joiner.DataDirectory;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/** The files of one server, which ZooKeeper rewrites as the configuration changes. Immutable. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ServerDirectory(ServerId id, Path root) {

    /** Returns where it keeps its snapshots and log. */
    public Path dataDirectory() {
        return root.resolve("data");
    }

    /** Returns where it keeps its configuration. */
    public Path configurationDirectory() {
        return root.resolve("conf");
    }

    /** Returns the file that it is started with. */
    public Path configurationFile() {
        return configurationDirectory().resolve("zoo.cfg");
    }

    /** Returns the file for what it logs; it exists once there is something in it. */
    public Path log() {
        return root.resolve("server.log");
    }

    /** Returns whether the server has been given files before. */
    public boolean exists() {
        return Files.exists(configurationFile());
    }

    /** Writes the files from which the server starts as one of {@code ensemble}. */
    public void write(Ensemble ensemble, Map<String, String> settings) {
        var dynamicFile = configurationDirectory().resolve("zoo.cfg.dynamic");
        var all = new TreeMap<>(settings);
        all.put("dataDir", property(dataDirectory()));
        all.put("dynamicConfigFile", property(dynamicFile));
        var text = new StringBuilder();
        all.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        try {
            Files.createDirectories(configurationDirectory());
            writeId();
            if (!Files.exists(marker())) {
                Files.writeString(marker(), JoinerFiles.marker(id, ConfigurationVersion.NONE));
            }
            Files.writeString(dynamicFile, ConfigurationText.print(ensemble));
            Files.writeString(configurationFile(), text);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the files of server " + id + " in " + root, e);
        }
    }

    /** Writes into the data directory whose it is. */
    public void writeId() {
        try {
            Files.createDirectories(dataDirectory());
            Files.writeString(dataDirectory().resolve("myid"), id + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the id of server " + id + " in " + root, e);
        }
    }

    /**
     * Writes this marker over the one that is there. Every directory here is of one ensemble, so a server that left it
     * may come back on its own, which a marker alone does not tell.
     */
    public void reclaim(String marker) {
        if (Files.exists(marker())) {
            try {
                Files.writeString(marker(), marker);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot mark the directory of server " + id + " in " + root, e);
            }
        }
    }

    private Path marker() {
        return dataDirectory().resolve(DataDirectory.MARKER);
    }

    /** A backslash would be read as an escape. */
    private static String property(Path path) {
        return path.toString().replace('\\', '/');
    }
}
