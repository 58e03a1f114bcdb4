package io.ensembler.testkit.runtime;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * What a host is opened for.
 *
 * @param settings the lines of {@code zoo.cfg} that all servers have in common
 * @param directory the directory below which the ensemble keeps its files
 * @param exits hears why a server ended by itself, at most once for each run
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record HostRequest(Map<String, String> settings, Path directory, Consumer<ServerExit> exits) {

    /** Creates a request. */
    public HostRequest {
        settings = Map.copyOf(settings);
    }

    /** Returns whether a setting is on. */
    public boolean isOn(String key) {
        return Boolean.parseBoolean(settings.get(key));
    }
}
