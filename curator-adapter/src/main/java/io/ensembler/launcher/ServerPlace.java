package io.ensembler.launcher;

import io.ensembler.model.Server;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of one server are.
 *
 * @param server the server
 * @param data where it keeps its data
 * @param logs where it keeps its transaction log, which may be with its data
 * @param configuration where its configuration files are
 * @param staging where its files lie here if the server is on another machine
 * @param messages what it writes messages into, if that is known
 */
record ServerPlace(
        Server server, Path data, Path logs, Path configuration, @Nullable Path staging, @Nullable Path messages) {

    private static final int SHALLOWEST = 2;

    /** Where the launcher keeps what it knows of the server: beside its data, or where its files lie. */
    Path state() {
        return staging == null ? data : staging;
    }

    /** Refuses paths at which nobody keeps a server. */
    void check(String effect) {
        if (staging == null) {
            refuseUnfit(effect, data);
            refuseUnfit(effect, logs);
            refuseUnfit(effect, configuration);
        } else {
            refuseUnfit(effect, staging);
        }
    }

    private static void refuseUnfit(String effect, Path directory) {
        if (!directory.isAbsolute() || !directory.equals(directory.normalize())) {
            throw refused(effect, directory + " is not an absolute path without detours");
        }
        if (directory.getNameCount() < SHALLOWEST) {
            throw refused(effect, directory + " is too near the root to be a server's alone");
        }
        if (directory.equals(Path.of(System.getProperty("user.home")).toAbsolutePath())) {
            throw refused(effect, directory + " is a user's home");
        }
        if (Files.isSymbolicLink(directory) || Files.isSymbolicLink(directory.resolve("version-2"))) {
            throw refused(effect, directory + " or what is in it is a symbolic link, which may lead to another's data");
        }
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw refused(effect, directory + " is not a directory");
        }
    }

    private static DriverException refused(String effect, String facts) {
        return new DriverException(Kind.REFUSED, effect + ": " + facts + ". Give the server a directory of its own.");
    }

    /** Returns what takes the place of placeholders; those that are not known of this server are missing. */
    Map<Placeholder, String> values() {
        var quorum = server.endpoints().quorum().get(0);
        var values = new EnumMap<Placeholder, String>(Placeholder.class);
        values.put(Placeholder.ID, server.id().toString());
        values.put(Placeholder.HOST, quorum.host());
        values.put(Placeholder.QUORUM_PORT, String.valueOf(quorum.quorumPort()));
        values.put(Placeholder.ELECTION_PORT, String.valueOf(quorum.electionPort()));
        server.endpoints().reachableClient().ifPresent(client -> {
            values.put(Placeholder.CLIENT_HOST, client.host());
            values.put(Placeholder.CLIENT_PORT, String.valueOf(client.port()));
        });
        values.put(Placeholder.DATA_DIRECTORY, data.toString());
        values.put(Placeholder.CONFIGURATION_DIRECTORY, configuration.toString());
        values.put(
                Placeholder.CONFIGURATION_FILE, configuration.resolve("zoo.cfg").toString());
        if (staging != null) {
            values.put(Placeholder.STAGING_DIRECTORY, staging.toString());
        }
        return values;
    }
}
