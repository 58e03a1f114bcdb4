package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * What a server must be started with. Immutable.
 *
 * @param server the server to start, in the role it is to have in the end
 * @param dynamicConfiguration the text of its dynamic configuration file: the committed participants, and itself as
 *     observer unless it is listed
 * @param marker the text of the marker file in its data directory, which proves whose directory it is
 * @param data which data it may begin with
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record JoinerSeed(Server server, String dynamicConfiguration, String marker, Data data) {

    /** Creates the seed of a server that is new to the ensemble, or begins anew. */
    public JoinerSeed(Server server, String dynamicConfiguration, String marker) {
        this(server, dynamicConfiguration, marker, Data.NEW);
    }

    /** Which data a server may begin with. In each case its directory must be its own. */
    public enum Data {
        /** None, or what it has got since it was first started with this marker. */
        NEW,
        /**
         * Whatever it has: it was part of the ensemble before, so that its directory may bear another marker, or none.
         */
        KEPT,
        /**
         * What it has got since it was first started with this marker, and not none: it may have acknowledged
         * something.
         */
        REQUIRED,
        /** Whatever it has, as with {@link #KEPT}, and not none: it may have acknowledged something. */
        KEPT_AND_REQUIRED;

        /** Returns whether its directory may bear another marker, or none. */
        public boolean isKept() {
            return this == KEPT || this == KEPT_AND_REQUIRED;
        }

        /** Returns whether it must hold something. */
        public boolean isRequired() {
            return this == REQUIRED || this == KEPT_AND_REQUIRED;
        }
    }

    /** Returns this seed for other data. */
    public JoinerSeed with(Data newData) {
        return new JoinerSeed(server, dynamicConfiguration, marker, newData);
    }

    /** Returns the id of the server to start. */
    public ServerId id() {
        return server.id();
    }
}
