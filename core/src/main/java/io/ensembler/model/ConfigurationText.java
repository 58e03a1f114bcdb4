package io.ensembler.model;

import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Reads and writes the text of ZooKeeper's dynamic configuration: {@code server}, {@code group}, {@code weight} and
 * {@code version} lines. No name is ever resolved. Stateless.
 *
 * <p>What a server prints of an ensemble that works is read, ids outside 1 to 254 and lines without client address
 * included. Beyond that it is stricter than the server where the server guesses: an id named twice, a comment inside a
 * value, a separator at the end, an abbreviated IPv4 address, a port 0, a group or weight that names no server and a key
 * that is only similar to a known one are refused. The weight of an observer in no group counts nowhere and is dropped.
 * What is written is sorted by id and names every role.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ConfigurationText {

    static final int USUAL_CLIENT_PORT = 2181;

    private ConfigurationText() {}

    /**
     * Reads a whole configuration, such as the text of {@code /zookeeper/config} or of a file that
     * {@code dynamicConfigFile} names. An empty text is the ensemble without servers.
     *
     * @throws ConfigurationTextException if anything in it cannot be read; it holds all problems found
     */
    public static Configuration parse(String text) {
        return ConfigurationParser.parse(text);
    }

    /**
     * Reads one server line, such as {@code server.4=zk4:2888:3888:participant;zk4:2181}.
     *
     * @throws ConfigurationTextException if it is not exactly one server line
     */
    public static Server parseServer(String line) {
        return ConfigurationParser.parseServer(line);
    }

    /** Writes a configuration as it stands in {@code /zookeeper/config}, version line last. */
    public static String print(Configuration configuration) {
        return print(configuration.ensemble()) + "version=" + configuration.version() + "\n";
    }

    /** Writes an ensemble without a version, each line ended by a line feed. */
    public static String print(Ensemble ensemble) {
        var text = new StringBuilder();
        ensemble.servers().forEach(server -> text.append(print(server)).append('\n'));
        ensemble.quorumRule().groups().forEach((number, members) -> {
            var ids = members.stream().map(ServerId::toString).collect(Collectors.joining(":"));
            text.append("group.").append(number).append('=').append(ids).append('\n');
        });
        ensemble.quorumRule().weights().forEach((id, weight) -> text.append("weight.")
                .append(id)
                .append('=')
                .append(weight)
                .append('\n'));
        return text.toString();
    }

    /** Writes a server's line, role and client host included. */
    public static String print(Server server) {
        var quorum = new StringJoiner("|");
        for (var address : server.endpoints().quorum()) {
            quorum.add(address + ":" + server.role());
        }
        var client = server.endpoints().client();
        return "server." + server.id() + "=" + quorum + (client.isPresent() ? ";" + client.get() : "");
    }

    /** Returns the server as it is if it has a client address, else with the usual client port on all its addresses. */
    public static Server withClientPort(Server server) {
        return withClientPort(server, USUAL_CLIENT_PORT);
    }

    static Server withClientPort(Server server, int port) {
        var endpoints = server.endpoints();
        return endpoints.client().isPresent()
                ? server
                : server.withEndpoints(
                        new Endpoints(endpoints.quorum(), Optional.of(new Address(ServerValue.ANY_HOST, port))));
    }
}
