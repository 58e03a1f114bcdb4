package io.ensembler.testkit.runtime;

import io.ensembler.model.ServerId;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * A server's end that nobody asked for at that moment.
 *
 * @param servers the server that ended; empty if the wish came from a thread of no known server
 * @param what what happened: "server 4 asked to exit: status 1"
 * @param cause whether it wished to end, or a fault had been laid for it
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ServerExit(Set<ServerId> servers, String what, Cause cause) {

    /** Why a server ended. */
    public enum Cause {
        /** By its own wish. */
        WISH,
        /** By a fault that waited for its moment. */
        FAULT
    }

    /** Copies the set. */
    public ServerExit {
        servers = Set.copyOf(servers);
    }

    /** Returns the end of one server by its own wish. */
    public static ServerExit of(ServerId id, String reason) {
        return new ServerExit(Set.of(id), "server " + id + " asked to exit: " + reason, Cause.WISH);
    }

    /** Returns the end of one server by a fault: "server 4 crashed: before it took up configuration 200000003". */
    public static ServerExit crash(ServerId id, String moment) {
        return new ServerExit(Set.of(id), "server " + id + " crashed: " + moment, Cause.FAULT);
    }
}
