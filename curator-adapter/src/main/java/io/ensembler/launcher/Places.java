package io.ensembler.launcher;

import io.ensembler.joiner.ZooCfgTemplate;
import io.ensembler.model.Server;
import io.ensembler.spi.DriverException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of any server are. Immutable.
 *
 * @param data where a server keeps its data
 * @param configuration where its configuration files are
 * @param staging where its files lie here, if servers are on other machines
 * @param messages what it writes messages into, if that is known
 * @param zooCfg its static file, which may name a directory for the transaction log
 */
record Places(
        Template data,
        Template configuration,
        @Nullable Template staging,
        @Nullable Template messages,
        ZooCfgTemplate zooCfg) {

    /** Whether servers are on other machines, so that only what is staged for them can be seen here. */
    boolean areElsewhere() {
        return staging != null;
    }

    ServerPlace of(String effect, Server server) {
        var directory = path(effect, data, server);
        var logs = zooCfg.settings(server.id()).get("dataLogDir");
        return new ServerPlace(
                server,
                directory,
                logs == null ? directory : Path.of(logs),
                path(effect, configuration, server),
                staging == null ? null : path(effect, staging, server),
                messages == null ? null : path(effect, messages, server));
    }

    private static Path path(String effect, Template template, Server server) {
        var text = template.fill(Map.of(
                Placeholder.ID,
                server.id().toString(),
                Placeholder.HOST,
                server.endpoints().quorum().get(0).host()));
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new DriverException(
                    DriverException.Kind.REFUSED, effect + ": it would have a path that cannot be.", e);
        }
    }
}
