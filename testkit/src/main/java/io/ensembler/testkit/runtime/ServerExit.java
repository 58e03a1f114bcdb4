package io.ensembler.testkit.runtime;

import io.ensembler.model.ServerId;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * A server's end by its own wish.
 *
 * @param servers the server that ended; empty if the wish came from a thread of no known server
 * @param what what happened: "server 4 asked to exit: status 1"
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ServerExit(Set<ServerId> servers, String what) {

    /** Copies the set. */
    public ServerExit {
        servers = Set.copyOf(servers);
    }

    /** Returns the end of one server. */
    public static ServerExit of(ServerId id, String reason) {
        return new ServerExit(Set.of(id), "server " + id + " asked to exit: " + reason);
    }
}
