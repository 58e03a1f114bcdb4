package io.ensembler.plan;

import io.ensembler.model.Server;
import java.util.Optional;

/**
 * How a server stands in one configuration: not listed, or listed with a line; as a participant also in a group, with a
 * weight. By majority all participants are one group and weigh 1. Immutable.
 */
record Station(Optional<Server> line, long group, long weight) {

    static final Station ABSENT = new Station(Optional.empty(), 0, 0);

    static Station observer(Server line) {
        return new Station(Optional.of(line), 0, 0);
    }

    boolean isAbsent() {
        return line.isEmpty();
    }

    boolean isParticipant() {
        return line.filter(Server::isParticipant).isPresent();
    }

    boolean usesNames() {
        return line.filter(server -> server.endpoints().usesNames()).isPresent();
    }

    Station at(Server newLine) {
        return new Station(Optional.of(newLine), group, weight);
    }

    Station weighing(long newWeight) {
        return new Station(line, group, newWeight);
    }

    /** Whether these are participants, and whoever leads hands over when it goes from one to the other. */
    boolean movesQuorumAddress(Station other) {
        return isParticipant()
                && other.isParticipant()
                && line.flatMap(before -> other.line()
                                .filter(after -> !before.endpoints().hasQuorumAddressesOf(after.endpoints())))
                        .isPresent();
    }
}
