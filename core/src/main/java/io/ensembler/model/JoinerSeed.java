package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * What a server must be started with. Immutable.
 *
 * @param server the server to start, in the role it is to have in the end
 * @param dynamicConfiguration the text of its dynamic configuration file: the committed participants, and itself as
 *     observer unless it is listed
 * @param marker the text of the marker file in its data directory, which proves whose directory it is
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record JoinerSeed(Server server, String dynamicConfiguration, String marker) {

    /** Returns the id of the server to start. */
    public ServerId id() {
        return server.id();
    }
}
