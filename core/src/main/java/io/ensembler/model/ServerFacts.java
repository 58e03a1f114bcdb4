package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * What was seen of one server, listed or not. Immutable.
 *
 * @param id its id
 * @param presence whether anything answers at its client address
 * @param mode what it says it does
 * @param synced whether a session to it read, after a sync, a marker written just before through the ensemble
 * @param zxid the last transaction it had processed
 * @param inForce the version of the configuration it has in force, from {@code conf} where it answers, else from the
 *     configuration znode as that server shows it
 * @param connections how many clients it serves, our own included
 * @param details its software, machine, settings and files, as far as somebody reports them
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ServerFacts(
        ServerId id,
        Presence presence,
        Fact<ServerMode> mode,
        Fact<Boolean> synced,
        Fact<Zxid> zxid,
        Fact<ConfigurationVersion> inForce,
        Fact<Integer> connections,
        ServerDetails details) {

    /** Creates facts without details. */
    public ServerFacts(
            ServerId id,
            Presence presence,
            Fact<ServerMode> mode,
            Fact<Boolean> synced,
            Fact<Zxid> zxid,
            Fact<ConfigurationVersion> inForce,
            Fact<Integer> connections) {
        this(id, presence, mode, synced, zxid, inForce, connections, ServerDetails.none());
    }

    /** Whether anything answers at a server's client address. */
    public enum Presence {
        /** Something accepts connections there. */
        ANSWERS,
        /** The host refused the connection: nothing listens there. */
        REFUSES,
        /** No answer within the time given: it may be down, paused or cut off. */
        SILENT,
        /** No client address is known. */
        UNKNOWN
    }

    /** Returns these facts with other details. */
    public ServerFacts withDetails(ServerDetails newDetails) {
        return new ServerFacts(id, presence, mode, synced, zxid, inForce, connections, newDetails);
    }

    /** Returns whether it was proved synced: through the leader, on a session to it alone. */
    public boolean isProvedSynced() {
        return synced.value().orElse(false);
    }
}
