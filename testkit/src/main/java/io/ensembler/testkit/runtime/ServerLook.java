package io.ensembler.testkit.runtime;

import io.ensembler.model.Configuration;
import io.ensembler.model.ServerMode;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What a running server says of itself at one moment. Immutable.
 *
 * @param mode what it does in the ensemble; empty while it looks for a leader
 * @param serves whether it serves clients
 * @param zxid the last transaction that it has applied; -1 if it tells none
 * @param inForce the configuration it acts by; empty while it starts, and for a standalone server
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ServerLook(Optional<ServerMode> mode, boolean serves, long zxid, Optional<Configuration> inForce) {

    private static final ServerLook NOTHING = new ServerLook(Optional.empty(), false, -1, Optional.empty());

    /** Returns the look of a server that says nothing. */
    public static ServerLook nothing() {
        return NOTHING;
    }

    /** Returns whether it leads and serves. */
    public boolean leads() {
        return serves && mode.equals(Optional.of(ServerMode.LEADER));
    }

    /** Returns the epoch of the leader it follows, or its own if it leads; -1 if it tells none. */
    public long epoch() {
        return zxid == -1 ? -1 : zxid >>> 32;
    }

    /** Returns it as an error message has it: "leader, serves, acts by configuration 100000000: 1,2,3". */
    @Override
    public String toString() {
        return mode.map(ServerMode::toString).orElse("without a role")
                + (serves ? ", serves" : ", does not serve")
                + inForce.map(it -> ", acts by configuration " + it.version() + ": " + it.ensemble())
                        .orElse("");
    }
}
