package io.ensembler.model;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * A server as the ensemble's configuration lists it. Immutable.
 *
 * @param id its id
 * @param role participant or observer
 * @param endpoints where it can be reached
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Server(ServerId id, ServerRole role, Endpoints endpoints) {

    /** Refuses null. */
    public Server {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(endpoints, "endpoints");
    }

    /** Returns whether it votes. */
    public boolean isParticipant() {
        return role == ServerRole.PARTICIPANT;
    }

    /** Returns this server in another role. */
    public Server withRole(ServerRole newRole) {
        return new Server(id, newRole, endpoints);
    }

    /** Returns this server at other endpoints. */
    public Server withEndpoints(Endpoints newEndpoints) {
        return new Server(id, role, newEndpoints);
    }

    /**
     * Reads a line such as {@code server.4=zk4:2888:3888:participant;zk4:2181}.
     *
     * @throws ConfigurationTextException if the line is no server line; it holds the corrected line where one is known
     */
    public static Server parse(String line) {
        return ConfigurationText.parseServer(line);
    }

    /** Returns the line that ZooKeeper's configuration has for it, role included. */
    @Override
    public String toString() {
        return ConfigurationText.print(this);
    }
}
