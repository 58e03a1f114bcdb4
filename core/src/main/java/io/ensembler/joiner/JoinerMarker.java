package io.ensembler.joiner;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.ServerId;

/**
 * What the marker file says: whose data directory this is. The incarnation is the version of the configuration from
 * which the server was first started: versions never go back within an ensemble, so a server that left and joins again
 * has another.
 */
record JoinerMarker(ServerId id, ConfigurationVersion incarnation) {

    /** Returns whether a marker file with this text is one of server {@code id}, of whatever incarnation. */
    static boolean names(String text, ServerId id) {
        return text.startsWith("id=" + id + "\n");
    }

    String print() {
        return "id=" + id + "\nincarnation=" + incarnation + "\n";
    }
}
